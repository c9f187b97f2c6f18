import type {ChildProcess} from 'node:child_process';
import {createWriteStream} from 'node:fs';
import {constants} from 'node:os';
import {finished} from 'node:stream/promises';
import {execa} from 'execa';
import {maskSecrets, SecretLines} from '../case/evidence/secrets.ts';
import {LIFELINE} from '../setup/lifeline.ts';
import type {ExecOptions, ExecResult} from './client.ts';
import {Limits} from './limits.ts';
import {Tail} from './tail.ts';

export interface RunOptions extends ExecOptions {
  /** The whole environment of the child. */
  readonly env: NodeJS.ProcessEnv;
  /** Seconds between TERM and KILL. */
  readonly graceSeconds: number;
  /** Sees stderr before it is kept and logged. */
  readonly stderrFilter?: (chunk: Buffer) => Buffer;
  /** Takes secrets out of what goes into the log file. */
  readonly mask?: (text: string) => string;
}

/**
 * Runs a command of the host's with limits, and returns when its process group is gone. Throws the signal's reason when aborted,
 * and the system's own error when the log cannot be written.
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const keep = options.tailBytes ?? 32768;
  const out = new Tail(keep);
  const err = new Tail(keep);
  const sink = await openLog(options.logFile, options.mask);
  const child = start(argv, options);
  const limits = new Limits(child.nodeChildProcess, options);
  try {
    await Promise.all([
      child,
      captureTail(child.stdout, out, sink, limits, seenBy(options.onStdout)),
      captureTail(child.stderr, err, sink, limits, options.stderrFilter),
    ]);
  } finally {
    // Also when the log cannot be written: nothing is left running.
    limits.end();
    await child;
    await sink.close();
  }
  if (options.signal?.aborted) throw options.signal.reason;
  const {exitCode, signalCode} = child.nodeChildProcess;
  return {
    rc: exitCode ?? 128 + constants.signals[signalCode ?? 'SIGKILL'],
    stdout: out.text(options.encoding ?? 'utf8'),
    stderr: err.text('utf8'),
    stdoutTruncated: out.truncated,
    stderrTruncated: err.truncated,
    ...(limits.timedOut ? {timedOut: limits.timedOut} : {}),
  };
}

function start(argv: readonly string[], options: RunOptions) {
  const child = execa('/bin/sh', ['-c', LIFELINE, 'portwright', ...argv], {
    detached: true, // leader of its own group, so that the group can be ended as one
    cleanup: false,
    reject: false,
    buffer: false,
    extendEnv: false,
    env: options.env,
    encoding: 'buffer',
    input: options.stdin ?? '',
    stdio: ['pipe', 'pipe', 'pipe', {value: 'pipe', input: true}],
  });
  letGo(child.nodeChildProcess);
  return child;
}

/** Ends the lifeline with the command, and no longer waits for output that a stranger (in a session of its own) holds open. */
function letGo(child: ChildProcess): void {
  const lifeline = child.stdio[3];
  lifeline?.on('error', () => undefined);
  child.once('exit', () => {
    if (lifeline && 'end' in lifeline) lifeline.end();
    const patience = setTimeout(() => [child.stdout, child.stderr].map((stream) => stream?.destroy()), 5000);
    child.once('close', () => clearTimeout(patience));
  });
}

function seenBy(onStdout: ExecOptions['onStdout']): ((chunk: Buffer) => Buffer) | undefined {
  if (onStdout === undefined) return undefined;
  return (chunk) => {
    onStdout(chunk);
    return chunk;
  };
}

interface Sink {
  write(chunk: Buffer): Promise<void>;
  close(): Promise<void>;
}

async function captureTail(
  stream: NodeJS.ReadableStream,
  tail: Tail,
  sink: Sink,
  limits: Limits,
  filter?: (chunk: Buffer) => Buffer,
): Promise<void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      limits.output();
      const kept = filter ? filter(chunk) : chunk;
      tail.push(kept);
      await sink.write(kept);
    }
  } catch (error) {
    // A stream that was let go of ends early; what was read stays.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** Most bytes that one command adds to its log; a build's log has some MB. */
const MOST_LOG_BYTES = 256 << 20;

/** Log file that is written no faster than the disk takes it, and that a command cannot fill the disk with. */
async function openLog(path: string | undefined, mask: (text: string) => string = maskSecrets): Promise<Sink> {
  if (path === undefined) return {write: async () => undefined, close: async () => undefined};
  const file = createWriteStream(path, {flags: 'a', mode: 0o640});
  // A full disk is told by the write that fails; an error event that nobody hears would end the worker.
  file.on('error', () => undefined);
  const add = (chunk: Buffer | string) =>
    new Promise<void>((done, fail) => file.write(chunk, (error) => (error ? fail(error) : done())));
  let room = MOST_LOG_BYTES;
  let dropped = 0;
  const lines = new SecretLines(mask);
  const keep = async (text: string): Promise<void> => {
    const kept = text.slice(0, room);
    room -= kept.length;
    dropped += text.length - kept.length;
    if (kept.length > 0) await add(Buffer.from(kept, 'latin1'));
  };
  return {
    // As Latin-1 all bytes come through as they are.
    write: (chunk) => keep(lines.take(chunk.toString('latin1'))),
    async close() {
      await keep(lines.end());
      if (dropped > 0) await add(`\n[${dropped} more bytes were printed and are not kept]\n`);
      await finished(file.end());
    },
  };
}
