import {randomUUID} from 'node:crypto';
import {rm, statfs} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {extract} from 'tar-stream';
import {isEvidenceId} from '../names.ts';
import {readUnlinkedFile} from '../regular-file.ts';
import {writeAtomically} from '../write-atomically.ts';
import type {Answer} from './answers.ts';
import type {Entry} from './entry.ts';
import {type Heading, readHeading} from './heading.ts';
import {openIncoming} from './incoming.ts';
import {MAX_MANIFEST, parseManifest} from './manifest.ts';
import {prepareRoot} from './place-job.ts';
import {StreamRefused} from './refused.ts';
import {Shipment} from './shipment.ts';

export interface ReceiveOptions {
  /** Called for each part once it is stored or refused, and awaited. */
  readonly answer: (answer: Answer) => void | Promise<void>;
  /** Evidence roots of other hosts: what one of them has under the same ids is not accepted. */
  readonly otherRoots?: readonly string[];
  /** Called before each step that changes the evidence root, for tests. */
  readonly step?: (what: string) => Promise<void>;
}

export interface Received {
  readonly heading: Heading;
  /** False if the host had nothing to send. */
  readonly isAny: boolean;
}

/** Bytes that must be free on the disk before a bundle is written. */
const MIN_FREE = 1 << 30;

/**
 * Stores what a host sends, a stream of `hooks/send-evidence`, below an evidence root, which the heading may decide, and answers each part. What arrived completely stays
 * if the stream then breaks. Throws `StreamRefused` for a stream that is not what that script writes, and the error of the stream if it ends early.
 */
export async function receiveEvidence(
  place: string | ((heading: Heading) => string),
  source: AsyncIterable<Buffer>,
  options: ReceiveOptions,
): Promise<Received> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    return await receiveFrom(iterator, place, options);
  } finally {
    // Not awaited: what is still to come may take its time.
    iterator.return?.().catch(() => undefined);
  }
}

async function receiveFrom(
  source: AsyncIterator<Buffer>,
  place: string | ((heading: Heading) => string),
  options: ReceiveOptions,
): Promise<Received> {
  const {heading, rest} = await readHeading(source);
  const root = typeof place === 'string' ? place : place(heading);
  await prepareRoot(root);
  await setCurrentRun(root, heading.currentRun);
  if (heading.kind === 'idle') {
    // The end of the stream may be an error.
    if (!(await rest.next()).done)
      throw new StreamRefused('A host that has nothing to send must end its stream after the heading.');
    return {heading, isAny: false};
  }
  await checkSpace(root);
  const dir = await openIncoming(root, randomUUID());
  try {
    await readTar(rest, (manifest, stage) => Shipment.open({root, dir, stage, manifest: parseManifest(manifest), ...options}));
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
  return {heading, isAny: true};
}

async function setCurrentRun(root: string, runId: string): Promise<void> {
  const text = isEvidenceId(runId) ? `${runId}\n` : '';
  const before = await readUnlinkedFile(join(root, '.current_run'), 4096).catch(() => '');
  if (text === before) return;
  if (text !== '') await writeAtomically(root, '.current_run', text);
  else await rm(join(root, '.current_run'), {force: true});
}

async function checkSpace(root: string): Promise<void> {
  const {bavail, bsize} = await statfs(root);
  if (bavail * bsize < MIN_FREE)
    throw new Error(
      `${root} must have 1 GB of free space to receive evidence; it has ${Math.floor((bavail * bsize) / 2 ** 20)} MB. Make room.`,
    );
}

/** Reads the manifest, the files that it names, and the file END. */
async function readTar(
  bytes: AsyncIterable<Buffer>,
  open: (manifest: string, stage: string) => Promise<Shipment>,
): Promise<void> {
  const tar = extract();
  const source = Readable.from(bytes, {objectMode: false});
  source.on('error', (error) => tar.destroy(error));
  source.pipe(tar);
  let shipment: Shipment | undefined;
  let isEnded = false;
  try {
    for await (const entry of tar as AsyncIterable<Entry>) {
      if (isEnded) throw new StreamRefused(`The stream must end with END; ${JSON.stringify(entry.header.name)} follows.`);
      checkRegular(entry);
      if (shipment === undefined) shipment = await open(await manifestOf(entry), stageOf(entry));
      else if (entry.header.name === `${shipment.stage}/END`) isEnded = true;
      else await shipment.take(entry);
      if (shipment.isStored) return;
    }
    if (!isEnded || shipment === undefined) throw new Error('The stream ended before its end.');
    await shipment.finish();
  } finally {
    source.destroy();
  }
}

function checkRegular({header: {type, name}}: Entry): void {
  if (type !== 'file' && type !== 'contiguous-file')
    throw new StreamRefused(`A host sends regular files only; ${JSON.stringify(name)} is a ${type}.`);
}

function stageOf({header: {name}}: Entry): string {
  return name.slice(0, -'/MANIFEST'.length);
}

async function manifestOf(entry: Entry): Promise<string> {
  const {name, size} = entry.header;
  if (!/^\.send-\d{1,10}\/MANIFEST$/.test(name) || size > MAX_MANIFEST)
    throw new StreamRefused(
      `A stream begins with its manifest, of at most ${MAX_MANIFEST} bytes; got ${JSON.stringify(name.slice(0, 200))} with ${size}.`,
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
