import {classesOf, triageCost} from '../case/policy/policy.ts';
import {billable, NO_USAGE, type RecordId} from '../case/types.ts';
import type {WaitReason} from '../case/wait-reason.ts';
import type {ModelTurn, TriageFiles, TriageReading, TriageRequest, TriageRole, TriageStart} from '../protocol/activities.ts';
import type {CaseContext} from './case-context.ts';
import type {CaseRecord} from './case-record.ts';
import {failureMessage, rethrowUnlessFailed} from './failures.ts';
import {artifacts, control, devEnvFor, modelFor} from './proxies.ts';
import type {Shared, SharedTriage, TriageEnd} from './shared-triage.ts';

interface Round {
  readonly conversation: RecordId;
  readonly say?: string;
}

type Reply = Extract<ModelTurn, {kind: 'reply'}>;

/** Why a question to the model has no reply. */
interface NoReply {
  readonly kind: 'none';
  readonly waitReason: WaitReason;
  readonly reason: string;
}

/** The reading of a reply that a worker of an earlier version stored. */
const NOT_READ: TriageReading = {
  kind: 'malformed',
  problem: 'it was not read',
  reask: 'Repeat your triage in the form that was asked for.',
};

/** Triage of a case: by rule, that of a sibling of the same run and failure, or the model's own. `prepared` is what the case was opened with. */
export async function triageCase(context: CaseContext, siblings: SharedTriage, prepared?: TriageStart): Promise<TriageEnd> {
  if (prepared !== undefined) return triageFrom(context, siblings, prepared);
  const {triage, context: added} = context.record.status;
  // What an operator added is for this case and not for its siblings, and neither is a second triage.
  const isAlone = triage !== null || added.length > 0;
  siblings.forget();
  return triageFrom(context, siblings, await startTriage(context, isAlone ? 'alone' : 'again'));
}

async function triageFrom(context: CaseContext, siblings: SharedTriage, start: TriageStart): Promise<TriageEnd> {
  const {record} = context;
  if (start.kind === 'no-model') return {ok: false, waitReason: 'no-model', reason: start.reason};
  if (start.kind === 'ruled') return takeRuled(context, start);
  const {overruled} = start;
  if (overruled !== undefined)
    record.note(`the rule ${overruled.rule} decides ${overruled.classification}; the policy wants a model's opinion too`);
  if (start.kind === 'opened' && !start.leads) return askModel(context, start.conversation);
  return forSiblings(record, async () => {
    if (start.kind === 'opened') return askModel(context, start.conversation);
    const shared = await siblings.offered();
    if (shared !== undefined) return takeShared(context, shared);
    const own = await startTriage(context, 'alone');
    return own.kind === 'opened' ? askModel(context, own.conversation) : triageFrom(context, siblings, own);
  });
}

/** Runs a triage that siblings wait for, or take part in: they get its result, or the next in line leads, also when an operator interrupts it. */
async function forSiblings(record: CaseRecord, work: () => Promise<TriageEnd>): Promise<TriageEnd> {
  const {signature} = record.status;
  let ended: TriageEnd | undefined;
  try {
    ended = await work();
    return ended;
  } finally {
    const isOwn = ended?.ok === true && ended.triage.from === undefined;
    record.reportTriage(isOwn && ended?.ok ? {kind: 'done', signature, triage: ended.triage, text: ended.text} : {kind: 'left'});
  }
}

function startTriage(context: CaseContext, role: TriageRole): Promise<TriageStart> {
  const {record, policy, texts} = context;
  return control.startTriage(`prompt with ${classesOf(policy).length} classes`, {
    ...triageRequest(record, role),
    report: record.report,
    signature: record.status.signature,
    earlierCases: record.status.earlier,
    policy: {policy, texts},
  });
}

/** Returns what an activity that begins the triage of a case needs from its state. */
export function triageRequest(record: CaseRecord, role: TriageRole): TriageRequest {
  const {workflowId, runId, context} = record.status;
  return {caseId: workflowId, caseRunId: runId, role, nonce: promptNonce(record), context};
}

/** What rules decide costs nothing. */
function takeRuled({record}: CaseContext, {triage, text}: Extract<TriageStart, {kind: 'ruled'}>): TriageEnd {
  record.addTriage({bundle: record.report, text, triage, usage: NO_USAGE, rounds: 0, via: 'rule'});
  record.note(`the rule ${triage.rule} decides ${triage.classification}, ${triage.confidence}; no tokens`);
  return {ok: true, triage, text};
}

function takeShared({record}: CaseContext, {triage: shared, text, from}: Shared): TriageEnd {
  const triage = {...shared, from};
  record.addTriage({bundle: record.report, text, triage, usage: NO_USAGE, rounds: 0, via: from});
  record.note(`${from} of the same run failed in the same way; its triage counts here too, for no tokens`);
  return {ok: true, triage, text};
}

function askModel(context: CaseContext, conversation: RecordId): Promise<TriageEnd> {
  return new ModelTriage(context).run(conversation);
}

/** Triage by the model: its rounds of snippets, one retry after a malformed reply, and its artifacts. */
class ModelTriage {
  readonly #context: CaseContext;
  readonly #classes: readonly string[];
  readonly #rounds: number;
  /** Billable tokens that the case had used before. */
  readonly #before: number;

  constructor(context: CaseContext) {
    this.#context = context;
    this.#classes = classesOf(context.policy);
    this.#rounds = context.policy.model.snippet_rounds;
    this.#before = billable(context.record.status.usage);
  }

  async run(conversation: RecordId): Promise<TriageEnd> {
    const {record} = this.#context;
    let next: Round = {conversation};
    let isRetry = false;
    for (let round = 0; ; ) {
      const turn = await this.#ask(next, round);
      if (turn.kind === 'none') return {ok: false, waitReason: turn.waitReason, reason: turn.reason};
      const reading = turn.triage ?? NOT_READ;
      const files = this.#files(turn, reading, round);
      if (reading.kind === 'triage') {
        record.addTriage(files);
        record.note(`the model decides ${readingSummary(reading)}; ${this.#tokens} tokens`);
        return {ok: true, triage: reading.triage, text: turn.text};
      }
      await artifacts.writeTriage(readingSummary(reading), files);
      if (reading.kind === 'snippets') {
        round += 1;
        next = await this.#answerSnippets(turn, round);
        record.note(`the model asked for ${reading.count} snippets, round ${round} of ${this.#rounds}`);
        continue;
      }
      if (isRetry)
        return {ok: false, waitReason: 'triage-unusable', reason: `the model's triage was malformed twice: ${reading.problem}`};
      isRetry = true;
      record.note(`the model's triage was malformed (${reading.problem}); it is asked once more`);
      next = {conversation: turn.conversation, say: reading.reask};
    }
  }

  get #tokens(): number {
    return billable(this.#context.record.status.usage) - this.#before;
  }

  /** Returns the reply, or why there is none. */
  async #ask(next: Round, round: number): Promise<Reply | NoReply> {
    const {policy, record} = this.#context;
    const {model, prices, limits} = policy;
    const cost = triageCost(policy);
    const summary = `triage${round === 0 ? '' : `, snippet round ${round}`}${next.say === undefined ? '' : ', asked again'}`;
    try {
      const turn = await modelFor(policy).askModel(summary, {
        bundle: record.report,
        purpose: 'triage',
        ...next,
        tools: 'absent',
        left: {
          tokens: model.triage_tokens - this.#tokens,
          cost: cost === undefined ? undefined : cost - record.status.usage.cost,
        },
        policy: {prices, limits},
        replyTokens: model.reply_tokens,
        reading: {classes: this.#classes, snippetsAllowed: round < this.#rounds},
      });
      if (turn.kind === 'over-budget')
        return {kind: 'none', waitReason: 'triage-budget', reason: `triage is over its budget: ${turn.reason}`};
      record.addUsage(turn.usage);
      if (turn.implausible !== undefined) record.note(`this call counts as our estimate. ${turn.implausible}`);
      return turn;
    } catch (error) {
      rethrowUnlessFailed(error);
      return {kind: 'none', waitReason: 'model-failed', reason: `the model could not be asked: ${failureMessage(error)}`};
    }
  }

  #files(turn: Reply, reading: TriageReading, rounds: number): TriageFiles {
    const {report, status} = this.#context.record;
    const triage = reading.kind === 'triage' ? reading.triage : null;
    return {bundle: report, text: turn.text, triage, usage: status.usage, rounds, via: 'model'};
  }

  async #answerSnippets(turn: Reply, round: number): Promise<Round> {
    const {policy, record} = this.#context;
    const {port} = record.status;
    const {envs} = await devEnvFor(policy).findDevEnvs(`of ${port.target}`, port.target);
    const conversation = await control.fetchSnippets(`source that the model wants, round ${round} of ${this.#rounds}`, {
      bundle: record.report,
      conversation: turn.conversation,
      text: turn.text,
      port,
      round,
      rounds: this.#rounds,
      env: envs[0] ?? null,
      nonce: promptNonce(record),
    });
    return {conversation};
  }
}

/** Returns what marks data in this case's prompts. Its run id is random, and no log or port file can know it. */
export function promptNonce(record: CaseRecord): string {
  return record.status.runId.replaceAll('-', '').slice(0, 16);
}

function readingSummary(reading: TriageReading): string {
  if (reading.kind === 'triage') return `${reading.triage.classification}, ${reading.triage.confidence}`;
  return reading.kind === 'snippets' ? `asks for ${reading.count} snippets` : 'malformed';
}
