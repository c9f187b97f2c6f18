import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../setup/paths.ts';
import {childEnv} from './child-env.ts';
import {quoted} from './over-ssh.ts';
import {lastLines} from './tail.ts';

export interface EvidenceRequest {
  /** Evidence root on the host. */
  readonly root: string;
  /** Answers to earlier streams, as lines. */
  readonly answers: string;
  /** Whether results.txt is sent if it alone is new. */
  readonly results: boolean;
}

/** The host has no such evidence root yet: none of its hooks has stored anything. */
export class NoEvidence extends Error {
  override readonly name = 'NoEvidence';
}

/** Most bytes of bundles in one stream, in KB; a larger one comes alone. */
const MAX_KB = 65_536;
const NO_EVIDENCE = 66;
/** A host that sends nothing for so long is given up. */
const SILENCE_MS = 600_000;
const END = 'PORTWRIGHT_ANSWERS';

/** Returns the text for `/bin/sh -s` that applies answers on a host and sends its evidence. Source: hooks/send-evidence. */
export function collectText({root, answers, results}: EvidenceRequest): string {
  const script = readFileSync(join(installRoot(), 'hooks/send-evidence'), 'utf8');
  return `${script}\nse_main collect ${quoted(root)} ${MAX_KB} ${results ? 'yes' : 'no'} <<'${END}'\n${answers}${END}\n`;
}

/**
 * Runs text of sh on a host by a command line that ends with the host, and yields what it prints; any login shell takes that. Throws `NoEvidence`, or an
 * error with what was printed on stderr, if the command then ends with another exit code than 0.
 */
export async function* evidenceStream(
  command: readonly string[],
  text: string,
  {env, signal, silenceMs = SILENCE_MS}: {env: NodeJS.ProcessEnv; signal: AbortSignal; silenceMs?: number},
): AsyncGenerator<Buffer> {
  const [program = 'ssh', ...args] = [...command, '/bin/sh -s'];
  const child = spawn(program, args, {env: childEnv(env), stdio: ['pipe', 'pipe', 'pipe'], signal});
  const exited = once(child, 'exit').catch((error: Error) => [error]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  // A link that breaks is reported by the exit code.
  child.stdin.on('error', () => undefined).end(text);
  const silence = setTimeout(() => child.kill(), silenceMs);
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      silence.refresh();
      yield chunk;
    }
    const [code] = await exited;
    signal.throwIfAborted();
    if (code !== 0) throw failureOf(code, stderr, command);
  } finally {
    clearTimeout(silence);
    child.kill();
  }
}

function failureOf(code: unknown, stderr: string, command: readonly string[]): Error {
  const printed = lastLines(stderr);
  if (code === NO_EVIDENCE) return new NoEvidence(printed);
  if (code instanceof Error) return code;
  return new Error(
    `${command[0]} to ${command.at(-1)} ended with ${code === null ? 'a signal' : `exit code ${code}`}: ${printed}`,
  );
}
