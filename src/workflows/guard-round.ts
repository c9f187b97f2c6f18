import {findingsToRaise, GUARD_ROUND_TURNS, insistsOn} from '../case/attempt/guard-round.ts';
import type {AttemptProgress} from '../case/attempt/progress.ts';
import {guardRoundMessage} from '../case/prompt/guard-round.ts';
import {pluralize} from '../case/text/plural.ts';
import type {ModelWork} from '../protocol/patch-attempt.ts';
import type {Ended, ModelTurns} from './attempt-turns.ts';

/**
 * Returns whether the model gets the findings on its diff: there are some that prevent a proof, and turns are left. A diff whose
 * last build failed is not worth a round; the next attempt gets its findings with the errors.
 */
export function canAnswerFindings({findings, lastBuild}: AttemptProgress, turns: ModelTurns): boolean {
  return turns.left > 0 && lastBuild !== 'failed' && findingsToRaise(findings).length > 0;
}

/** Puts the findings to the model in the same conversation, in which it changes the overlay or insists. Once an attempt. */
export async function answerFindings(turns: ModelTurns, work: ModelWork, progress: AttemptProgress): Promise<Ended> {
  const raised = findingsToRaise(progress.findings);
  const most = Math.min(GUARD_ROUND_TURNS, turns.left);
  const rules = [...new Set(raised.map(({rule}) => rule))].join(', ');
  progress.note('patch', `the diff guard has ${pluralize(raised.length, 'finding')} (${rules}): they go to the model first`);
  const before = progress.turns;
  const ended = await turns.resume(guardRoundMessage(raised, most, work.nonce), most);
  progress.guardRound = {raised, turns: progress.turns - before};
  return ended;
}

/** Records whether the model insists, by what is found in the diff that it leaves: only that goes to an operator. */
export function closeRound(progress: AttemptProgress, {end}: Ended): void {
  const round = progress.guardRound;
  if (round === undefined || end !== 'reported' || progress.lastBuild === 'failed') return;
  if (!insistsOn(progress.findings, round.raised)) return;
  const insists = progress.insistence ?? progress.excerpt ?? '';
  progress.guardRound = {...round, insists};
  progress.note('patch', `the model insists: ${insists}`);
}
