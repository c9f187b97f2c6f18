import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
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
  readonly kept: ArchivedBundle;
}

/**
 * `portwright export`: writes accepted fixes as patches that `git am` takes, oldest acceptance first; commits nothing.
 * It reads archives on disk only, so that closed cases need no server.
 */
export async function exportFixes(names: readonly string[], options: ExportOptions): Promise<void> {
  if (names.length > 0 && options.accepted)
    throw new UsageError('--accepted means all accepted fixes. Give it, or the cases that you want.');
  const author = await authorOf(options.author);
  const archived = await archives();
  const fixes = names.length === 0 ? all(archived) : names.map((name) => named(archived, name));
  if (fixes.length === 0)
    throw new Error(
      `No accepted fix is below ${rootsToRead().join(', ')}. A fix is accepted by \`portwright accept\` while it waits for its review.`,
    );
  fixes.sort((a, b) => a.fix.accepted.atUtc.localeCompare(b.fix.accepted.atUtc));
  await mkdir(options.out, {recursive: true});
  const written = [];
  for (const [at, {fix, kept}] of fixes.entries()) {
    const file = join(options.out, patchName(fix, at + 1));
    await writeFile(file, await patchOf(fix, kept, {author, number: at + 1, of: fixes.length}));
    written.push({file, case: fix.status.workflowId, subject: subjectOf(fix), diffSha256: fix.attempt.proof?.diffSha256});
  }
  console.log(options.json ? JSON.stringify(written, null, 2) : written.map(({file}) => file).join('\n'));
}

async function archives(): Promise<Archived[]> {
  const found = new Map<string, Archived>();
  for (const kept of await archivedBundles(rootsToRead())) {
    const status = await archivedCase(kept.dir);
    if (status?.workflowId === caseId(kept.report) && !found.has(status.runId)) found.set(status.runId, {status, kept});
  }
  return [...found.values()];
}

function all(archived: readonly Archived[]): {fix: AcceptedFix; kept: ArchivedBundle}[] {
  return archived.flatMap(({status, kept}) => {
    const fix = acceptedFix(status);
    return 'fault' in fix ? [] : [{fix, kept}];
  });
}

/** The newest accepted fix of a name; without one the words of its newest case, why there is none. */
function named(archived: readonly Archived[], name: string): {fix: AcceptedFix; kept: ArchivedBundle} {
  const own = archived.filter(({kept}) => isNamed(kept.report, name));
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

/** The whole mail. A diff with carriage returns goes as base64, for `git am` takes them off lines in the open. */
async function patchOf(
  fix: AcceptedFix,
  kept: ArchivedBundle,
  about: {author: string; number: number; of: number},
): Promise<Buffer> {
  const diff = await diffOf(fix, kept);
  const encoding = diff.includes(13) ? 'base64' : '8bit';
  const {head, body} = patchMail(fix, await proofOf(fix, kept), {...about, encoding});
  const whole = Buffer.concat([
    Buffer.from(body),
    diff,
    Buffer.from(diff.at(-1) === 10 ? '' : '\n'),
    Buffer.from('-- \nportwright\n\n'),
  ]);
  const sent = encoding === '8bit' ? whole : Buffer.from(`${whole.toString('base64').replace(/.{76}/g, '$&\n')}\n`);
  return Buffer.concat([Buffer.from(head), sent]);
}

/** The diff that was proved, byte by byte: what has another digest is not exported. */
async function diffOf({attempt, status}: AcceptedFix, {dir, root}: ArchivedBundle): Promise<Buffer> {
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

/** What rebuild_proof.json says, if it is of this diff. */
async function proofOf({attempt}: AcceptedFix, {dir}: ArchivedBundle): Promise<ProofFacts> {
  const text = (await readBundleFile(dir, 'analysis/rebuild_proof.json', 1 << 20))?.text ?? '{}';
  const proof = JSON.parse(text) as Record<string, unknown> & {trees?: {deltaports?: {commit?: unknown}}};
  if (proof.diff_sha256 !== attempt.proof?.diffSha256) return {command: '', finishedUtc: '', overlayCommit: ''};
  const word = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '');
  return {
    command: word(proof.build_command),
    finishedUtc: word(proof.finished_utc),
    overlayCommit: word(proof.trees?.deltaports?.commit),
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
