import type {Severity} from '../types.ts';
import type {Rule} from './finding.ts';
import type {LineKind, TouchedFile} from './touched.ts';

/** Matches what is not wanted in a line; each match is one element. */
export type Matcher = RegExp | ((line: string) => readonly string[]);

/** A rule that matches a pattern in added lines. */
export interface Form {
  readonly name: string;
  readonly severity: Severity;
  readonly protects: string;
  readonly reason: string;
  /** By kind of line; those of `make` match parts of lines of make (`fragment`) too, unless `isForLines`. */
  readonly forms: Partial<Record<LineKind, Matcher>>;
  readonly isForLines?: boolean;
  /** Ignores matches that the change also removes: the line was only moved or edited elsewhere. */
  readonly ignoreRemoved?: boolean;
  /** Matches that a removed line of make stood for without having them; with `ignoreRemoved`. */
  readonly stoodFor?: (line: string) => readonly string[];
}

/** Characters of a line that are matched; `out-of-sight` asks about longer ones. */
export const MAX_CHARS = 8000;

/** Returns a pattern of assignments to variables, given as alternatives of a regular expression. */
export function assignmentOf(names: string): RegExp {
  return new RegExp(`^\\s*(?:\\.\\s*)?(?:${names})\\s*(?:[?+:!]|:sh)?=`);
}

/** Returns the rules of forms. */
export function rulesOfForms(forms: readonly Form[]): Rule[] {
  return forms.map((form) => ({
    name: form.name,
    severity: form.severity,
    protects: form.protects,
    check(file) {
      const found = foundIn(form, file);
      return found && `${form.reason}: ${found.trim().slice(0, 200)}`;
    },
  }));
}

/** Returns the first added line that matches, except for matches that were there before. */
function foundIn(form: Form, {added, removed}: TouchedFile): string | undefined {
  for (const [kind, matcher] of Object.entries(form.forms) as [LineKind, Matcher][]) {
    const every = matcher instanceof RegExp ? matchesOf(new RegExp(matcher, 'g')) : matcher;
    const kinds: readonly LineKind[] = kind === 'make' && form.isForLines !== true ? ['make', 'fragment'] : [kind];
    for (const one of kinds) {
      const before = matchesBefore(form, every, removed[one], added[one]);
      for (const line of added[one]) {
        // Comments have no effect.
        if (one === 'make' && /^\s*#/.test(line)) continue;
        if (every(line.slice(0, MAX_CHARS)).some((match) => !before.has(match))) return line;
      }
    }
  }
  return undefined;
}

/** Returns the matches that a change only moves: those of removed lines, and those that a removed line stood for. */
function matchesBefore(
  {ignoreRemoved = false, stoodFor = () => []}: Form,
  every: (line: string) => readonly string[],
  removed: readonly string[],
  added: readonly string[],
): ReadonlySet<string> {
  if (!ignoreRemoved) return new Set();
  const still = new Set(added.flatMap(stoodFor));
  const replaced = removed.flatMap(stoodFor).filter((match) => !still.has(match));
  return new Set([...removed.flatMap((line) => every(line.slice(0, MAX_CHARS))), ...replaced]);
}

function matchesOf(every: RegExp): (line: string) => readonly string[] {
  return (line) => line.match(every) ?? [];
}
