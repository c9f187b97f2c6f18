import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {bundleOfAttempt} from '../case/review/attempt-bundle.ts';
import {type AcceptedFix, acceptedFix, isAuthor, patchName, subjectOf} from '../case/review/export.ts';
import {pullRequest} from '../case/review/pull-request.ts';
import type {CaseStatus} from '../case/status.ts';
import {mailOf, readFixToDeliver} from '../evidence/accepted-fix.ts';
import {type ArchivedBundle, archivedBundles, archivedCase, isNamed} from '../evidence/archives.ts';
import {type BundlePlace, findBundle} from '../evidence/bundle.ts';
import {gitAuthor} from '../evidence/git-author.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {rootsToRead} from './roots.ts';
import {UsageError} from './usage-error.ts';

export interface ExportOptions {
  readonly accepted?: boolean;
  readonly out: string;
  readonly author?: string;
  readonly json?: boolean;
}

/** Files of the pull request, beside the patches; the output names the patches only, for `git am $(portwright export)`. */
const TITLE_FILE = 'pull-request-title.txt';
const BODY_FILE = 'pull-request-body.md';

/** A case's archive, and the bundle that has it. */
interface Archived {
  readonly status: CaseStatus;
  readonly bundle: ArchivedBundle;
}

/** An accepted fix, and the bundle that has the artifacts of its attempt. */
interface Exported {
  readonly fix: AcceptedFix;
  readonly bundle: BundlePlace;
}

/**
 * `portwright export`: writes accepted fixes as patches that `git am` takes, oldest acceptance first, and the title and body of a pull request
 * with them; commits nothing.
 * It reads archives on disk only: closed cases need no server.
 */
export async function exportFixes(names: readonly string[], options: ExportOptions): Promise<void> {
  if (names.length > 0 && options.accepted)
    throw new UsageError('--accepted means all accepted fixes. Give it, or the cases that you want.');
  const author = await authorOf(options.author);
  const archived = await archives();
  const accepted = names.length === 0 ? all(archived) : names.map((name) => named(archived, name));
  const fixes = await Promise.all(accepted.map(withAttemptBundle));
  if (fixes.length === 0)
    throw new Error(
      `No accepted fix is below ${rootsToRead().join(', ')}. A fix is accepted by \`portwright accept\` while it waits for its review.`,
    );
  fixes.sort((a, b) => a.fix.accepted.atUtc.localeCompare(b.fix.accepted.atUtc));
  await mkdir(options.out, {recursive: true});
  const read = await Promise.all(fixes.map(({fix, bundle}) => readFixToDeliver(fix, bundle)));
  const written = [];
  for (const [at, one] of read.entries()) {
    const {fix} = one;
    const file = join(options.out, patchName(fix, at + 1));
    await writeFile(file, mailOf(one, {author, number: at + 1, of: read.length}));
    written.push({file, case: fix.status.workflowId, subject: subjectOf(fix), diffSha256: fix.attempt.proof?.diffSha256});
  }
  const {title, body} = pullRequest(read);
  await writeFile(join(options.out, TITLE_FILE), `${title}\n`);
  await writeFile(join(options.out, BODY_FILE), body);
  console.log(options.json ? JSON.stringify(written, null, 2) : written.map(({file}) => file).join('\n'));
}

async function archives(): Promise<Archived[]> {
  const found = new Map<string, Archived>();
  for (const bundle of await archivedBundles(rootsToRead())) {
    const status = await archivedCase(bundle.dir);
    if (status?.workflowId === caseId(bundle.report) && !found.has(status.runId)) found.set(status.runId, {status, bundle});
  }
  return [...found.values()];
}

function all(archived: readonly Archived[]): Exported[] {
  return archived.flatMap(({status, bundle}) => {
    const fix = acceptedFix(status);
    return 'fault' in fix ? [] : [{fix, bundle}];
  });
}

/** The archive is in the case's newest bundle, and its attempt may be in an earlier one. */
async function withAttemptBundle({fix, bundle}: Exported): Promise<Exported> {
  const ref = bundleOfAttempt(fix.status, fix.attempt);
  const found = ref && (await findBundle(rootsToRead(), ref).catch(() => undefined));
  return {fix, bundle: found ?? bundle};
}

/** Returns the newest accepted fix of a name. Throws with the reason why its newest case has none. */
function named(archived: readonly Archived[], name: string): Exported {
  const own = archived.filter(({bundle}) => isNamed(bundle.report, name));
  const ids = [...new Set(own.map(({status}) => status.workflowId))];
  if (ids.length > 1) throw new Error(`${name} may be any of ${ids.join(', ')}. Name one of them.`);
  const [fixed] = all(own);
  if (fixed !== undefined) return fixed;
  const [newest] = own;
  if (newest === undefined)
    throw new Error(
      `No case of ${JSON.stringify(name)} has its archive in the evidence. LOGS_ROOT names dsynth's log directories.`,
    );
  const fault = acceptedFix(newest.status);
  throw new Error('fault' in fault ? fault.fault : `${name} cannot be exported.`);
}

async function authorOf(given: string | undefined): Promise<string> {
  const author = given ?? (await gitAuthor());
  if (isAuthor(author)) return author;
  if (given !== undefined)
    throw new UsageError(`--author is a name and an address, as 'Ann Lee <ann@example.org>'; got ${JSON.stringify(given)}.`);
  throw new Error("git's configuration names no author (user.name and user.email). Give one by --author 'Name <mail>'.");
}
