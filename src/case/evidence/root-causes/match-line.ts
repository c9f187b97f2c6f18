import type {Family, Finding} from './finding.ts';
import {literalsOf} from './literals.ts';
import {PHASE_HEADERS} from './phase-header.ts';
import {HARMLESS} from './rules/harmless.ts';
import {RULES} from './rules/index.ts';
import type {Rule} from './rules/rule.ts';
import {TextSearch} from './text-search.ts';

/** Classification of a log line. */
export interface LineMatch {
  readonly family: Family;
  readonly kind: Finding['kind'];
  readonly facts: Readonly<Record<string, string>>;
  /** Offset in the line at which the rule's match ends; missing for the end of the line. */
  readonly end?: number;
  readonly weak?: true;
  readonly survivable?: true;
  readonly wraps?: true;
}

/** A compiler's warning of a function that no header declares. */
export const IMPLICIT_FUNCTION = /(?:implicit declaration of|call to undeclared) (?:library )?function ['"`](\w+)/;

/** Lines that the scan reads beside those of the rules: headings of phases, and warnings that explain a later error. */
const OTHER_LINES: readonly RegExp[] = [...PHASE_HEADERS, /^SUCCEEDED \d\d:/, IMPLICIT_FUNCTION];

/** What a tool puts before the lines of a program that it runs: indentation, its own name, a time. */
const DECORATION =
  /^(?:\s+(?:\[\w+\] )?|npm (?:ERR!|error) |gyp ERR! (?:stack )?(?:Error: )?|\[(?:ERROR|error)\] +|cargo:warning=|warning: \S+@\S+: (?=\S+:\d+:)|\[?\s*\d+(?::\d\d)?[.:]\d\d\]? )+/;

/** Returns the literals of all expressions, and for each literal the numbers of the rules that need it. */
function literalTable(): {texts: string[]; rules: number[][]} {
  const numbers = new Map<string, number[]>();
  const add = (form: RegExp, rule?: number): void => {
    const literals = literalsOf(form);
    if (literals === undefined) throw new Error(`The expression ${form} has no literal text of three characters to search for.`);
    for (const literal of literals)
      numbers.set(literal, [...(numbers.get(literal) ?? []), ...(rule === undefined ? [] : [rule])]);
  };
  for (const [at, {form}] of RULES.entries()) add(form, at);
  for (const form of OTHER_LINES) add(form);
  // A line with an escape is read without it, so any may match.
  numbers.set('\u001b', []);
  return {texts: [...numbers.keys()], rules: [...numbers.values()]};
}

const TABLE = literalTable();
const SEARCH = new TextSearch(TABLE.texts);

/**
 * Returns the offset, at or after `from`, of a character in the next line that may match a rule, be a heading of a phase or an
 * implicit declaration; -1 if there is no such line. Follows from the rules: a line that is left out matches none.
 */
export function nextCandidate(text: string, from: number): number {
  return SEARCH.endOfNext(text, from);
}

/** Returns the classification of a line without escapes and control characters; undefined for an irrelevant line. */
export function matchLine(line: string): LineMatch | undefined {
  if (/\(ignored\)\s*$/.test(line)) return undefined;
  const found = matchRules(line, rulesFor(line));
  if (found !== undefined && found.kind !== 'hint' && found.family !== 'other') return found;
  const [decoration = ''] = DECORATION.exec(line) ?? [];
  if (decoration === '' || decoration.length === line.length) return found;
  const inner = line.slice(decoration.length);
  const within = matchRules(inner, rulesFor(inner).filter(isSpecific));
  return within === undefined ? found : {...within, end: (within.end ?? inner.length) + decoration.length};
}

/** Returns the rules whose literals a line has, in their order. */
function rulesFor(line: string): Rule[] {
  const numbers = new Set<number>();
  for (const text of SEARCH.allIn(line)) for (const rule of TABLE.rules[text] ?? []) numbers.add(rule);
  return [...numbers].sort((a, b) => a - b).flatMap((at) => RULES[at] ?? []);
}

/** Behind a decoration, only the form of a known tool counts: indented text may be anything. */
function isSpecific({family, kind}: Rule): boolean {
  return family !== 'other' && kind !== 'hint';
}

function matchRules(line: string, rules: readonly Rule[]): LineMatch | undefined {
  for (const rule of rules) {
    const match = rule.form.exec(line);
    if (match === null) continue;
    if (rule.kind !== 'consequence' && isHarmless(line)) return undefined;
    const {family, kind, facts = [], extraFacts = {}, weak, survivable, wraps} = rule;
    const end = match.index + match[0].length;
    const traits = {...(weak && {weak}), ...(survivable && {survivable}), ...(wraps && {wraps})};
    return {family, kind, facts: {...extraFacts, ...factsOf(match, facts)}, end, ...traits};
  }
  return undefined;
}

/** Returns whether a line is one of those that resemble a failure and are none: a warning, a command, a configure test. */
export function isHarmless(line: string): boolean {
  return HARMLESS.some((form) => form.test(line)) && !/: (?:fatal )?error:(?: |$)/.test(line);
}

function factsOf(match: RegExpExecArray, names: readonly string[]): Record<string, string> {
  const facts: Record<string, string> = {};
  names.forEach((name, at) => {
    const value = match[at + 1];
    if (value !== undefined) facts[name] = value.slice(0, 300);
  });
  if (facts.kind !== undefined) facts.kind = facts.kind === 'dragonfly' ? 'dragonfly' : 'files';
  return facts;
}
