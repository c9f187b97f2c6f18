const MAX_CHARS = 300;

/**
 * Returns a short form of a reply for a list: the body of its section `## Patch Summary`, else its start, in one line of at
 * most 300 characters.
 */
export function replyExcerpt(text: string): string {
  const summary = /^##\s*Patch Summary\s*\n([\s\S]*?)(?=^##\s|(?![\s\S]))/im.exec(text)?.[1];
  return (summary?.trim() || text).replace(/\s+/g, ' ').trim().slice(0, MAX_CHARS);
}
