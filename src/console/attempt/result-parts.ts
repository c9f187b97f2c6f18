import {isFields, type Payload, type ToolUse} from './turns.ts';

/** A part of a tool call, by the kind of its text. All texts are untrusted. */
export type ResultPart =
  | {readonly kind: 'error'; readonly text: string}
  /** Facts in short, with their names. */
  | {readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[]}
  /** Number of fields that are only in the raw JSON. */
  | {readonly kind: 'more'; readonly fields: number}
  /** Lines of a file, the first of which has the number `from`. */
  | {readonly kind: 'file'; readonly text: string; readonly from: number}
  | {readonly kind: 'diff'; readonly text: string}
  /** A text that was replaced by another. */
  | {readonly kind: 'change'; readonly before: string; readonly after: string}
  | {readonly kind: 'log' | 'text'; readonly name: string; readonly text: string};

/** Longest text that stands in a row with others. */
const SHORT = 120;
/** Most fields of an object that are shown. */
const MOST_FIELDS = 60;
/** Fields that have nothing for a reader: they repeat the call, or are for the model. */
const UNSHOWN = new Set([
  'ok',
  'error',
  'kind',
  'sha256',
  'left',
  'encoding',
  'rebuild_ok',
  'path',
  'origin',
  'relpath',
  'size',
  'stdout_truncated',
  'stderr_truncated',
]);
const LOGS = new Set(['stdout_tail', 'stderr_tail', 'log_tail', 'tail', 'output', 'errors', 'root_causes']);
const PLACES = new Set(['first_line', 'last_line', 'total_lines', 'line']);

/** Returns what a tool call was given that a reader wants to see: a change, a file, a diff, a long text. */
export function argumentParts({args}: ToolUse): ResultPart[] {
  if (!isFields(args.value)) return args.text.trim() === '' ? [] : [{kind: 'text', name: 'arguments', text: args.text}];
  const {old_text: before, new_text: after, content, ...rest} = args.value;
  const change = typeof before === 'string' && typeof after === 'string' ? [{kind: 'change', before, after} as const] : [];
  const file = typeof content === 'string' ? [{kind: 'file', text: content, from: 1} as const] : [];
  return [...change, ...file, ...fieldParts(rest)];
}

/** Returns what a tool answered, by kind; short facts first. */
export function resultParts({result}: ToolUse): ResultPart[] {
  if (result === undefined) return [];
  if (!isFields(result.value)) return [{kind: 'text', name: 'result', text: result.text}];
  const {error, content, first_line: from, ...rest} = result.value;
  const failure = typeof error === 'string' && error !== '' ? [{kind: 'error', text: error} as const] : [];
  const number = typeof from === 'number' && Number.isSafeInteger(from) && from > 0 ? from : 1;
  const file = typeof content === 'string' && content !== '' ? [{kind: 'file', text: content, from: number} as const] : [];
  return [...failure, ...fieldParts(rest), ...file];
}

/** Returns the label of the lines that a file's result has: `lines 580–584 of 861`; undefined for any other. */
export function linesLabel({value}: Payload): string | undefined {
  if (!isFields(value)) return undefined;
  const {first_line: from, last_line: to, total_lines: total} = value;
  if (typeof from !== 'number' || typeof to !== 'number' || typeof total !== 'number') return undefined;
  return from === 1 && to === total ? `${total} ${total === 1 ? 'line' : 'lines'}` : `lines ${from}–${to} of ${total}`;
}

function fieldParts(fields: Readonly<Record<string, unknown>>): ResultPart[] {
  const facts: (readonly [string, string])[] = [];
  const long: ResultPart[] = [];
  const entries = Object.entries(fields);
  for (const [name, value] of entries.slice(0, MOST_FIELDS)) {
    if (UNSHOWN.has(name) || PLACES.has(name) || isNothing(name, value)) continue;
    const text = textOf(value);
    if (text === undefined) continue;
    if (text.length <= SHORT && !text.includes('\n')) facts.push([name, text]);
    else long.push(longPart(name, text));
  }
  const more = entries.length - MOST_FIELDS;
  return [
    ...(facts.length === 0 ? [] : [{kind: 'facts', facts} as const]),
    ...long,
    ...(more > 0 ? [{kind: 'more', fields: more} as const] : []),
  ];
}

function isNothing(name: string, value: unknown): boolean {
  if (value === null || value === '' || value === false) return true;
  if (Array.isArray(value) && value.length === 0) return true;
  return name === 'rc' && value === 0;
}

function longPart(name: string, text: string): ResultPart {
  if (LOGS.has(name)) return {kind: 'log', name, text};
  return isDiff(text) ? {kind: 'diff', text} : {kind: 'text', name, text};
}

function isDiff(text: string): boolean {
  return /^(?:diff --git |--- \S)/m.test(text) && /^@@ -\d/m.test(text);
}

/** Returns a value as text, a list of texts with a line each; undefined where it is too deep to be written. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('\n');
  try {
    const short = JSON.stringify(value);
    return short.length <= SHORT ? short : JSON.stringify(value, null, 2);
  } catch {
    return undefined;
  }
}
