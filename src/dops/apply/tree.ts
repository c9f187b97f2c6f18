/** An entry of a tree. `mode` has the permission bits. */
export type Entry =
  | {readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number}
  | {readonly kind: 'directory'}
  | {readonly kind: 'link'; readonly target: string};

/** Files of a port or an overlay by path below its root, such as `files/patch-a`. The root itself is ''. */
export class Tree {
  readonly #entries = new Map<string, Entry>();

  constructor(entries: Iterable<readonly [string, Entry]> = []) {
    for (const [path, entry] of entries) this.set(path, entry);
  }

  get(path: string): Entry | undefined {
    return path === '' ? {kind: 'directory'} : this.#entries.get(path);
  }

  /** Adds or replaces an entry. Missing directories above are added. Throws for a path that is not plain names below the root. */
  set(path: string, entry: Entry): void {
    if (path.split('/').some((name) => name === '' || name === '.' || name === '..'))
      throw new Error(`${JSON.stringify(path)} is no path below the root of a tree.`);
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      if (!this.#entries.has(parent)) this.#entries.set(parent, {kind: 'directory'});
    }
    this.#entries.set(path, entry);
  }

  delete(path: string): void {
    this.#entries.delete(path);
  }

  /** Replaces all entries. */
  assign(other: Tree): void {
    const entries = [...other.entries()];
    this.#entries.clear();
    for (const [path, entry] of entries) this.#entries.set(path, entry);
  }

  /** Returns all entries, by path. */
  entries(): [string, Entry][] {
    return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  copy(): Tree {
    return new Tree(this.#entries);
  }

  /** Whether a path below the entry exists. */
  hasChildren(path: string): boolean {
    const prefix = `${path}/`;
    for (const one of this.#entries.keys()) if (one.startsWith(prefix)) return true;
    return false;
  }
}
