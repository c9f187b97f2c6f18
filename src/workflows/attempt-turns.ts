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
import {type AttemptInput, type ModelWork, scopeOf} from '../protocol/patch-attempt.ts';
import {attemptEndFor, failureMessage} from './failures.ts';
import {control, modelFor, toolsFor} from './proxies.ts';
import {WakeTimer} from './wake-timer.ts';

/** How the turns of an attempt ended. */
export interface Ended {
  readonly end: AttemptEnd;
  readonly reason: string;
}

/** The turns of an attempt's model: one conversation, in which `resume` continues within the limits of the attempt. */
export class ModelTurns {
  readonly #input: AttemptInput;
  readonly #work: ModelWork;
  readonly #progress: AttemptProgress;
  readonly #env: string;
  readonly #time = new WakeTimer('its minutes are over', () => undefined);

  constructor(input: AttemptInput, work: ModelWork, progress: AttemptProgress, env: string) {
    this.#input = input;
    this.#work = work;
    this.#progress = progress;
    this.#env = env;
  }

  /** Opens the conversation and takes turns until the model reports or a limit is met. A model that fails ends them, with its message. */
  async run(): Promise<Ended> {
    const {minutes, turns} = this.#work;
    if (minutes !== undefined) this.#time.set(minutes * 60_000);
    this.#progress.conversation = await openAttempt(this.#input, this.#work);
    // After a passing build there is nothing to do but to report.
    return this.#takeTurns({until: turns, closesTools: ({lastBuild}) => lastBuild === 'passed'});
  }

  /** Number of turns that are left. */
  get left(): number {
    return this.#work.turns - this.#progress.turns;
  }

  /** Continues the conversation with a user message for at most `turns` turns, the tools open until the last. */
  async resume(message: string, turns: number): Promise<Ended> {
    const until = this.#progress.turns + Math.min(turns, this.left);
    return this.#takeTurns({until, message, closesTools: () => false});
  }

  async #takeTurns({until, closesTools, ...first}: Turns): Promise<Ended> {
    const [work, progress] = [this.#work, this.#progress];
    let results: readonly RecordId[] = [];
    let message = first.message;
    while (progress.turns < until) {
      if (this.#time.answer()) return {end: 'time-limit', reason: `its ${work.minutes} minutes are over`};
      const isLast = progress.turns + 1 === until || closesTools(progress);
      const turn = await ask(this.#input, work, progress, {results, message, isLast});
      if ('end' in turn) return turn;
      if (turn.toolCalls.length === 0) return endOfReport(turn, progress);
      message = undefined;
      results = await this.#runCalls(turn.toolCalls);
      const stopped = stopFor(progress, this.#input);
      if (stopped !== undefined) return stopped;
    }
    return {end: 'turn-limit', reason: `its ${until} turns are used`};
  }

  async #runCalls(calls: readonly ToolCallRequest[]): Promise<RecordId[]> {
    const results: RecordId[] = [];
    for (const group of parallelGroups(calls)) {
      const answers = group.map((call) => runCall(this.#input, this.#progress, this.#env, call));
      results.push(...(await Promise.all(answers)));
    }
    return results;
  }
}

/** A stretch of turns. */
interface Turns {
  /** Number of the attempt's turn that is the last; its tools are closed. */
  readonly until: number;
  /** User message before the first of them. */
  readonly message?: string;
  /** Whether the tools are closed for the next turn. */
  closesTools(progress: AttemptProgress): boolean;
}

function openAttempt({report, policy, attempt, master}: AttemptInput, work: ModelWork): Promise<RecordId> {
  return control.openAttempt(`prompt of attempt ${attempt}`, {
    report,
    texts: policy.texts,
    triage: work.triage,
    triageText: work.triageText,
    nonce: work.nonce,
    context: work.context,
    attempt,
    of: work.of,
    turns: work.turns,
    tier: work.tier,
    master,
    earlier: work.earlier,
    earlierCases: work.earlierCases,
    memory: policy.policy.memory,
  });
}

function endOfReport({gaveUp, preview, finishReason}: Reply, {calls}: AttemptProgress): Ended {
  if (gaveUp) return {end: 'gave-up', reason: `the model gave up: ${preview}`};
  return {end: 'reported', reason: reportReason(calls, finishReason)};
}

function stopFor(progress: AttemptProgress, {policy}: AttemptInput): Ended | undefined {
  const repeated = repeatedCall(progress.calls);
  if (repeated === undefined) return idleStop(progress, policy.policy.stop);
  return {
    end: 'repeated-call',
    reason: `the model called ${repeated} with the same arguments and the same answer three times`,
  };
}

type Reply = Extract<ModelTurn, {kind: 'reply'}>;

/** Input of one turn. */
interface Asked {
  readonly results: readonly RecordId[];
  readonly message: string | undefined;
  /** Whether the tools are closed, so that there is nothing left but to report. */
  readonly isLast: boolean;
}

async function ask(input: AttemptInput, work: ModelWork, progress: AttemptProgress, asked: Asked): Promise<Reply | Ended> {
  progress.turns += 1;
  const {prices, limits, model} = input.policy.policy;
  progress.start(`turn ${progress.turns} of ${work.turns}: asks the model`);
  let turn: ModelTurn;
  try {
    turn = await modelFor(input.policy.policy).askModel(
      `patch, turn ${progress.turns} of ${work.turns}${asked.isLast ? ', its report' : ''}`,
      {
        bundle: input.report,
        purpose: 'patch',
        conversation: progress.conversation as string,
        tools: asked.isLast ? 'none' : 'offered',
        toolResults: asked.results,
        ...(asked.message === undefined ? {} : {say: asked.message}),
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
  progress.insistence = turn.insists;
  progress.note('patch', turnLine(progress.turns, turn));
  return turn;
}

function leftAfter({tokens, cost}: RemainingBudget, {usage}: AttemptProgress): RemainingBudget {
  return {tokens: tokens - billable(usage), cost: cost === undefined ? undefined : cost - usage.cost};
}

/** `turn 3, 812 tokens (5210 more from the cache): get_file, grep` */
function turnLine(number: number, {usage, preview, toolCalls, implausible}: Reply): string {
  const cached = usage.cached > 0 ? ` (${usage.cached} more from the cache)` : '';
  const what = toolCalls.length > 0 ? toolCalls.map((call) => call.name).join(', ') : `reports: ${preview.slice(0, 100)}`;
  const estimate = implausible === undefined ? '' : ` by our estimate. ${implausible}`;
  return `turn ${number}, ${billable(usage)} tokens${cached}${estimate}: ${what}`;
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
  const {report, policy} = input;
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
      ...scopeOf(input),
      call: {index: call.index, name: call.name},
      limits: call.name === 'dsynth_build' ? buildLimits(policy.policy) : undefined,
      composedTree: progress.composedTree,
      overlayForm: policy.policy.overlay === 'dops' ? 'dops' : undefined,
    },
  );
}
