import {SystemFailure} from './failure.ts';
import {decodeText, encodeText, fileAbove, readBytes} from './read-entry.ts';
import type {Tree} from './tree.ts';

/** Mode of every file that the reference writes. */
const WRITTEN_MODE = 0o600;

/**
 * Edits of a run, by resolved path. Texts, bytes and removals are apart, as in the reference: a reader sees staged texts and
 * removals, and does not see staged bytes.
 */
export class Staging {
  readonly #tree: Tree;
  readonly #texts = new Map<string, string>();
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #removals = new Set<string>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Returns the text of a file with the edits staged so far; undefined if there is none. */
  readText(path: string): string | undefined {
    const staged = this.#texts.get(path);
    if (staged !== undefined) return staged;
    if (this.#removals.has(path)) return undefined;
    const bytes = readBytes(this.#tree, path);
    return bytes === undefined ? undefined : decodeText(bytes, path);
  }

  writeText(path: string, text: string): void {
    this.#texts.set(path, text);
    this.#bytes.delete(path);
    this.#removals.delete(path);
  }

  writeBytes(path: string, bytes: Uint8Array): void {
    this.#bytes.set(path, bytes);
    this.#texts.delete(path);
    this.#removals.delete(path);
  }

  remove(path: string): void {
    this.#removals.add(path);
    this.#texts.delete(path);
    this.#bytes.delete(path);
  }

  /** Returns what a file would have if the run ended now: its bytes, null for a removal, undefined if nothing is staged. */
  staged(path: string): Uint8Array | null | undefined {
    const text = this.#texts.get(path);
    if (text !== undefined) return encodeText(text);
    return this.#bytes.get(path) ?? (this.#removals.has(path) ? null : undefined);
  }

  /** Returns the paths with staged edits. */
  paths(): string[] {
    return [...this.#texts.keys(), ...this.#bytes.keys(), ...this.#removals];
  }

  /** Writes texts, then bytes, then removals, in the order of staging. What was written before a failure stays. */
  commit(): void {
    for (const [path, text] of this.#texts) this.#write(path, encodeText(text));
    for (const [path, bytes] of this.#bytes) this.#write(path, bytes);
    for (const path of this.#removals) this.#remove(path);
  }

  #write(path: string, bytes: Uint8Array): void {
    const parent = fileAbove(this.#tree, path);
    if (parent !== undefined) throw new SystemFailure(`${parent} is a file and no directory.`);
    if (this.#tree.get(path)?.kind === 'directory') throw new SystemFailure(`${path || 'The root'} is a directory.`);
    this.#tree.set(path, {kind: 'file', bytes, mode: WRITTEN_MODE});
  }

  #remove(path: string): void {
    const entry = this.#tree.get(path);
    if (entry?.kind === 'directory') throw new SystemFailure(`${path || 'The root'} is a directory, and only files are removed.`);
    if (entry !== undefined) this.#tree.delete(path);
  }
}
