import {INSISTENCE_HEADING} from '../prompt/guard-round.ts';
import type {GuardRound} from '../status.ts';
import {pluralize} from '../text/plural.ts';
import type {Finding} from '../types.ts';

/** Most turns of a round; fewer where the attempt has fewer left. */
export const GUARD_ROUND_TURNS = 8;

/** Maximum length of a model's reason for what stays in its diff, in characters. */
export const INSISTENCE_CHARS = 600;

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

function keyOf({rule, path}: Finding): string {
  return `${rule} ${path}`;
}

/** Returns what a round came to, for operators; undefined without a round. */
export function guardRoundSummary(round: GuardRound | undefined): string | undefined {
  if (round === undefined) return undefined;
  const count = pluralize(round.raised.length, 'finding');
  return round.insists === undefined
    ? `The model was sent ${count} and changed the diff or its report.`
    : `The model was sent ${count} and insists: ${round.insists}`;
}
