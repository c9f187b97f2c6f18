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
  /** The complete environment of the child. */
  readonly env: NodeJS.ProcessEnv;
  /** Seconds between TERM and KILL. */
  readonly graceSeconds: number;
  /** Filters stderr before it is stored and logged. */
  readonly stderrFilter?: (chunk: Buffer) => Buffer;
  /** Filters stdout before it is passed on, stored and logged. */
  readonly stdoutFilter?: (chunk: Buffer) => Buffer;
  /** Standard input stays open behind `stdin`. Closing it asks the command to end, before its group is sent TERM. */
  readonly isStdinHeld?: boolean;
  /** Removes secrets from what goes into the log file. */
  readonly mask?: (text: string) => string;
}

/**
 * Runs a command of the host's with limits, and returns when its process group is gone. Throws the signal's reason when aborted,
 * and the system's own error when the log cannot be written.
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const limit = options.tailBytes ?? 32768;
  const out = new Tail(limit);
  const err = new Tail(limit);
  const sink = await openLog(options.logFile, options.mask);
  const child = start(argv, options);
  const limits = new Limits(child.nodeChildProcess, options);
  try {
    await Promise.all([
      child,
      captureTail(child.stdout, out, sink, limits, observedStdout(options)),
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
    detached: true, // leader of a new process group, which can be ended as one
    cleanup: false,
    reject: false,
    buffer: false,
    extendEnv: false,
    env: options.env,
    encoding: 'buffer',
    ...(options.isStdinHeld ? {} : {input: options.stdin ?? ''}),
    stdio: ['pipe', 'pipe', 'pipe', {value: 'pipe', input: true}],
  });
  if (options.isStdinHeld) {
    const {stdin} = child.nodeChildProcess;
    stdin?.on('error', () => undefined);
    stdin?.write(options.stdin ?? '');
  }
  releaseOnExit(child.nodeChildProcess);
  return child;
}

/** Ends the lifeline with the command, and stops waiting for output that a process of another session holds open. */
function releaseOnExit(child: ChildProcess): void {
  const lifeline = child.stdio[3];
  lifeline?.on('error', () => undefined);
  child.once('exit', () => {
    if (lifeline && 'end' in lifeline) lifeline.end();
    const patience = setTimeout(() => [child.stdout, child.stderr].map((stream) => stream?.destroy()), 5000);
    child.once('close', () => clearTimeout(patience));
  });
}

function observedStdout({stdoutFilter, onStdout}: RunOptions): ((chunk: Buffer) => Buffer) | undefined {
  if (onStdout === undefined) return stdoutFilter;
  return (chunk) => {
    const passed = stdoutFilter ? stdoutFilter(chunk) : chunk;
    if (passed.length > 0) onStdout(passed);
    return passed;
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
      const passed = filter ? filter(chunk) : chunk;
      tail.push(passed);
      await sink.write(passed);
    }
  } catch (error) {
    // A released stream ends early; what was read stays.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** Most bytes that one command adds to its log; a build's log has some MB. */
const MOST_LOG_BYTES = 256 << 20;

/** Log file that is written no faster than the disk takes it, and that a command cannot fill the disk with. */
async function openLog(path: string | undefined, mask: (text: string) => string = maskSecrets): Promise<Sink> {
  if (path === undefined) return {write: async () => undefined, close: async () => undefined};
  const file = createWriteStream(path, {flags: 'a', mode: 0o640});
  // A full disk is reported by the failed write; an error event without a listener would end the worker.
  file.on('error', () => undefined);
  const add = (chunk: Buffer | string) =>
    new Promise<void>((done, fail) => file.write(chunk, (error) => (error ? fail(error) : done())));
  let room = MOST_LOG_BYTES;
  let dropped = 0;
  const lines = new SecretLines(mask);
  const append = async (text: string): Promise<void> => {
    const fitting = text.slice(0, room);
    room -= fitting.length;
    dropped += text.length - fitting.length;
    if (fitting.length > 0) await add(Buffer.from(fitting, 'latin1'));
  };
  return {
    // As Latin-1 all bytes come through as they are.
    write: (chunk) => append(lines.take(chunk.toString('latin1'))),
    async close() {
      await append(lines.end());
      if (dropped > 0) await add(`\n[${dropped} more bytes were printed and are not stored]\n`);
      await finished(file.end());
    },
  };
}
