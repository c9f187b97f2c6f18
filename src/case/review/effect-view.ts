import type {AttemptResult} from '../status.ts';
import {jsonObject} from '../text/json-object.ts';

/** One difference of the composed port, for display. Texts are untrusted. */
export interface ShownChange {
  /** Heading of its kind. */
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  /** State before and after the diff; undefined where the text alone describes the change. */
  readonly before?: string;
  readonly after?: string;
}

/** "Effect on the port", as analysis/effect.json has it, within bounds for display. Texts are untrusted. */
export interface EffectView {
  /** Record of the diff that was judged; empty if unknown. */
  readonly diff: string;
  /** One line. */
  readonly summary: string;
  readonly changes: readonly ShownChange[];
  /** Number of changes that are left out. */
  readonly omitted: number;
  /** What could not be evaluated, a sentence each. */
  readonly missing: readonly string[];
}

const KINDS: Readonly<Record<string, string>> = {
  file: 'File',
  variable: 'Variable',
  target: 'Target',
  makefile: 'Makefile',
  include: 'Makefile',
  command: 'Command',
  package: 'Package',
};

const MAX_CHANGES = 200;
const MAX_MISSING = 20;
const MAX_NAME = 200;
const MAX_TEXT = 600;
/** Maximum length of the summary, in characters. */
const MAX_SUMMARY = 600;

/** Returns the effect that a text in the form of effect.json describes; undefined if it is none. */
export function parseEffect(json: string): EffectView | undefined {
  const found = jsonObject(json) ?? {};
  if (typeof found.summary !== 'string') return undefined;
  const changes = listOf(found.changes);
  return {
    diff: typeof found.diff === 'string' ? found.diff : '',
    summary: truncated(found.summary, MAX_SUMMARY),
    changes: changes.slice(0, MAX_CHANGES).map(changeOf),
    omitted: Math.max(0, changes.length - MAX_CHANGES),
    missing: (Array.isArray(found.missing) ? found.missing : [])
      .slice(0, MAX_MISSING)
      .map((one) => truncated(String(one), MAX_TEXT)),
  };
}

/**
 * Returns the effect of an attempt's diff: that of effect.json if it is of this diff, else the line that the attempt itself has;
 * undefined where none was evaluated.
 */
export function effectOf(
  {diff, effect}: Pick<AttemptResult, 'diff' | 'effect'>,
  file: EffectView | undefined,
): EffectView | undefined {
  if (file !== undefined && file.diff !== '' && file.diff === diff) return file;
  const summary = effectSummary({effect});
  return summary === undefined ? undefined : {diff: diff ?? '', summary, changes: [], omitted: 0, missing: []};
}

/** Returns what an attempt's diff does to the port in one line; undefined where it was not evaluated. */
export function effectSummary({effect}: Pick<AttemptResult, 'effect'>): string | undefined {
  const line = effect?.replace(/\s+/g, ' ').trim();
  return line ? truncated(line, MAX_SUMMARY) : undefined;
}

function changeOf(one: Fields): ShownChange {
  const name = truncated(String(one.name ?? ''), MAX_NAME);
  const text = typeof one.text === 'string' ? one.text : `${shownValue(one.before)} → ${shownValue(one.after)}`;
  const surrounding = one.surrounding === 'bulk' ? ' (in a bulk build)' : '';
  const sides = sidesOf(one, text);
  return {
    kind: Object.hasOwn(KINDS, String(one.kind)) ? (KINDS[String(one.kind)] as string) : 'Other',
    name: `${name}${surrounding}`,
    text: truncated(text.startsWith(`${one.name}: `) ? text.slice(name.length + 2) : text, MAX_TEXT),
    ...(sides && {before: truncated(sides[0], MAX_TEXT), after: truncated(sides[1], MAX_TEXT)}),
  };
}

const FILE_SIDES: Readonly<Record<string, readonly [string, string]>> = {
  added: ['absent', 'added'],
  removed: ['present', 'removed'],
  changed: ['present', 'changed'],
};

/** Returns a change as before and after; undefined where it was recorded as a text alone. */
function sidesOf(one: Fields, text: string): readonly [string, string] | undefined {
  if (one.kind === 'file') return FILE_SIDES[text];
  if (typeof one.before === 'string' || typeof one.after === 'string') return [shownValue(one.before), shownValue(one.after)];
  const sides = text.replace(`${one.name}: `, '').split(' → ');
  return one.kind === 'variable' && sides.length === 2 ? [sides[0] ?? '', sides[1] ?? ''] : undefined;
}

function shownValue(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : 'nothing';
}

function truncated(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
}

type Fields = Readonly<Record<string, unknown>>;

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}
