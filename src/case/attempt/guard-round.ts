import {INSISTENCE_HEADING} from '../prompt/guard-round.ts';
import type {AttemptResult} from '../status.ts';
import {pluralize} from '../text/plural.ts';
import type {Finding} from '../types.ts';

/** Most turns of a round, its report included. */
const MOST_ROUND_TURNS = 8;
/** Least turns of a round: an edit with its build, another check, the report. An attempt that has used its turns gets them too. */
const LEAST_ROUND_TURNS = 3;

/** Returns the turns of a round, its report included, for an attempt that has so many turns with tools left. */
export function roundTurns(left: number): number {
  return Math.min(MOST_ROUND_TURNS, Math.max(LEAST_ROUND_TURNS, left));
}

/** Maximum length of a model's reason for what stays in its diff, in characters. */
const INSISTENCE_CHARS = 600;

/**
 * Returns the findings that a model is sent before anybody else decides: those that prevent a proof. None for an empty diff,
 * in which there is nothing to change.
 */
export function findingsToRaise(findings: readonly Finding[]): Finding[] {
  if (findings.some(({rule}) => rule === 'empty')) return [];
  return findings.filter(({severity}) => severity !== 'note');
}

/** Returns the section of a report that gives the reason for what stays, in one line; undefined without one. */
export function insistenceIn(report: string): string | undefined {
  const section = new RegExp(`^#{1,6}[ \\t]*${INSISTENCE_HEADING}\\b[^\\n]*\\n([\\s\\S]*?)(?=^#{1,6}[ \\t]|(?![\\s\\S]))`, 'im');
  const text = section.exec(report)?.[1]?.replace(/\s+/g, ' ').trim().slice(0, INSISTENCE_CHARS);
  return text === '' ? undefined : text;
}

/**
 * Returns whether a model insists on its diff: what is left are questions of severity `ask`, and each of them was raised in
 * the round.
 */
export function insistsOn(left: readonly Finding[], raised: readonly Finding[]): boolean {
  const open = left.filter(({severity}) => severity !== 'note');
  const known = new Set(raised.map(keyOf));
  return open.length > 0 && open.every((one) => one.severity === 'ask' && known.has(keyOf(one)));
}

/** A finding without a path is about what its reason names, such as a variable. */
function keyOf({rule, path, reason}: Finding): string {
  return path === '' ? `${rule} ${reason}` : `${rule} in ${path}`;
}

/** Returns what the round of an attempt came to, for operators; undefined without a round. */
export function guardRoundSummary({guardRound, findings}: Pick<AttemptResult, 'guardRound' | 'findings'>): string | undefined {
  if (guardRound === undefined) return undefined;
  const sent = `The model was sent ${pluralize(guardRound.raised.length, 'finding')}`;
  if (guardRound.insists !== undefined) return `${sent} and insists: ${guardRound.insists || 'it gives no reason'}`;
  const left = findingsToRaise(findings).length;
  return left === 0 ? `${sent} and changed the diff.` : `${sent}; ${left} ${left === 1 ? 'is' : 'are'} left.`;
}
