/** A statement of an overlay.dops. */
export interface DopsStatement {
  /** Tokens; strings without quotes and escapes; `->` is a token. */
  readonly tokens: readonly string[];
  /** First line and the line after the last one, from 0; includes the lines of a heredoc. */
  readonly from: number;
  readonly to: number;
}

/** End of a line that continues on the next one. */
const CONTINUED = /\\[ \t\r]{0,80}$/;

/** Parses an overlay.dops (contract, 7.4); undefined for an unterminated string or heredoc. */
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
    const [all, text, tag, bare] = match;
    if (tag !== undefined) return {tokens: found, tag};
    if (text !== undefined) found.push(text.replace(/\\(.)/g, (_, char: string) => ({n: '\n', t: '\t'})[char] ?? char));
    else if (bare !== undefined) found.push(bare);
    else if (all === '->') found.push(all);
  }
  return {tokens: found};
}

/** Returns whether all operations apply to this target: there is at most one scope, and it names the target or @any. */
export function dopsAppliesTo(statements: readonly DopsStatement[], target: string): boolean {
  const scopes = statements.filter(({tokens: [verb]}) => verb === 'target');
  const names = scopes.flatMap(({tokens: [, ...rest]}) => rest.join(' ').split(/[\s,]+/));
  return scopes.length <= 1 && (names.length === 0 || names.includes('@any') || names.includes(target));
}

/** Returns the text without these statements. */
export function withoutStatements(text: string, removed: readonly DopsStatement[]): string {
  const lines = text.split('\n');
  return lines.filter((_, index) => !removed.some(({from, to}) => index >= from && index < to)).join('\n');
}

/** Returns the text with operations appended, a line each. */
export function withOperations(text: string, operations: readonly string[]): string {
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${operations.join('\n')}\n`;
}

/** Returns a string literal of dops. */
export function quoteString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
