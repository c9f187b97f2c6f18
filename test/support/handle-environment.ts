import {createRequire} from 'node:module';
import {setTimeout as delay} from 'node:timers/promises';
import {TestEnvironment} from 'jest-environment-node';
import {shareCompileCache} from './compile-cache.ts';
import {HandleWarnings} from './handle-warnings.ts';

const PATIENCE_MS = 5000;

/** The module that tests and sources get their `open` from. */
const fs: typeof import('node:fs/promises') = createRequire(import.meta.url)('node:fs/promises');

/**
 * Fails a test file that leaves a FileHandle open, and one whose programs leave a file to the garbage collector (DEP0137, which a
 * later Node makes an error). The first needs no garbage collection, so it is noticed every time.
 */
export default class HandleEnvironment extends TestEnvironment {
  readonly #open = new Map<object, Error>();
  readonly #realOpen = fs.open;
  #warnings: HandleWarnings | undefined;

  override async setup(): Promise<void> {
    await super.setup();
    this.#warnings = new HandleWarnings(this.global.process.env);
    shareCompileCache(this.global.process.env);
    fs.open = async (...args) => {
      const opened = new Error(`${args[0]} was opened, and never closed`);
      const handle = await this.#realOpen.call(fs, ...args);
      this.#open.set(handle, opened);
      (handle as unknown as NodeJS.EventEmitter).once('close', () => this.#open.delete(handle));
      return handle;
    };
  }

  override async teardown(): Promise<void> {
    fs.open = this.#realOpen;
    // Streams close their handle some turns of the event loop after they end.
    for (let waited = 0; this.#open.size > 0 && waited < PATIENCE_MS; waited += 20) await delay(20);
    const left = [...this.#open.values()].map(({stack}) => stack ?? '');
    const warnings = this.#warnings?.take() ?? [];
    await super.teardown();
    if (left.length + warnings.length > 0) throw new Error(`Close what is opened:\n${[...left, ...warnings].join('\n')}`);
  }
}
