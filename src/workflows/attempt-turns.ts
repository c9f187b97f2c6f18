import {isCancellation} from '@temporalio/workflow';
import type {AttemptProgress} from '../case/attempt/progress.ts';
import {idleStop, repeatedCall, reportReason} from '../case/attempt/stop-rules.ts';
import {isToolName, parallelGroups} from '../case/attempt/tool-names.ts';
import type {RemainingBudget} from '../case/budget/budget.ts';
import {buildLimits} from '../case/policy/policy.ts';
import type {AttemptEnd} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import {billable, type RecordId} from '../case/types.ts';
import type {ModelTurn, ToolActivityResult, ToolCallRequest} from '../protocol/activities.ts';
import type {AttemptInput, ModelWork} from '../protocol/patch-attempt.ts';
import {attemptEndFor, failureMessage} from './failures.ts';
import {control, modelFor, toolsFor} from './proxies.ts';
import {WakeTimer} from './wake-timer.ts';

/** How the turns of an attempt ended. */
export interface Ended {
  readonly end: AttemptEnd;
  readonly reason: string;
}

/** The model's turns: ask, run what it calls, until it reports or a limit is met. A model that fails ends them, with its message. */
export async function runTurns(input: AttemptInput, work: ModelWork, progress: AttemptProgress, env: string): Promise<Ended> {
  const time = new WakeTimer('its minutes are over', () => undefined);
  if (work.minutes !== undefined) time.set(work.minutes * 60_000);
  progress.conversation = await control.openAttempt(`prompt of attempt ${input.attempt}`, {
    report: input.report,
    texts: input.policy.texts,
    triage: work.triage,
    triageText: work.triageText,
    nonce: work.nonce,
    context: work.context,
    attempt: input.attempt,
    of: work.of,
    turns: work.turns,
    tier: work.tier,
    earlier: work.earlier,
    earlierCases: work.earlierCases,
  });
  let results: RecordId[] = [];
  while (progress.turns < work.turns) {
    if (time.answer()) return {end: 'time-limit', reason: `its ${work.minutes} minutes are over`};
    const turn = await ask(input, work, progress, results);
    if ('end' in turn) return turn;
    if (turn.toolCalls.length === 0) {
      if (turn.gaveUp) return {end: 'gave-up', reason: `the model gave up: ${turn.preview}`};
      return {end: 'reported', reason: reportReason(progress.calls, turn.finishReason)};
    }
    results = [];
    for (const calls of parallelGroups(turn.toolCalls))
      results.push(...(await Promise.all(calls.map((call) => runCall(input, progress, env, call)))));
    const repeated = repeatedCall(progress.calls);
    if (repeated !== undefined)
      return {
        end: 'repeated-call',
        reason: `the model called ${repeated} with the same arguments and the same answer three times`,
      };
    const idle = idleStop(progress, input.policy.policy.stop);
    if (idle !== undefined) return idle;
  }
  return {end: 'turn-limit', reason: `its ${work.turns} turns are used`};
}

async function ask(
  input: AttemptInput,
  work: ModelWork,
  progress: AttemptProgress,
  results: readonly RecordId[],
): Promise<Extract<ModelTurn, {kind: 'reply'}> | Ended> {
  progress.turns += 1;
  const {prices, limits, model} = input.policy.policy;
  const last = progress.turns === work.turns || progress.lastBuild === 'passed';
  progress.start(`turn ${progress.turns} of ${work.turns}: asks the model`);
  let turn: ModelTurn;
  try {
    turn = await modelFor(input.policy.policy).askModel(
      `patch, turn ${progress.turns} of ${work.turns}${last ? ', its report' : ''}`,
      {
        bundle: input.report,
        purpose: 'patch',
        conversation: progress.conversation as string,
        // After a passing build, and in the last turn, there is nothing to do but to report.
        tools: last ? 'none' : 'offered',
        toolResults: results,
        left: leftAfter(work.left, progress),
        replyTokens: model.reply_tokens,
        policy: {prices, limits},
      },
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    return {end: attemptEndFor(error) ?? 'model-failed', reason: failureMessage(error)};
  }
  if (turn.kind === 'over-budget') return {end: 'over-budget', reason: turn.reason};
  progress.addUsage(turn.usage);
  progress.conversation = turn.conversation;
  progress.finalText = turn.text;
  progress.excerpt = turn.preview;
  progress.note('patch', turnLine(progress.turns, turn));
  return turn;
}

function leftAfter({tokens, cost}: RemainingBudget, {usage}: AttemptProgress): RemainingBudget {
  return {tokens: tokens - billable(usage), cost: cost === undefined ? undefined : cost - usage.cost};
}

/** `turn 3, 812 tokens (5210 more from the cache): get_file, grep` */
function turnLine(number: number, {usage, preview, toolCalls}: Extract<ModelTurn, {kind: 'reply'}>): string {
  const cached = usage.cached > 0 ? ` (${usage.cached} more from the cache)` : '';
  const what = toolCalls.length > 0 ? toolCalls.map((call) => call.name).join(', ') : `reports: ${preview.slice(0, 100)}`;
  return `turn ${number}, ${billable(usage)} tokens${cached}: ${what}`;
}

async function runCall(input: AttemptInput, progress: AttemptProgress, env: string, call: ToolCallRequest): Promise<RecordId> {
  progress.start(`turn ${progress.turns}: ${call.name} ${call.argumentsExcerpt}`);
  const done = await callTool(input, progress, env, call);
  progress.applyEffects(done.effects);
  progress.calls.push({name: call.name, digest: call.digest, answer: done.result});
  progress.note('patch', `${call.name} ${done.ok ? 'ok' : 'no'}: ${done.summary}`);
  return done.result;
}

async function callTool(
  input: AttemptInput,
  progress: AttemptProgress,
  env: string,
  call: ToolCallRequest,
): Promise<ToolActivityResult> {
  const {port, report, policy} = input;
  // The activity type comes from a list of ours: a name that a model made up must not choose what runs.
  const type = isToolName(call.name) ? call.name : 'refuseTool';
  return toolsFor(policy.policy)[type](
    toSummary(
      [...(type === 'refuseTool' ? [call.name] : []), call.argumentsExcerpt, `turn ${progress.turns}`].filter(Boolean).join(', '),
    ),
    {
      bundle: report,
      conversation: progress.conversation as string,
      env,
      port,
      call: {index: call.index, name: call.name},
      limits: call.name === 'dsynth_build' ? buildLimits(policy.policy) : undefined,
      composedTree: progress.composedTree,
    },
  );
}
