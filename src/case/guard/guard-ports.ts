import type {Finding} from '../types.ts';
import type {GuardContext} from './finding.ts';
import {type GuardDecisions, guardDiff} from './index.ts';

/** A port whose overlay a diff may change. */
export interface GuardedPort {
  readonly origin: string;
  /** Files of the port's overlay before the diff, by path; undefined where they could not be read. */
  readonly overlay: ReadonlyMap<string, string> | undefined;
}

/**
 * Returns the findings for a fix to a slave port and its master: the part of the diff below the master's directory is judged as a fix to the
 * master, all the rest as a fix to the port itself, for which everything else is outside.
 */
export function guardPorts(
  diff: string,
  {own, master}: {readonly own: GuardedPort; readonly master?: GuardedPort | undefined},
  context: GuardContext,
  decided: GuardDecisions = {},
): Finding[] {
  const judge = (part: string, {origin, overlay}: GuardedPort): Finding[] =>
    guardDiff(part, origin, {...context, overlay}, decided);
  if (master === undefined) return judge(diff, own);
  const {inside, rest} = splitDiff(diff, master.origin);
  if (inside === '') return judge(rest, own);
  return [...judge(inside, master), ...(rest.trim() === '' ? [] : judge(rest, own))];
}

/** Splits a diff into the files of which both names are below a port's directory, and the rest. */
function splitDiff(diff: string, origin: string): {inside: string; rest: string} {
  const parts = diff.split(/^(?=diff --git )/m);
  const isInside = (part: string): boolean =>
    part.startsWith(`diff --git a/ports/${origin}/`) && (part.split('\n', 1)[0] ?? '').includes(` b/ports/${origin}/`);
  return {inside: parts.filter(isInside).join(''), rest: parts.filter((part) => !isInside(part)).join('')};
}
