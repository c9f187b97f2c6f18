import {StreamRefused} from './refused.ts';

/** First line of a stream. */
export interface Heading {
  /** `idle`: nothing is new, and no tar stream follows. */
  readonly kind: 'tar' | 'idle';
  /** The run that builds on the host now, or `-`. */
  readonly currentRun: string;
  /** Absolute path of the evidence root on the host. */
  readonly root: string;
}

const HEADING = /^portwright-evidence 1 (tar|idle) ([A-Za-z0-9._@+,-]{1,255}) (\/[^\p{Cc}]{0,1024})$/mu;
/** A login shell may print something before. */
const MOST_BEFORE = 65_536;

/**
 * Reads the heading of a stream, and returns it with an iterator over the bytes after it. Text before it is skipped; it is quoted if there is no
 * heading.
 */
export async function readHeading(
  source: AsyncIterator<Buffer>,
): Promise<{heading: Heading; rest: AsyncGenerator<Buffer, void, undefined>}> {
  let read: Buffer = Buffer.alloc(0);
  for (;;) {
    const found = findHeading(read);
    if (found) return {heading: found.heading, rest: after(read.subarray(found.bytes), source)};
    const next = read.length > MOST_BEFORE ? undefined : await source.next();
    if (next === undefined || next.done)
      throw new StreamRefused(
        `The host must send a line "portwright-evidence 1 ..."; it sent ${JSON.stringify(read.toString('latin1').slice(0, 300))}.`,
      );
    read = Buffer.concat([read, next.value]);
  }
}

function findHeading(read: Buffer): {heading: Heading; bytes: number} | undefined {
  const text = read.toString('latin1');
  const end = text.lastIndexOf('\n') + 1;
  const line = HEADING.exec(text.slice(0, end));
  if (!line) return undefined;
  const [all, kind, currentRun = '-', root = ''] = line;
  return {heading: {kind: kind === 'idle' ? 'idle' : 'tar', currentRun, root}, bytes: line.index + all.length + 1};
}

async function* after(first: Buffer, source: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (first.length > 0) yield first;
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}
