import {isCancellation} from '@temporalio/workflow';
import {diffReviewSummary} from '../case/attempt/diff-review.ts';
import {roundTurns} from '../case/attempt/guard-round.ts';
import type {AttemptProgress, DiffState} from '../case/attempt/progress.ts';
import type {EffectivePolicy, ReviewPolicy} from '../case/policy/policy.ts';
import {reviewedMessage} from '../case/prompt/diff-review.ts';
import type {DiffReview} from '../case/status.ts';
import {pluralize} from '../case/text/plural.ts';
import type {RecordId} from '../case/types.ts';
import type {AskModelInput} from '../protocol/activities.ts';
import type {AttemptInput, ModelWork} from '../protocol/patch-attempt.ts';
import {type Ended, leftAfter, type ModelTurns} from './attempt-turns.ts';
import {failureMessage} from './failures.ts';
import {judgeDiff} from './judge-diff.ts';
import {control, modelFor} from './proxies.ts';

/** An attempt whose model may be sent a review. */
export interface ReviewedAttempt {
  readonly input: AttemptInput;
  readonly work: ModelWork;
  readonly progress: AttemptProgress;
  readonly env: string;
  readonly turns: ModelTurns;
}

/**
 * Has a diff that would be proved now read by a reviewer, where the policy wants that, and puts the findings to its author, once an attempt.
 * Returns how the attempt's turns ended then. A review that cannot be had is noted, and the proof follows.
 */
export async function reviewDiff(attempt: ReviewedAttempt, ended: Ended): Promise<Ended> {
  const {input, progress, env} = attempt;
  const {review = 'off'} = input.policy.policy;
  if (review === 'off' || progress.diffReview?.conversation !== undefined || progress.lastBuild === 'failed') return ended;
  if (!(await judgeDiff(input, progress, env))) return ended;
  const found = await findingsOn(attempt, review, ended);
  progress.diffReview = {turns: 0, ...found};
  progress.note('patch', reviewNote(progress.diffReview));
  return found.findings.length === 0 ? ended : answerReview(attempt, progress.diffReview);
}

/** Whether a model can be sent findings: it was not stopped, and did not give up. */
export function mayAnswer({end}: Ended): boolean {
  return end === 'reported' || end === 'turn-limit';
}

type Found = Omit<DiffReview, 'turns'>;

function skipped(reason: string): Found {
  return {findings: [], skipped: reason};
}

/** Returns what the reviewer found. A step that fails is a reason for no review, and none to end the attempt. */
async function findingsOn(attempt: ReviewedAttempt, review: ReviewPolicy, ended: Ended): Promise<Found> {
  if (!mayAnswer(ended)) return skipped(`the author of the diff cannot answer, since ${ended.reason}`);
  try {
    return await askReviewer(attempt, review);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return skipped(failureMessage(error));
  }
}

/** Asks the reviewer once; what the call used counts as the attempt's. */
async function askReviewer({input, work, progress}: ReviewedAttempt, review: ReviewPolicy): Promise<Found> {
  const {report: bundle, policy} = input;
  const {effect, findings} = progress;
  const diff = progress.diff as RecordId;
  const {rootCause} = work.triage;
  const about = {bundle, review, diff, rootCause, effect, findings, nonce: work.nonce};
  const opened = await control.openReview('the diff for its reviewer', about);
  if ('skipped' in opened) return skipped(opened.skipped);
  progress.start('a reviewer reads the diff');
  const call = reviewCall(policy.policy, opened.conversation);
  const left = leftAfter(work.left, progress);
  const turn = await modelFor(policy.policy).askModel('review of the diff', {...call, bundle, left});
  if (turn.kind !== 'reply') return skipped(turn.reason);
  progress.addUsage(turn.usage);
  const read = await control.readReview('reply of the reviewer', {bundle, text: turn.text, diff});
  const {conversation} = turn;
  return 'problem' in read ? {conversation, findings: [], problem: read.problem} : {conversation, findings: read.findings};
}

function reviewCall(policy: EffectivePolicy, conversation: RecordId): Omit<AskModelInput, 'bundle' | 'left'> {
  const {prices, limits, review_model, model} = policy;
  return {
    purpose: 'review',
    conversation,
    tools: 'absent',
    replyTokens: model.reply_tokens,
    policy: {prices, limits, review_model},
  };
}

/** `review of the diff, 2 findings (dead, literal): they go to the model once` */
function reviewNote(review: DiffReview): string {
  const {findings} = review;
  if (findings.length === 0) return diffReviewSummary({diffReview: review}) as string;
  const kinds = [...new Set(findings.map(({kind}) => kind))].join(', ');
  return `review of the diff, ${pluralize(findings.length, 'finding')} (${kinds}): they go to the model once`;
}

/**
 * Puts a reviewer's findings to the author of the diff, in the same conversation. What it then changes counts only if it can be proved; the
 * reviewed diff counts otherwise.
 */
async function answerReview(attempt: ReviewedAttempt, review: DiffReview): Promise<Ended> {
  const {turns, work, progress} = attempt;
  const reviewed = progress.diffState();
  const before = progress.turns;
  const most = roundTurns(turns.left);
  const ended = await turns.resume(reviewedMessage(review.findings, {turns: most, nonce: work.nonce}), most);
  const answer = ended.end === 'reported' ? (progress.insistence ?? progress.excerpt) : undefined;
  progress.diffReview = {...review, turns: progress.turns - before, ...(answer ? {answer} : {})};
  if (answer) progress.note('patch', `the model answers the review: ${answer}`);
  if (await canBeProved(attempt, reviewed)) return ended;
  progress.takeBack(reviewed);
  progress.diffReview = {...progress.diffReview, isTakenBack: true};
  progress.note('patch', 'what the model changed after the review cannot be proved: the diff that was reviewed counts');
  return {...ended, reason: `${ended.reason}; what it changed after the review could not be proved`};
}

/** Returns whether the diff after a review may be proved, and was built if the reviewed one was. */
async function canBeProved({input, progress, env}: ReviewedAttempt, reviewed: DiffState): Promise<boolean> {
  const {lastBuild} = progress;
  if (lastBuild === 'failed' || (reviewed.lastBuild === 'passed' && lastBuild !== 'passed')) return false;
  return judgeDiff(input, progress, env);
}
