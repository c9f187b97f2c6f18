/** A line of a Makefile by its form. */
export interface MakeLine {
  readonly kind: 'recipe' | 'directive' | 'assignment' | 'target' | 'comment' | 'other';
  readonly text: string;
  /** Of an assignment the variable, of a target its names, of a directive its name. */
  readonly name: string;
  /** Of an assignment the value, of a directive its arguments, of a recipe the command without `@`, `-`, `+`. */
  readonly value: string;
}

const DIRECTIVE = /^[ ]*\.[ \t]*(-?[a-z]+)\b(?!\s*[?+:!]?=|[\w.-]*\s*::?(?!=))[ \t]*(.*)$/s;
const ASSIGNMENT = /^[ ]*((?:[\w.%+/()-]|\$\{[^{}]{0,80}\})+?)[ \t]*(?:[?+:!]|:sh)?=(.*)$/s;
const TARGET = /^[ ]*((?:[^:!#=$]|\$[({][^(){}]{0,80}[)}])+?)(?:::?|!)(?!=)(.*)$/s;

/** The latest lines by their text: each rule parses the same ones. */
const latest = new Map<string, MakeLine>();
const MOST_LATEST = 2000;

/** Parses a logical line of a Makefile. Form feeds and the like are blanks for make. */
export function readMakeLine(text: string): MakeLine {
  const known = latest.get(text);
  if (known !== undefined) return known;
  if (latest.size >= MOST_LATEST) latest.clear();
  const line = parseLine(text);
  latest.set(text, line);
  return line;
}

function parseLine(text: string): MakeLine {
  const line = text.replace(/[\f\v\r]/g, ' ');
  if (line.startsWith('\t') && line.trim() !== '')
    return {kind: 'recipe', text, name: '', value: line.replace(/^[\t @+-]+/, '').trim()};
  if (/^\s*(?:#|$)/.test(line)) return {kind: 'comment', text, name: '', value: ''};
  const found = firstOf(line);
  if (found === undefined) return {kind: 'other', text, name: '', value: line};
  const [kind, [, name = '', value = '']] = found;
  return {kind, text, name: name.trim(), value: value.trim()};
}

function firstOf(line: string): readonly [MakeLine['kind'], RegExpExecArray] | undefined {
  const forms = [
    ['directive', DIRECTIVE],
    ['assignment', ASSIGNMENT],
    ['target', TARGET],
  ] as const;
  for (const [kind, form] of forms) {
    const match = form.exec(line);
    if (match !== null) return [kind, match];
  }
  return undefined;
}

/** Returns the words of a value. `"…"` and `'…'` are one, without their quotes. */
export function wordsOf(value: string): string[] {
  return [...value.matchAll(/(?:"[^"]*"?|'[^']*'?|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}
