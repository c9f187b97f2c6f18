import {createHash} from 'node:crypto';

/** Characters of a block; what two requests share is found in steps of it. */
const BLOCK = 512;
/** Blocks that are remembered for all servers together, the latest: 12 MB of requests. */
const MOST_BLOCKS = 50_000;

/**
 * Beginnings of requests that were sent to model servers, by digest: the only parts that a server's prompt cache can have. It lasts
 * as long as the process; what an earlier worker sent is not in it.
 */
export class SentPrefixes {
  readonly #blocks = new Set<string>();

  /** Returns the length of the longest beginning of `text` that was sent to this server before, in characters. */
  knownLength(server: string, text: string): number {
    const digests = digestsOf(server, text);
    const known = digests.findIndex((digest) => !this.#blocks.has(digest));
    return known < 0 ? text.length : known * BLOCK;
  }

  /** Remembers a request that was sent and answered. */
  add(server: string, text: string): void {
    for (const digest of digestsOf(server, text)) {
      this.#blocks.delete(digest);
      this.#blocks.add(digest);
    }
    for (const oldest of this.#blocks) {
      if (this.#blocks.size <= MOST_BLOCKS) return;
      this.#blocks.delete(oldest);
    }
  }
}

/** Returns a digest for each block, of all the text up to its end; the last block may be shorter. */
function digestsOf(server: string, text: string): string[] {
  const hash = createHash('sha256').update(`${server}\n`);
  const digests: string[] = [];
  for (let at = 0; at < text.length; at += BLOCK)
    digests.push(
      hash
        .update(text.slice(at, at + BLOCK))
        .copy()
        .digest('base64')
        .slice(0, 22),
    );
  return digests;
}
