import {isCommand, jobOf} from './jobs.ts';
import type {Surroundings} from './line-context.ts';
import {isHarmless, type LineMatch} from './match-line.ts';
import {normaliseLine} from './normalise.ts';

/** A candidate finding, with the raw lines around it. */
export interface Candidate {
  readonly line: number;
  readonly text: string;
  readonly phase: string;
  readonly matched: LineMatch;
  readonly template: {readonly words: readonly string[]; readonly count: number};
  readonly surroundings: Surroundings;
}

/** Candidates of one phase of the log. */
export interface PhaseLog {
  readonly name: string;
  readonly from: number;
  failed: boolean;
  succeeded: boolean;
  /** The first causes. */
  readonly causes: Candidate[];
  /** The last causes before the phase stopped, and some after it. */
  readonly recent: Candidate[];
  readonly hints: Candidate[];
  /** The first line that is only a consequence of a failure. */
  stop: Candidate | undefined;
  /** Number of candidates added after `stop`. */
  lateCount: number;
  /** First cause of each parallel job, by `jobKey`; those in very long lines are left out. */
  readonly firsts: Map<string, Candidate>;
  /** Targets that failed, as `targetOf` returns them. */
  readonly targets: Set<string>;
}

/** Returns a phase that begins at a line, with nothing read of it. */
export function newPhase(name: string, from: number): PhaseLog {
  return {
    name,
    from,
    failed: false,
    succeeded: false,
    causes: [],
    recent: [],
    hints: [],
    stop: undefined,
    lateCount: 0,
    firsts: new Map(),
    targets: new Set(),
  };
}

/** Maximum distance of a cause before make's stop message, with other jobs printing in between. */
const BEFORE_STOP = 600;
/** make reports a program that the shell did not find within this number of lines. */
const SHELL_ERROR_LINES = 30;
/** Certainty of lines that a build often survives. */
const SURVIVABLE = 1;
/** Weight of a line that belongs to the target that failed: more than any certainty. */
const OF_THE_TARGET = 4;
/** Lines before the stop message among which the last printed one is sought. */
const PRINTED_LINES = 8;
/** Failed targets of a parallel make that are remembered. */
const MAX_TARGETS = 100;
/** ninja first names the failed target, then prints its output. */
const AFTER_STOP = 200;

/**
 * Returns candidates in order of relevance, each template once.
 * In the failed phase: causes near the stop message, those of the named target first, then specific before general, then by
 * line; then the other causes; hints by distance if no cause is certain; and the stop message itself. Then the first cause of
 * each other phase.
 */
export function rankCandidates(phases: readonly PhaseLog[], stopped: PhaseLog | undefined): Candidate[] {
  const ordered = stopped === undefined ? [] : rankPhase(stopped);
  const others = phases.filter((one) => one !== stopped).flatMap((one) => one.causes.slice(0, 1));
  return unique([...ordered, ...others]);
}

function rankPhase({causes, recent, hints, stop}: PhaseLog): Candidate[] {
  const all = [...causes, ...recent].sort((a, b) => a.line - b.line);
  const near = all.filter((one) => stop === undefined || isNear(one, stop));
  const target = stop === undefined ? undefined : targetOf(stop.text);
  const weights = new Map(near.map((one) => [one, weight(one, stop, target)]));
  const ranked = [...near].sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || a.line - b.line);
  const distant = all.filter((one) => !near.includes(one));
  const isCertain = (one: Candidate): boolean => (weights.get(one) ?? certainty(one, undefined)) > SURVIVABLE;
  if (!all.some(isCertain)) return [...byDistance([...near, ...hints], stop), ...distant, ...(stop === undefined ? [] : [stop])];
  const doubtful = all.every((one) => one.matched.family === 'other');
  return [...ranked, ...distant, ...(doubtful ? byDistance(hints, stop) : []), ...(stop === undefined ? [] : [stop])];
}

/**
 * Returns candidates that a build often survives, the nearest to the stop message first; with them the last line that was
 * printed before it in the form of a message, which names the cause if no rule knows the line that does.
 */
function byDistance(all: readonly Candidate[], stop: Candidate | undefined): Candidate[] {
  if (stop === undefined) return [...all].reverse();
  const printed = all.some((one) => stop.line - one.line >= 0 && stop.line - one.line <= 2) ? undefined : lastPrinted(stop);
  const known = printed === undefined ? all : [...all, printed];
  return [...known].sort((a, b) => distance(a, stop) - distance(b, stop));
}

function isNear(one: Candidate, stop: Candidate): boolean {
  return one.line > stop.line - BEFORE_STOP && one.line < stop.line + AFTER_STOP;
}

/** Lines after the stop message count as farther away than lines before it, and hints farther than what may be a cause. */
function distance({line, matched}: Candidate, stop: Candidate): number {
  const lines = line <= stop.line ? stop.line - line : 3 * (line - stop.line);
  return matched.kind === 'hint' ? 3 * lines : lines;
}

/** Returns the last line before a stop message in which a program or a file is named before a colon; undefined if there is none. */
function lastPrinted(stop: Candidate): Candidate | undefined {
  // Of such a stop, the output comes behind it.
  if (stop.matched.wraps === true || stop.text.startsWith('FAILED: ')) return undefined;
  const {lines, at} = stop.surroundings.lines();
  for (let i = at - 1; i >= 0 && at - i <= PRINTED_LINES; i -= 1) {
    const text = lines[i] ?? '';
    if (!/^(?!warning|note)[\w./+-]+(?::\d+)*: \S/.test(text) || isCommand(text) || isHarmless(text)) continue;
    const template = {words: normaliseLine(text).split(' '), count: 1};
    const surroundings = {lines: () => ({lines, at: i})};
    return {...stop, line: stop.line - at + i, text, matched: {family: 'other', kind: 'hint', facts: {}}, template, surroundings};
  }
  return undefined;
}

function weight(one: Candidate, stop: Candidate | undefined, target: string | undefined): number {
  const own = target !== undefined && (one.text.includes(target) || jobOf(one).includes(target)) ? OF_THE_TARGET : 0;
  return own + certainty(one, stop);
}

/** Adds the target that a stop message names, if it does. */
export function addTarget(targets: Set<string>, stop: string): void {
  const target = targets.size < MAX_TARGETS ? targetOf(stop) : undefined;
  if (target !== undefined) targets.add(target);
}

/**
 * Returns how certainly a line names a cause: 3 for what always stops a build, 2 for the words of an error that no tool's rule
 * knows, and for failed tests; 1 for what a build often survives; 0 for a program that the shell did not find long before.
 */
export function certainty({matched, line}: Candidate, stop: Candidate | undefined): number {
  const isDistant = stop !== undefined && stop.line - line > SHELL_ERROR_LINES;
  if (matched.family === 'make' && isDistant) return 0;
  if (matched.survivable === true) return SURVIVABLE;
  const isWeak = matched.weak === true || matched.family === 'other' || matched.facts.test !== undefined;
  return isWeak ? 2 : 3;
}

/** Returns `format.` for `*** [Makefile:12: src/format.o] Error 1` and for `FAILED: src/lib.p/format.c.o`. */
function targetOf(stop: string): string | undefined {
  const target = /\*\*\* \[(?:\S+:\d+: )?(\S+?)\]/.exec(stop)?.[1] ?? /^FAILED: (?:\[code=\d+\] )?(\S+)/.exec(stop)?.[1];
  const base = target?.replace(/^.*\//, '').replace(/(\.\w+)+$/, '');
  return base === undefined || base.length < 3 || /^(all|install|check|build)/.test(base) ? undefined : `${base}.`;
}

/** Facts that distinguish findings with the same template by what is missing. */
const NAMING_FACTS = ['patch', 'uses', 'header', 'library', 'program', 'module', 'package', 'macro', 'distfile'];

/** Returns a value that equal findings share: the line of a plist entry, the missing thing, or the template. */
function identity({template, matched, line}: Candidate): unknown {
  if (matched.family === 'plist') return line;
  const name = NAMING_FACTS.find((one) => matched.facts[one] !== undefined);
  return name === undefined ? template : `${name}=${matched.facts[name]}`;
}

function unique(all: readonly Candidate[]): Candidate[] {
  const seen = new Set<unknown>();
  return all.filter((one) => {
    const key = identity(one);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
