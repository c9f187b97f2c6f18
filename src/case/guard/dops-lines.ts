/** Effects of one line of overlay.dops on the port, as far as the guard needs them. */
export interface DopsLine {
  /** Equivalent make text. */
  readonly make?: readonly string[];
  readonly plist?: readonly string[];
  /** Files of the port that it removes. */
  readonly drops?: readonly string[];
  /** Files of the port that it edits as text. */
  readonly edits?: readonly string[];
  /** Files of the port that it replaces or creates. */
  readonly writes?: readonly string[];
  /** Files of the overlay that it copies into the port. */
  readonly materializes?: readonly string[];
}

const ASSIGN: Readonly<Record<string, string>> = {set: '=', add: '+=', eval: ':=', shell: '!='};

/**
 * Parses a line of overlay.dops (contract, 7.4). A line that is not an operation, such as one inside a block, is treated as
 * make text, which is what blocks contain.
 */
export function readDopsLine(line: string): DopsLine {
  const tokens = tokenize(line);
  const [first, second, third = '', ...rest] = tokens;
  if (first === 'mk' && second !== undefined) return make(second, third, rest);
  if (first === 'text') return text(tokens);
  if (first === 'file') return file(second, third, rest);
  if (first === 'patch' || first === 'target' || first === 'reason' || first === 'port') return {};
  // `type mask` and `type lock` exclude the port from the build, as STATUS does.
  if (first === 'type') return {make: second === 'port' ? [] : [`IGNORE=\ttype ${second}`]};
  return {make: [line]};
}

function make(verb: string, third: string, rest: readonly string[]): DopsLine {
  const assign = ASSIGN[verb];
  if (assign !== undefined) return {make: [`${third}${assign}\t${rest.join(' ')}`]};
  if (verb !== 'target') return {};
  const [name = '', , renamed = ''] = rest;
  return {make: [`${third === 'rename' ? renamed : name}:`]};
}

function text(tokens: readonly string[]): DopsLine {
  const at = (key: string): string => tokens[tokens.indexOf(key) + 1] ?? '';
  if (!tokens.includes('file')) return {};
  const path = at('file');
  const lines = ['line', 'to'].flatMap((key) => (tokens.includes(key) ? at(key).split('\n') : []));
  if (/(^|\/)Makefile|\.mk$/.test(path)) return {make: lines, edits: [path]};
  return /plist/.test(path) ? {plist: lines, edits: [path]} : {edits: [path]};
}

function file(verb: string | undefined, from: string, rest: readonly string[]): DopsLine {
  if (verb === 'remove') return {drops: [from]};
  const to = rest.at(-1) ?? '';
  if (verb === 'materialize') return {materializes: [from], writes: [to]};
  return verb === 'copy' ? {writes: [to]} : {};
}

/** Splits a line at blanks and unquotes double-quoted strings (`\"`, `\\`, `\n`, `\t`). */
function tokenize(line: string): string[] {
  const tokens = line.match(/"(?:[^"\\]|\\.)*"?|\S+/g) ?? [];
  return tokens.map((token) =>
    token.startsWith('"')
      ? token.replace(/^"|"$/g, '').replace(/\\(.)/g, (_all, one: string) => ({n: '\n', t: '\t'})[one] ?? one)
      : token,
  );
}
