import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {bundleOfAttempt} from '../case/review/attempt-bundle.ts';
import {
  type AcceptedFix,
  acceptedFix,
  isAuthor,
  type ProofFacts,
  patchMail,
  patchName,
  subjectOf,
} from '../case/review/export.ts';
import type {CaseStatus} from '../case/status.ts';
import {type ArchivedBundle, archivedBundles, archivedCase, isNamed} from '../evidence/archives.ts';
import {type BundlePlace, findBundle} from '../evidence/bundle.ts';
import {readBundleFile} from '../evidence/reading.ts';
import {RecordStore} from '../evidence/store.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {rootsToRead} from './roots.ts';
import {UsageError} from './usage-error.ts';

export interface ExportOptions {
  readonly accepted?: boolean;
  readonly out: string;
  readonly author?: string;
  readonly json?: boolean;
}

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
 * `portwright export`: writes accepted fixes as patches that `git am` takes, oldest acceptance first; commits nothing.
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
  const written = [];
  for (const [at, one] of fixes.entries()) {
    const {fix} = one;
    const file = join(options.out, patchName(fix, at + 1));
    await writeFile(file, await patchOf(one, {author, number: at + 1, of: fixes.length}));
    written.push({file, case: fix.status.workflowId, subject: subjectOf(fix), diffSha256: fix.attempt.proof?.diffSha256});
  }
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

/** Returns the complete mail. A diff with carriage returns is sent as base64, since `git am` takes them off the lines of a plain one. */
async function patchOf({fix, bundle}: Exported, about: {author: string; number: number; of: number}): Promise<Buffer> {
  const diff = await diffOf(fix, bundle);
  const encoding = diff.includes(13) ? 'base64' : '8bit';
  const {head, body} = patchMail(fix, await proofOf(fix, bundle), {...about, encoding});
  const content = Buffer.concat([
    Buffer.from(body),
    diff,
    Buffer.from(diff.at(-1) === 10 ? '' : '\n'),
    Buffer.from('-- \nportwright\n\n'),
  ]);
  const sent = encoding === '8bit' ? content : Buffer.from(`${content.toString('base64').replace(/.{76}/g, '$&\n')}\n`);
  return Buffer.concat([Buffer.from(head), sent]);
}

/** Returns the diff that was proved, byte by byte. Throws if none has its digest. */
async function diffOf({attempt, status}: AcceptedFix, {dir, root}: BundlePlace): Promise<Buffer> {
  const wanted = attempt.proof?.diffSha256;
  const places = [new RecordStore(root).path(attempt.diff ?? ''), join(dir, 'analysis', 'changes.diff')];
  for (const place of places) {
    const bytes = await readFile(place).catch(() => undefined);
    if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === wanted) return bytes;
  }
  throw new Error(
    `The diff of ${status.workflowId} that was proved, sha256 ${wanted}, is neither ${places.join(' nor ')}. It is not exported.`,
  );
}

/** Returns the facts of rebuild_proof.json, if it is of this diff. */
async function proofOf({attempt}: AcceptedFix, {dir}: BundlePlace): Promise<ProofFacts> {
  const text = (await readBundleFile(dir, 'analysis/rebuild_proof.json', 1 << 20))?.text ?? '{}';
  const proof = JSON.parse(text) as Record<string, unknown> & {trees?: {deltaports?: {commit?: unknown}}};
  if (proof.diff_sha256 !== attempt.proof?.diffSha256) return {command: '', finishedUtc: '', overlayCommit: ''};
  const excerpt = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '');
  return {
    command: excerpt(proof.build_command),
    bulkCommand: excerpt(proof.bulk_build_command),
    finishedUtc: excerpt(proof.finished_utc),
    overlayCommit: excerpt(proof.trees?.deltaports?.commit),
  };
}

async function authorOf(given: string | undefined): Promise<string> {
  const author = given ?? `${await gitConfig('user.name')} <${await gitConfig('user.email')}>`;
  if (isAuthor(author)) return author;
  if (given !== undefined)
    throw new UsageError(`--author is a name and an address, as 'Ann Lee <ann@example.org>'; got ${JSON.stringify(given)}.`);
  throw new Error("git's configuration names no author (user.name and user.email). Give one by --author 'Name <mail>'.");
}

async function gitConfig(key: string): Promise<string> {
  const {stdout} = await execa('git', ['config', '--get', key], {reject: false});
  return (stdout ?? '').trim();
}
