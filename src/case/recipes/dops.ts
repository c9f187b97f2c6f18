/** One statement of an overlay.dops. */
export interface DopsStatement {
  /** Its words, strings without quotes and escapes; `->` is a word. */
  readonly tokens: readonly string[];
  /** First line and the line behind the last, from 0; a heredoc's lines belong to it. */
  readonly from: number;
  readonly to: number;
}

/** The end of a line that goes on in the next one. */
const CONTINUED = /\\[ \t\r]{0,80}$/;

/** Statements of an overlay.dops (contract, 7.4), or undefined if a string or heredoc of it does not end. */
export function dopsStatements(text: string): DopsStatement[] | undefined {
  const lines = text.split('\n');
  const statements: DopsStatement[] = [];
  for (let at = 0; at < lines.length; ) {
    const from = at;
    const parts = [lines[at++] ?? ''];
    while (CONTINUED.test(parts.at(-1) ?? '') && at < lines.length) parts.push(lines[at++] ?? '');
    const parsed = tokenize(
      parts.map((part, index) => (index < parts.length - 1 ? part.replace(CONTINUED, ' ') : part)).join(''),
    );
    if (parsed === undefined) return undefined;
    if (parsed.tag !== undefined) {
      const end = lines.indexOf(parsed.tag, at);
      if (end < 0) return undefined;
      at = end + 1;
    }
    if (parsed.tokens.length > 0) statements.push({tokens: parsed.tokens, from, to: at});
  }
  return statements;
}

function tokenize(line: string): {tokens: string[]; tag?: string} | undefined {
  const found: string[] = [];
  const token = /\s+|#.*$|"((?:[^"\\]|\\.)*)"|<<'([^'\s]+)'\s*$|->|((?:(?!->|<<)[^\s"#'])+)/gy;
  while (token.lastIndex < line.length) {
    const match = token.exec(line);
    if (match === null) return undefined;
    const [all, text, tag, word] = match;
    if (tag !== undefined) return {tokens: found, tag};
    if (text !== undefined) found.push(text.replace(/\\(.)/g, (_, char: string) => ({n: '\n', t: '\t'})[char] ?? char));
    else if (word !== undefined) found.push(word);
    else if (all === '->') found.push(all);
  }
  return {tokens: found};
}

/** Whether all its operations are for this target: one scope at most, and it names the target or @any. */
export function dopsAppliesTo(statements: readonly DopsStatement[], target: string): boolean {
  const scopes = statements.filter(({tokens: [verb]}) => verb === 'target');
  const names = scopes.flatMap(({tokens: [, ...rest]}) => rest.join(' ').split(/[\s,]+/));
  return scopes.length <= 1 && (names.length === 0 || names.includes('@any') || names.includes(target));
}

/** The text without these statements. */
export function withoutStatements(text: string, gone: readonly DopsStatement[]): string {
  const lines = text.split('\n');
  return lines.filter((_, index) => !gone.some(({from, to}) => index >= from && index < to)).join('\n');
}

/** The text with operations added at its end, a line each. */
export function withOperations(text: string, operations: readonly string[]): string {
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${operations.join('\n')}\n`;
}

/** A string of the language. */
export function quoteString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
