/** Headings of a triage reply, in lower case. */
const HEADINGS = [
  'classification',
  'platform',
  'root cause',
  'evidence',
  'suggested fix',
  'confidence',
  'notes',
  'snippet requests',
] as const;
/** Heading of a triage reply. */
export type Heading = (typeof HEADINGS)[number];

/** Line ends of a reply. */
export const LINE_END = /\r\n|\r|\n/;

/**
 * Returns the Markdown fence that is open after a line: its marks, or an empty string. A fence is closed by at least as many of
 * the same marks.
 */
export function fenceAfter(open: string, line: string): string {
  const marks = /^ {0,3}(?:> ?)?(`{3,}|~{3,})(.*)$/.exec(line);
  if (!marks?.[1]) return open;
  if (open === '') return marks[1].startsWith('`') && marks[2]?.includes('`') ? '' : marks[1];
  return marks[1].startsWith(open) && marks[2]?.trim() === '' ? '' : open;
}

/**
 * Parses a heading: `## Confidence`, `**Confidence:** high`, `### 6. confidence - high`. Any other heading of level 1 or 2 also
 * ends a section; undefined for other lines.
 */
export function readHeading(line: string): {name: Heading | 'other'; rest: string} | undefined {
  const marked = /^ {0,3}(#{1,6})\s*(.*)$/.exec(line);
  const title = marked?.[2] ?? /^ {0,3}(?=\*\*|__)(.*)$/.exec(line)?.[1];
  if (title === undefined) return undefined;
  const plain = title.replace(/^[*_`\s]*(?:\d+\s*[.):]\s*)?[*_`\s]*/, '');
  const name = HEADINGS.find((heading) => plain.toLowerCase().startsWith(heading));
  const rest = name === undefined ? undefined : /^[*_`]*\s*(?:[:–—-]|$)[*_`]*\s*(.*)$/.exec(plain.slice(name.length))?.[1];
  if (name !== undefined && rest !== undefined) return {name, rest: rest.replace(/^#+$/, '')};
  return (marked?.[1]?.length ?? 9) <= 2 && marked?.[2] ? {name: 'other', rest: ''} : undefined;
}
