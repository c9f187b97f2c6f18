import {readFileSync} from 'node:fs';
import {registerHooks, stripTypeScriptTypes} from 'node:module';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {accepts} from './config.ts';
import {instrument} from './instrument.ts';

/**
 * Loads modules of a project with the mutants of some sources in them. A second load under a query makes new instances of the modules
 * that depend on a source, and shares all others.
 */
export class MutatedModules {
  readonly #root: string;
  readonly #codes = new Map<string, string>();
  readonly #sourceOf: string[] = [''];
  readonly #importers = new Map<string, Set<string>>();
  #reloaded: {readonly query: string; readonly urls: ReadonlySet<string>} | undefined;

  constructor(root: string, sources: readonly string[]) {
    this.#root = root;
    for (const file of sources) {
      const {mutants, code} = instrument(file, readFileSync(join(root, file), 'utf8'), this.#sourceOf.length, accepts);
      this.#codes.set(this.#urlOf(file), stripTypeScriptTypes(code));
      for (const _ of mutants) this.#sourceOf.push(file);
    }
    this.#register();
  }

  async load(file: string): Promise<void> {
    await import(this.#urlOf(file) + (this.#reloaded?.query ?? ''));
  }

  /** Runs `body`, in which `load` makes new instances of what depends on the mutant's source. */
  async reloading<T>(mutant: number, body: () => Promise<T>): Promise<T> {
    const urls = new Set<string>();
    const add = (url: string): void => {
      if (urls.has(url)) return;
      urls.add(url);
      for (const importer of this.#importers.get(url) ?? []) add(importer);
    };
    add(this.#urlOf(this.#sourceOf[mutant] ?? ''));
    this.#reloaded = {query: `?mutant=${mutant}`, urls};
    try {
      return await body();
    } finally {
      this.#reloaded = undefined;
    }
  }

  /** Returns the test files, of those given, that import each source, directly or not. */
  importersOf(source: string, files: readonly string[]): string[] {
    const seen = new Set<string>();
    const add = (url: string): void => {
      if (seen.has(url)) return;
      seen.add(url);
      for (const importer of this.#importers.get(url) ?? []) add(importer);
    };
    add(this.#urlOf(source));
    return files.filter((file) => seen.has(this.#urlOf(file)));
  }

  #urlOf(file: string): string {
    return pathToFileURL(join(this.#root, file)).href;
  }

  #register(): void {
    registerHooks({
      resolve: (specifier, context, next) => {
        const resolved = next(specifier, context);
        const url = withoutQuery(resolved.url);
        if (context.parentURL !== undefined && url.startsWith('file:')) {
          const importers = this.#importers.get(url) ?? new Set();
          this.#importers.set(url, importers.add(withoutQuery(context.parentURL)));
        }
        const reloaded = this.#reloaded;
        return reloaded?.urls.has(url) ? {...resolved, url: url + reloaded.query} : resolved;
      },
      load: (url, context, next) => {
        const source = this.#codes.get(withoutQuery(url));
        return source === undefined ? next(url, context) : {format: 'module', source, shortCircuit: true};
      },
    });
  }
}

function withoutQuery(url: string): string {
  return url.startsWith('file:') ? pathToFileURL(fileURLToPath(url)).href : url;
}
