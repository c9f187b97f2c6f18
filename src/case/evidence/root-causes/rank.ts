import {jobOf} from './jobs.ts';
import type {LineContext} from './line-context.ts';
import type {LineMatch} from './match-line.ts';

/** A candidate finding, with the raw lines around it. */
export interface Candidate {
  readonly line: number;
  readonly text: string;
  readonly phase: string;
  readonly matched: LineMatch;
  readonly template: {readonly words: readonly string[]; readonly count: number};
  readonly surroundings: LineContext;
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

/** Maximum distance of a cause before make's stop message, with other jobs printing in between. */
const BEFORE_STOP = 600;
/** make reports a program that the shell did not find within this number of lines. */
const SHELL_ERROR_LINES = 30;
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
  const nearestHints =
    stop === undefined ? [...hints].reverse() : [...hints].sort((a, b) => distance(a, stop) - distance(b, stop));
  const doubtful = all.every((one) => one.matched.family === 'other');
  return [...ranked, ...distant, ...(doubtful ? nearestHints : []), ...(stop === undefined ? [] : [stop])];
}

function isNear(one: Candidate, stop: Candidate): boolean {
  return one.line > stop.line - BEFORE_STOP && one.line < stop.line + AFTER_STOP;
}

/** Lines after the stop message count as farther away than lines before it. */
function distance(hint: Candidate, stop: Candidate): number {
  return hint.line <= stop.line ? stop.line - hint.line : 3 * (hint.line - stop.line);
}

function weight(one: Candidate, stop: Candidate | undefined, target: string | undefined): number {
  const own = target !== undefined && (one.text.includes(target) || jobOf(one).includes(target)) ? 4 : 0;
  return own + certainty(one, stop);
}

/** Adds the target that a stop message names, if it does. */
export function addTarget(targets: Set<string>, stop: string): void {
  const target = targets.size < MAX_TARGETS ? targetOf(stop) : undefined;
  if (target !== undefined) targets.add(target);
}

/** A missing program or a failed test need not stop the build, so such lines rank below those that always do. */
export function certainty({matched, line}: Candidate, stop: Candidate | undefined): 0 | 1 | 2 {
  const isDistant = stop !== undefined && stop.line - line > SHELL_ERROR_LINES;
  if (matched.family === 'make' && isDistant) return 0;
  const isWeak = matched.weak === true || matched.family === 'other' || matched.facts.test !== undefined;
  return isWeak ? 1 : 2;
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
