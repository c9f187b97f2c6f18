import type {LineContext} from './line-context.ts';
import type {LineMatch} from './patterns.ts';

/** A line that may be shown, with raw lines around it. */
export interface Candidate {
  readonly line: number;
  readonly text: string;
  readonly phase: string;
  readonly matched: LineMatch;
  readonly template: {readonly words: readonly string[]; readonly count: number};
  readonly surroundings: LineContext;
}

/** What a phase of the log had to say. */
export interface PhaseLog {
  readonly name: string;
  readonly from: number;
  failed: boolean;
  succeeded: boolean;
  /** The first ones. */
  readonly causes: Candidate[];
  /** The last ones before what stopped the phase, and some after it. */
  readonly recent: Candidate[];
  readonly hints: Candidate[];
  /** The first line that only follows from a failure. */
  stop: Candidate | undefined;
  /** Candidates taken since then. */
  lateCount: number;
}

/** Lines that a failed job may print before make says that it stopped, with others at work meanwhile. */
const BEFORE_STOP = 600;
/** make says at once that a shell did not find a program. */
const SHELL_ERROR_LINES = 30;
/** ninja names what failed first, and prints its output then. */
const AFTER_STOP = 200;

/**
 * Best first. In the phase that stopped: causes near the first line that says so, those of the target that it names before others,
 * the more specific before the general, the earlier before the later; then the other causes, hints from near to far where no cause
 * is sure, and the stop itself. Then the first cause of each other phase. Each form is there once.
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
  const ranked = [...near].sort((a, b) => weight(b, stop, target) - weight(a, stop, target) || a.line - b.line);
  const distant = all.filter((one) => !near.includes(one));
  const nearestHints =
    stop === undefined ? [...hints].reverse() : [...hints].sort((a, b) => distance(a, stop) - distance(b, stop));
  const doubtful = all.every((one) => one.matched.family === 'other');
  return [...ranked, ...distant, ...(doubtful ? nearestHints : []), ...(stop === undefined ? [] : [stop])];
}

function isNear(one: Candidate, stop: Candidate): boolean {
  return one.line > stop.line - BEFORE_STOP && one.line < stop.line + AFTER_STOP;
}

/** What comes after the stop is further off than what came before it. */
function distance(hint: Candidate, stop: Candidate): number {
  return hint.line <= stop.line ? stop.line - hint.line : 3 * (hint.line - stop.line);
}

function weight(one: Candidate, stop: Candidate | undefined, target: string | undefined): number {
  const own = target !== undefined && one.text.includes(target) ? 4 : 0;
  return own + certainty(one, stop);
}

/** A shell may miss a program, a test fail, and the build go on: such lines stand behind those that stop a build by themselves. */
function certainty({matched, line}: Candidate, stop: Candidate | undefined): 0 | 1 | 2 {
  if (matched.family === 'make' && stop !== undefined && stop.line - line > SHELL_ERROR_LINES) return 0;
  return matched.family === 'other' || matched.facts.test !== undefined ? 1 : 2;
}

/** `format` of `*** [Makefile:12: src/format.o] Error 1` and of `FAILED: src/lib.p/format.c.o`. */
function targetOf(stop: string): string | undefined {
  const target = /\*\*\* \[(?:\S+:\d+: )?(\S+?)\]/.exec(stop)?.[1] ?? /^FAILED: (?:\[code=\d+\] )?(\S+)/.exec(stop)?.[1];
  const base = target?.replace(/^.*\//, '').replace(/(\.\w+)+$/, '');
  return base === undefined || base.length < 3 || /^(all|install|check|build)/.test(base) ? undefined : `${base}.`;
}

/** Facts that tell apart what is missing: lines of one form that name two of them are two findings. */
const NAMING_FACTS = ['patch', 'uses', 'header', 'library', 'program', 'module', 'package', 'macro', 'distfile'];

function unique(all: readonly Candidate[]): Candidate[] {
  const seen = new Set<unknown>();
  return all.filter(({template, matched, line}) => {
    const name = NAMING_FACTS.find((one) => matched.facts[one] !== undefined);
    const key = matched.family === 'plist' ? line : name === undefined ? template : `${name}=${matched.facts[name]}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
