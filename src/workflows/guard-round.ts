import {findingsToRaise, insistsOn, roundTurns} from '../case/attempt/guard-round.ts';
import type {AttemptProgress} from '../case/attempt/progress.ts';
import {guardRoundMessage} from '../case/prompt/guard-round.ts';
import {pluralize} from '../case/text/plural.ts';
import type {ModelWork} from '../protocol/patch-attempt.ts';
import type {Ended, ModelTurns} from './attempt-turns.ts';

/**
 * Returns whether the model gets the findings on its diff in a round: there are some that prevent a proof, whether or not its last
 * build passed, and it was not sent them after that build and gave its reason already.
 */
export function needsRound({findings, shownFindings, insistence}: AttemptProgress): boolean {
  if (findingsToRaise(findings).length === 0) return false;
  return insistence === undefined || !insistsOn(findings, shownFindings);
}

/** Puts the findings to the model in the same conversation, in which it changes the overlay or insists. Once an attempt. */
export async function answerFindings(turns: ModelTurns, work: ModelWork, progress: AttemptProgress): Promise<Ended> {
  const raised = findingsToRaise(progress.findings);
  const most = roundTurns(turns.left);
  const rules = [...new Set(raised.map(({rule}) => rule))].join(', ');
  progress.note('patch', `the diff guard has ${pluralize(raised.length, 'finding')} (${rules}): they go to the model first`);
  const before = progress.turns;
  const hasFailed = progress.lastBuild === 'failed';
  const ended = await turns.resume(guardRoundMessage(raised, {turns: most, nonce: work.nonce, hasFailed}), most);
  progress.guardRound = {raised, turns: progress.turns - before};
  return ended;
}

/** Records whether the model insists, by what is found in the diff that it leaves: only that goes to an operator. */
export function closeRound(progress: AttemptProgress, {end}: Ended): void {
  const shown = {raised: progress.shownFindings, turns: progress.closed};
  const round = progress.guardRound ?? (shown.raised.length === 0 ? undefined : shown);
  if (round === undefined) return;
  progress.guardRound = round;
  if (end !== 'reported' || progress.lastBuild === 'failed') return;
  if (!insistsOn(progress.findings, round.raised)) return;
  const insists = progress.insistence ?? progress.excerpt ?? '';
  progress.guardRound = {...round, insists};
  progress.note('patch', `the model insists: ${insists}`);
}
