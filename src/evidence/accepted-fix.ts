import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type AcceptedFix, type ProofFacts, patchMail} from '../case/review/export.ts';
import type {RequestedFix} from '../case/review/pull-request.ts';
import type {BundlePlace} from './bundle.ts';
import {readBundleFile} from './reading.ts';
import {readRootCauses} from './root-causes.ts';
import {RecordStore} from './store.ts';

const FILE_BYTES = 1 << 20;
/** Characters of a value of a bundle's file. */
const VALUE_CHARS = 300;

/** An accepted fix with its diff, byte by byte, and what its bundle has on it. */
export interface FixToDeliver extends RequestedFix {
  readonly diff: Buffer;
}

/** Reads what a commit and a pull request need of an accepted fix. Throws if no file has the diff that was proved. */
export async function readFixToDeliver(fix: AcceptedFix, place: BundlePlace): Promise<FixToDeliver> {
  const {dir} = place;
  const diff = await diffOf(fix, place);
  const audit = await jsonOf(dir, 'analysis/patch_audit.json');
  return {fix, diff, proof: await proofOf(fix, dir), causes: await readRootCauses(dir), model: excerpt(audit.model) || undefined};
}

/** Returns the complete mail. A diff with carriage returns is sent as base64, since `git am` takes them off the lines of a plain one. */
export function mailOf({fix, diff, proof}: FixToDeliver, about: {author: string; number: number; of: number}): Buffer {
  const encoding = diff.includes(13) ? 'base64' : '8bit';
  const {head, body} = patchMail(fix, proof, {...about, encoding});
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
async function proofOf({attempt}: AcceptedFix, dir: string): Promise<ProofFacts> {
  const proof: Fields & {trees?: {deltaports?: {commit?: unknown}}} = await jsonOf(dir, 'analysis/rebuild_proof.json');
  if (proof.diff_sha256 !== attempt.proof?.diffSha256) return {command: '', finishedUtc: '', overlayCommit: ''};
  return {
    command: excerpt(proof.build_command),
    bulkCommand: excerpt(proof.bulk_build_command),
    finishedUtc: excerpt(proof.finished_utc),
    overlayCommit: excerpt(proof.trees?.deltaports?.commit),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Returns the object of a bundle's file; empty without the file. */
async function jsonOf(dir: string, path: string): Promise<Fields> {
  return JSON.parse((await readBundleFile(dir, path, FILE_BYTES))?.text ?? '{}') as Fields;
}

function excerpt(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, VALUE_CHARS) : '';
}
