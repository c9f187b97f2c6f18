import {isCancellation, setCurrentDetails} from '@temporalio/workflow';
import type {ModelTurn, ToolCallAsked, ToolDone} from '../activities/api.ts';
import type {AttemptProgress} from '../case/attempt-progress.ts';
import {attemptDetails} from '../case/details.ts';
import {DEFAULTS} from '../case/policy.ts';
import type {AttemptEnd} from '../case/status.ts';
import {repeatedCall, reportReason} from '../case/stop-rules.ts';
import {isToolName} from '../case/tool-names.ts';
import {billable} from '../case/types.ts';
import {type AttemptInput, buildLimits} from './attempt-input.ts';
import {endFor, wordsOf} from './failed-activity.ts';
import {control, modelFor, toolsFor} from './proxies.ts';

interface Ended {
  readonly end: AttemptEnd;
  readonly reason: string;
}

type Results = {callId: string; name: string; result: string}[];

/** The model's turns: ask, run what it calls, until it reports or a limit is met. A model that fails ends them, with its words. */
export async function runTurns(input: AttemptInput, progress: AttemptProgress, env: string): Promise<Ended> {
  const startedAt = Date.now();
  progress.conversation = await control.openAttempt({
    report: input.report,
    texts: input.policy.texts,
    triage: input.triage,
    triageText: input.triageText,
    nonce: input.nonce,
    context: input.context,
    attempt: input.attempt,
    of: input.of,
    turns: input.turns,
    tier: input.tier,
    earlier: input.earlier,
  });
  let results: Results = [];
  while (progress.turns < input.turns) {
    if (input.minutes !== undefined && Date.now() - startedAt > input.minutes * 60_000) {
      return {end: 'time-limit', reason: `its ${input.minutes} minutes are over`};
    }
    const turn = await ask(input, progress, results);
    if ('end' in turn) return turn;
    if (turn.toolCalls.length === 0) return {end: 'reported', reason: reportReason(progress.calls, turn.finishReason)};
    results = [];
    for (const call of turn.toolCalls) results.push(await runCall(input, progress, env, call));
    const repeated = repeatedCall(progress.calls);
    if (repeated !== undefined)
      return {
        end: 'repeated-call',
        reason: `the model called ${repeated} with the same arguments and the same answer three times`,
      };
  }
  return {end: 'turn-limit', reason: `its ${input.turns} turns are used`};
}

async function ask(
  input: AttemptInput,
  progress: AttemptProgress,
  results: Results,
): Promise<Extract<ModelTurn, {kind: 'reply'}> | Ended> {
  progress.turns += 1;
  const last = progress.turns === input.turns || progress.lastBuild === 'passed';
  setCurrentDetails(attemptDetails(progress, `turn ${progress.turns} of ${input.turns}: asks the model`));
  let turn: ModelTurn;
  try {
    turn = await modelFor(input.policy.policy).askModel.executeWithOptions(
      {summary: `turn ${progress.turns}${last ? ', report' : ''}`},
      [
        {
          bundle: input.report,
          purpose: 'patch',
          conversation: progress.conversation as string,
          // After a passing build, and in the last turn, there is nothing to do but to report.
          tools: last ? 'none' : 'offered',
          toolResults: results,
          tokensLeft: input.tokensLeft - billable(progress.usage),
          replyTokens: input.policy.policy.model?.reply_tokens ?? DEFAULTS.replyTokens,
        },
      ],
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    return {end: endFor(error) ?? 'model-failed', reason: wordsOf(error)};
  }
  if (turn.kind === 'over-budget') return {end: 'over-budget', reason: turn.reason};
  progress.used(turn.usage);
  progress.conversation = turn.conversation;
  progress.finalText = turn.text;
  progress.said = turn.preview;
  progress.note('patch', turnLine(progress.turns, turn));
  return turn;
}

/** `turn 3, 812 tokens (5210 more from the cache): get_file, grep` */
function turnLine(number: number, {usage, preview, toolCalls}: Extract<ModelTurn, {kind: 'reply'}>): string {
  const cached = usage.cached > 0 ? ` (${usage.cached} more from the cache)` : '';
  const said = toolCalls.length > 0 ? toolCalls.map((call) => call.name).join(', ') : `reports: ${preview.slice(0, 100)}`;
  return `turn ${number}, ${billable(usage)} tokens${cached}: ${said}`;
}

async function runCall(
  input: AttemptInput,
  progress: AttemptProgress,
  env: string,
  call: ToolCallAsked,
): Promise<Results[number]> {
  setCurrentDetails(attemptDetails(progress, `turn ${progress.turns} of ${input.turns}: ${call.name} ${call.words}`));
  const done = await callTool(input, progress, env, call);
  progress.effects(done.effects);
  progress.calls.push({name: call.name, digest: call.digest, answer: done.result});
  progress.note('patch', `${call.name} ${done.ok ? 'ok' : 'no'}: ${done.summary}`);
  return {callId: call.id, name: call.name, result: done.result};
}

async function callTool(input: AttemptInput, progress: AttemptProgress, env: string, call: ToolCallAsked): Promise<ToolDone> {
  const {port, report, policy} = input;
  // The activity type comes from a list of ours: a name that a model made up must not choose what runs.
  const type = isToolName(call.name) ? call.name : 'refuseTool';
  return toolsFor(policy.policy)[type].executeWithOptions(
    {summary: [call.words, `turn ${progress.turns}`].filter((one) => one !== '').join(', ')},
    [
      {
        bundle: report,
        conversation: progress.conversation as string,
        env,
        port,
        call,
        limits: buildLimits(input),
        ...(progress.composedTree === undefined ? {} : {composedTree: progress.composedTree}),
      },
    ],
  );
}
