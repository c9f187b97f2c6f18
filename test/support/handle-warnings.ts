import {existsSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import './handle-warnings.cjs';

const PRELOAD = fileURLToPath(new URL('handle-warnings.cjs', import.meta.url));

let collections = 0;

/** Collects the warnings about files left to the garbage collector, of this process and of all that get `env`. */
export class HandleWarnings {
  readonly #path = join(tmpdir(), `portwright-handles-${process.pid}-${++collections}`);

  /** Adds to `env`, the environment of programs that are to be watched, what they need for it. */
  constructor(env: NodeJS.ProcessEnv) {
    process.env.PORTWRIGHT_HANDLE_WARNINGS = this.#path;
    env.PORTWRIGHT_HANDLE_WARNINGS = this.#path;
    if (!env.NODE_OPTIONS?.includes(PRELOAD)) env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ''} --require=${PRELOAD}`.trim();
  }

  /** Returns the warnings so far, one a line, and forgets them. */
  take(): string[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').trimEnd().split('\n');
    rmSync(this.#path);
    return lines;
  }
}
