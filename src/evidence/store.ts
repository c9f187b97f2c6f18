import {createHash} from 'node:crypto';
import {lstat, mkdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {maskSecrets} from '../case/evidence/secrets.ts';
import type {RecordId} from '../case/types.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {readUnlinkedBytes} from './regular-file.ts';
import {writeAtomically} from './write-atomically.ts';

/**
 * Content-addressed records below an evidence root: `objects/sha256/aa/bb/<sha256>`.
 * Writing the same content again changes nothing, so a retried activity is harmless.
 */
export class RecordStore {
  readonly root: string;
  readonly #mask: (text: string) => string;

  /** `mask` takes secrets out of the texts that `put` writes; by default those of known forms. */
  constructor(evidenceRoot: string, mask: (text: string) => string = maskSecrets) {
    this.root = join(evidenceRoot, 'objects', 'sha256');
    this.#mask = mask;
  }

  /** Absolute path of a record. Throws on an id that is not 64 hex digits, which a model or a file may have made up. */
  path(id: RecordId): string {
    if (!/^[0-9a-f]{64}$/.test(id)) throw new Error(`A record id must be 64 lower-case hex digits; got ${JSON.stringify(id)}.`);
    return join(this.root, id.slice(0, 2), id.slice(2, 4), id);
  }

  async put(content: string): Promise<RecordId> {
    return this.putExact(this.#mask(content));
  }

  /** Stores content without masking it, for diffs, which must not change by a byte. */
  async putExact(content: string | Uint8Array): Promise<RecordId> {
    const id = createHash('sha256').update(content).digest('hex');
    if (await this.has(id)) return id;
    const path = this.path(id);
    await mkdir(dirname(path), EVIDENCE_DIR);
    await writeAtomically(dirname(path), id, content);
    return id;
  }

  /** Reports whether a record is stored. */
  async has(id: RecordId): Promise<boolean> {
    const present = await lstat(this.path(id)).catch(() => undefined);
    return present?.isFile() === true;
  }

  async putJson(value: unknown): Promise<RecordId> {
    return this.put(JSON.stringify(value));
  }

  async bytes(id: RecordId): Promise<Buffer> {
    return readUnlinkedBytes(this.path(id));
  }

  /** Returns a record for display and for rules: bytes that are no UTF-8 become U+FFFD. */
  async text(id: RecordId): Promise<string> {
    return (await this.bytes(id)).toString('utf8');
  }

  async json<T>(id: RecordId): Promise<T> {
    return JSON.parse(await this.text(id)) as T;
  }
}
