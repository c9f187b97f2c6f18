/** An assignment of a variable in a Makefile, including its continuation lines. */
export interface Assignment {
  readonly operator: string;
  /** Words of the value, with their quotes. */
  readonly values: readonly string[];
  /** Offsets in the text, from the name to after the line break. */
  readonly start: number;
  readonly end: number;
  /** Whether it is inside .if or .for. */
  readonly conditional: boolean;
  /** Offset after the last word. */
  readonly valueEnd: number;
}

interface Value {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Returns every assignment of `name` in a Makefile, in order. */
export function assignments(text: string, name: string): Assignment[] {
  const found: Assignment[] = [];
  let depth = 0;
  for (const {start, end} of logicalLines(text)) {
    const line = text.slice(start, end);
    if (/^\.\s*(if|ifdef|ifndef|ifmake|for)\b/.test(line)) depth += 1;
    if (/^\.\s*end(if|for)\b/.test(line)) depth -= 1;
    const [head, variable, operator = ''] = /^ *([A-Za-z_][\w.]*)[ \t]*([+?:!]?=)/.exec(line) ?? [];
    if (head === undefined || variable !== name) continue;
    const values = valuesIn(text, start + head.length, end);
    const valueEnd = values.at(-1)?.end ?? start + head.length;
    found.push({operator, values: values.map((value) => value.text), start, end, conditional: depth > 0, valueEnd});
  }
  return found;
}

/**
 * Returns the text without the unwanted words of the variable, and without assignments that would be empty; undefined if it has
 * none of them.
 */
export function removeValues(text: string, name: string, unwanted: (value: string) => boolean): string | undefined {
  const cuts = assignments(text, name).flatMap((one) => {
    if (!['=', '+=', '?='].includes(one.operator) || !one.values.some(unwanted)) return [];
    return [{...one, replacement: one.values.every(unwanted) ? '' : cutValues(text, one, unwanted)}];
  });
  if (cuts.length === 0) return undefined;
  return cuts.reduceRight((result, {start, end, replacement}) => result.slice(0, start) + replacement + result.slice(end), text);
}

/** Removes each unwanted word with the blanks and backslash before it; for the first words of a value, with those after it. */
function cutValues(text: string, {start, end, values}: Assignment, unwanted: (value: string) => boolean): string {
  const line = text.slice(start, end);
  const from = start + line.indexOf('=') + 1;
  const places = valuesIn(text, from, end);
  const firstRemaining = values.findIndex((value) => !unwanted(value));
  let out = text.slice(start, places[0]?.start ?? from);
  let at = places[firstRemaining]?.start ?? end;
  for (const [index, place] of places.entries()) {
    if (index < firstRemaining) continue;
    if (!unwanted(place.text)) out += text.slice(at, place.end);
    at = place.end;
  }
  return out + text.slice(at, end);
}

/**
 * Returns the text with words added to the variable by `+=`, one per line: to its last such assignment, or in a new one before
 * the first target.
 */
export function appendValues(text: string, name: string, values: readonly string[]): string {
  const last = assignments(text, name).findLast((one) => one.operator === '+=' && !one.conditional && one.values.length > 0);
  const between = ' \\\n\t\t';
  if (last !== undefined) return `${text.slice(0, last.valueEnd)}${between}${values.join(between)}${text.slice(last.valueEnd)}`;
  return insertBeforeTargets(text, `${name}+=\t${values.join(between)}\n`);
}

/**
 * Returns the text with lines inserted before its first target (and the target's comment), or at its end without a target
 * outside of .if.
 */
export function insertBeforeTargets(text: string, line: string): string {
  const terminated = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const at = firstTarget(terminated);
  if (at === undefined) return terminated + line;
  const before = terminated.slice(0, at).replace(/\n+$/, '\n');
  return `${before}${line}\n${terminated.slice(at)}`;
}

/** Returns the offset of the first target outside of conditionals, or of the comment directly above it. */
function firstTarget(text: string): number | undefined {
  let depth = 0;
  let above: number | undefined;
  for (const {start, end} of logicalLines(text)) {
    const line = text.slice(start, end);
    if (/^\.\s*(if|ifdef|ifndef|ifmake|for)\b/.test(line)) depth += 1;
    if (/^\.\s*end(if|for)\b/.test(line)) depth -= 1;
    if (/^[A-Za-z][\w.${}/-]*([ \t]+[\w.${}/-]+)*[ \t]*::?(?![=:])/.test(line)) return depth === 0 ? (above ?? start) : undefined;
    above = line.startsWith('#') && depth === 0 ? (above ?? start) : undefined;
  }
  return undefined;
}

function logicalLines(text: string): {start: number; end: number}[] {
  return [...text.matchAll(/(?:[^\\\n]|\\(?:[\s\S]|$))*(?:\n|$)/g)].flatMap(({0: line, index}) =>
    line === '' ? [] : [{start: index, end: index + line.length}],
  );
}

/** Returns the words between two offsets: separated by blanks and continuations, joined by quotes, ended by `#`. */
function valuesIn(text: string, from: number, to: number): Value[] {
  const values: Value[] = [];
  const pattern = /(?:\\\r?\n|[ \t\r\n])+|#.*|(?:"[^"\n]*"|'[^'\n]*'|\\[^\n]|[^\s\\"'#]|["'])+/gy;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null && match.index < to; match = pattern.exec(text)) {
    if (match[0].startsWith('#')) break;
    if (/^[^\s\\]|^\\[^\r\n]/.test(match[0])) values.push({text: match[0], start: match.index, end: pattern.lastIndex});
    if (pattern.lastIndex >= to) break;
  }
  return values;
}
