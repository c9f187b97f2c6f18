import {isCancellation} from '@temporalio/workflow';
import {findingsToRaise} from '../case/attempt/guard-round.ts';
import type {AttemptProgress} from '../case/attempt/progress.ts';
import type {Standing} from '../case/attempt/standing.ts';
import {idleStop, repeatedCall, reportReason} from '../case/attempt/stop-rules.ts';
import {isBuilding, isToolName, parallelGroups} from '../case/attempt/tool-names.ts';
import {
  CLOSING_TURNS,
  type IdleProgress,
  idleWarning,
  lastTurnNotice,
  type NextTurn,
  nextRoundTurn,
  nextTurn,
  type TurnKind,
} from '../case/attempt/turn-limits.ts';
import type {RemainingBudget} from '../case/budget/budget.ts';
import {buildLimits} from '../case/policy/policy.ts';
import type {AttemptEnd} from '../case/status.ts';
import {pluralize} from '../case/text/plural.ts';
import {toSummary} from '../case/text/summary.ts';
import {billable, type RecordId} from '../case/types.ts';
import type {AskModelInput, ModelTurn, ToolActivityResult, ToolCallRequest} from '../protocol/activities.ts';
import {type AttemptInput, type ModelWork, scopeOf} from '../protocol/patch-attempt.ts';
import {attemptEndFor, buildResult, failureMessage} from './failures.ts';
import {decisionsFor, judgeDiff} from './judge-diff.ts';
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
    const progress = this.#progress;
    if (minutes !== undefined) this.#time.set(minutes * 60_000);
    progress.conversation = await openAttempt(this.#input, this.#work);
    return this.#takeTurns({next: () => nextTurn(progress, turns)});
  }

  /** Number of turns with tools that are left. */
  get left(): number {
    return this.#work.turns - this.#progress.worked;
  }

  /** Continues the conversation with a user message for at most `turns` turns, the tools open until the last. */
  async resume(message: string, turns: number): Promise<Ended> {
    const before = this.#progress.turns;
    return this.#takeTurns({message, next: () => nextRoundTurn(this.#progress.turns - before, turns)});
  }

  async #takeTurns({next, ...first}: Turns): Promise<Ended> {
    const [work, progress] = [this.#work, this.#progress];
    let results: readonly RecordId[] = [];
    let message = first.message;
    for (;;) {
      if (this.#time.answer()) return {end: 'time-limit', reason: `its ${work.minutes} minutes are over`};
      const upcoming = next();
      const {kind} = upcoming;
      const standing = this.#standing(upcoming);
      const closing = kind === 'report' ? undefined : await this.#review(upcoming.left);
      const turn = await ask(this.#input, work, progress, {results, message, kind, standing, closing});
      if ('end' in turn) return turn;
      if (turn.toolCalls.length === 0) return endOfReport(turn, progress);
      if (kind === 'report') return {end: 'turn-limit', reason: `its ${pluralize(work.turns, 'turn')} are used`};
      message = undefined;
      results = await this.#runCalls(turn.toolCalls);
      const stopped = stopFor(progress, this.#input);
      if (stopped !== undefined) return stopped;
    }
  }

  /** Judges the diff of a passing build, also of a round, for the model to see before it reports; undefined where it has seen this judgement. */
  async #review(turns: number): Promise<Asked['closing']> {
    const progress = this.#progress;
    if (progress.lastBuild !== 'passed' || progress.judged !== undefined) return undefined;
    await judgeDiff(this.#input, progress, this.#env);
    progress.shownFindings = findingsToRaise(progress.findings);
    const {diff, effect, findings} = progress;
    return {diff: diff as RecordId, effect, findings, turns, nonce: this.#work.nonce};
  }

  /** Returns what the model has left at a turn, as its prompt shows it, and the warnings that belong to it. */
  #standing(upcoming: NextTurn): Standing {
    const {minutes, of} = this.#work;
    const progress = this.#progress;
    const worked = (Date.now() - (progress.startedAt ?? Date.now())) / 60_000;
    return {
      turns: Math.max(0, upcoming.left),
      attempts: Math.max(0, of - this.#input.attempt),
      minutes: minutes === undefined ? undefined : minutes - worked,
      notice: lastTurnNotice(upcoming) ?? idleWarning(idleProgress(progress), this.#input.policy.policy.stop),
    };
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
  /** User message before the first of them. */
  readonly message?: string;
  /** Returns the next turn, by what the attempt has done so far. */
  next(): NextTurn;
}

function idleProgress({worked, everEdited, everBuilt}: AttemptProgress): IdleProgress {
  return {turns: worked, everEdited, everBuilt};
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
    left: {left: work.left, replyTokens: policy.policy.model.reply_tokens, prices: policy.policy.prices},
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
  if (repeated === undefined) return idleStop(idleProgress(progress), policy.policy.stop);
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
  readonly kind: TurnKind;
  readonly standing: Standing;
  /** Review of the diff after a passing build. */
  readonly closing: AskModelInput['closing'];
}

/** Asks for one reply. A reply that was cut at its limit before it called a tool is asked for again with double the limit, once. */
async function ask(input: AttemptInput, work: ModelWork, progress: AttemptProgress, asked: Asked): Promise<Reply | Ended> {
  progress.countTurn(asked.kind);
  const label = turnLabel(asked.kind, progress, work);
  progress.start(`${label}: asks the model`);
  const first = await callModel(input, work, progress, {...asked, label});
  if (first.kind === 'failed') return first.ended;
  if (first.kind === 'over-budget') return {end: 'over-budget', reason: first.reason};
  const reply = first.isCut === true ? await askAgain(input, work, progress, {...asked, label}, first) : first;
  progress.conversation = reply.conversation;
  progress.finalText = reply.text;
  progress.excerpt = reply.preview;
  progress.insistence = reply.insists;
  progress.note('patch', turnLine(label, reply));
  return reply;
}

/** Repeats the question of a cut reply with double the limit. The cut reply counts where there is no other: it is over budget, or refused. */
async function askAgain(input: AttemptInput, work: ModelWork, progress: AttemptProgress, call: Call, cut: Reply): Promise<Reply> {
  progress.note('patch', 'the reply was cut at its limit before it called a tool: it is asked for again with double the limit');
  const again = await callModel(input, work, progress, {
    ...call,
    label: `${call.label}, again with a longer reply`,
    doubled: true,
  });
  if (again.kind === 'reply') return again;
  progress.note('patch', `there is no longer reply: ${again.kind === 'failed' ? again.ended.reason : again.reason}`);
  return cut;
}

interface Call extends Asked {
  readonly label: string;
  /** Whether the limit of the reply is doubled. */
  readonly doubled?: boolean;
}

/** Makes a call, and counts its usage. Its failure ends the attempt. */
async function callModel(
  input: AttemptInput,
  work: ModelWork,
  progress: AttemptProgress,
  call: Call,
): Promise<ModelTurn | {readonly kind: 'failed'; readonly ended: Ended}> {
  const {prices, limits, model} = input.policy.policy;
  try {
    const turn = await modelFor(input.policy.policy).askModel(`patch, ${call.label}`, {
      bundle: input.report,
      purpose: 'patch',
      conversation: progress.conversation as string,
      tools: call.kind === 'report' ? 'none' : 'offered',
      toolResults: call.results,
      ...(call.message === undefined ? {} : {say: call.message}),
      ...(call.closing === undefined ? {} : {closing: call.closing}),
      standing: call.standing,
      left: leftAfter(work.left, progress),
      replyTokens: model.reply_tokens,
      ...(call.doubled ? {doubled: true} : {}),
      policy: {prices, limits},
    });
    if (turn.kind === 'reply') progress.addUsage(turn.usage);
    return turn;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return {kind: 'failed', ended: {end: attemptEndFor(error) ?? 'model-failed', reason: failureMessage(error)}};
  }
}

/** `turn 3 of 30`, `closing turn 1 of 3`, `report after turn 30` */
function turnLabel(kind: TurnKind, {turns, worked, closed}: AttemptProgress, work: ModelWork): string {
  if (kind === 'report') return `report after turn ${turns - 1}`;
  return kind === 'closing' ? `closing turn ${closed} of ${CLOSING_TURNS}` : `turn ${worked} of ${work.turns}`;
}

/** Returns what is left of a budget after what an attempt used of it. */
export function leftAfter({tokens, cost}: RemainingBudget, {usage}: AttemptProgress): RemainingBudget {
  return {tokens: tokens - billable(usage), cost: cost === undefined ? undefined : cost - usage.cost};
}

/** `turn 3, 812 tokens (5210 more from the cache): get_file, grep` */
function turnLine(label: string, {usage, preview, toolCalls, implausible}: Reply): string {
  const source = usage.estimatedCached === undefined ? 'from the cache' : 'from the cache by our estimate';
  const cached = usage.cached > 0 ? ` (${usage.cached} more ${source})` : '';
  const what = toolCalls.length > 0 ? toolCalls.map((call) => call.name).join(', ') : `reports: ${preview.slice(0, 100)}`;
  const estimate = implausible === undefined ? '' : ` by our estimate. ${implausible}`;
  return `${label.replace(/ of \d+$/, '')}, ${billable(usage)} tokens${cached}${estimate}: ${what}`;
}

async function runCall(input: AttemptInput, progress: AttemptProgress, env: string, call: ToolCallRequest): Promise<RecordId> {
  progress.start(`turn ${progress.turns}: ${call.name} ${call.argumentsExcerpt}`);
  const called = callTool(input, progress, env, call);
  const done = await (isBuilding(call.name) ? buildResult(called) : called);
  progress.addCall({name: call.name, digest: call.digest, answer: done.result, ok: done.ok}, done.effects);
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
      limits: isBuilding(call.name) ? buildLimits(policy.policy) : undefined,
      decided: call.name === 'dsynth_build' ? decisionsFor(input) : undefined,
      composedTree: progress.composedTree,
      overlayForm: policy.policy.overlay === 'dops' ? 'dops' : undefined,
    },
  );
}
