import {classesOf, triageCost} from '../case/policy/policy.ts';
import {toSummary} from '../case/text/summary.ts';
import {billable, NO_USAGE, type RecordId} from '../case/types.ts';
import type {ModelTurn, TriageReading} from '../protocol/activities.ts';
import type {CaseContext} from './case-context.ts';
import {failureMessage, rethrowUnlessFailed} from './failures.ts';
import {artifacts, control, devEnvFor, modelFor} from './proxies.ts';
import type {SharedTriage, TriageEnd} from './shared-triage.ts';

interface Round {
  readonly conversation: RecordId;
  readonly say?: string;
}

type Reply = Extract<ModelTurn, {kind: 'reply'}>;

/** Triage of a case: by rule, that of a sibling of the same run and failure, or the model's own. */
export async function triageCase(context: CaseContext, siblings: SharedTriage): Promise<TriageEnd> {
  const {record} = context;
  const byModel = (): Promise<TriageEnd> => new ModelTriage(context).run();
  // What an operator added is for this case and not for its siblings, and neither is a second triage.
  if (record.status.triage !== null || record.status.context.length > 0) return byModel();
  const byRule = await triageByRule(context);
  if (byRule !== undefined) return byRule;
  return siblings.triage(record, byModel, async ({triage: shared, text, from}) => {
    const triage = {...shared, from};
    const bundle = record.report;
    await artifacts.writeTriage(`as ${from}`, {bundle, text, triage, usage: NO_USAGE, rounds: 0, via: from});
    record.note(`${from} of the same run failed in the same way; its triage counts here too, for no tokens`);
    return {ok: true, triage: {...triage, from}, text};
  });
}

/** What rules decide costs nothing, and a model is asked only where the policy wants a second opinion. */
async function triageByRule({record, policy}: CaseContext): Promise<TriageEnd | undefined> {
  const {report} = record;
  const found = await control.triageByRule('do rules suffice?', {report, classes: classesOf(policy)});
  if (found === null) return undefined;
  const {triage, text} = found;
  if (policy.second_opinion?.includes(triage.classification)) {
    record.note(`the rule ${triage.rule} decides ${triage.classification}; the policy wants a model's opinion too`);
    return undefined;
  }
  await artifacts.writeTriage(`by the rule ${triage.rule}`, {
    bundle: report,
    text,
    triage,
    usage: NO_USAGE,
    rounds: 0,
    via: 'rule',
  });
  record.note(`the rule ${triage.rule} decides ${triage.classification}, ${triage.confidence}; no tokens`);
  return {ok: true, triage, text};
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

  async run(): Promise<TriageEnd> {
    const {policy, record} = this.#context;
    const missing = await control.findModel('is there one for triage?', 'triage', policy);
    if (missing !== null) return {ok: false, reason: missing};
    let next: Round = {conversation: await this.#open()};
    let isRetry = false;
    for (let round = 0; ; ) {
      const turn = await this.#ask(next, round);
      if (typeof turn === 'string') return {ok: false, reason: turn};
      const reading = await this.#read(turn, round);
      if (reading.kind === 'triage') {
        record.note(`the model decides ${readingSummary(reading)}; ${this.#tokens} tokens`);
        return {ok: true, triage: reading.triage, text: turn.text};
      }
      if (reading.kind === 'snippets') {
        round += 1;
        next = await this.#answerSnippets(turn, round);
        record.note(`the model asked for ${reading.count} snippets, round ${round} of ${this.#rounds}`);
        continue;
      }
      if (isRetry) return {ok: false, reason: `the model's triage was malformed twice: ${reading.problem}`};
      isRetry = true;
      record.note(`the model's triage was malformed (${reading.problem}); it is asked once more`);
      next = {conversation: turn.conversation, say: reading.reask};
    }
  }

  get #tokens(): number {
    return billable(this.#context.record.status.usage) - this.#before;
  }

  #open(): Promise<RecordId> {
    const {record, texts} = this.#context;
    return control.openTriage(`prompt with ${this.#classes.length} classes`, {
      report: record.report,
      texts,
      classes: this.#classes,
      snippetRounds: this.#rounds,
      context: record.status.context,
      earlierCases: record.status.earlier,
      memory: this.#context.policy.memory,
      nonce: promptNonce(this.#context),
    });
  }

  /** Returns the reply, or why there is none. */
  async #ask(next: Round, round: number): Promise<Reply | string> {
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
      });
      if (turn.kind === 'over-budget') return `triage is over its budget: ${turn.reason}`;
      record.addUsage(turn.usage);
      if (turn.implausible !== undefined) record.note(`this call counts as our estimate. ${turn.implausible}`);
      return turn;
    } catch (error) {
      rethrowUnlessFailed(error);
      return `the model could not be asked: ${failureMessage(error)}`;
    }
  }

  async #read(turn: Reply, round: number): Promise<TriageReading> {
    const {record} = this.#context;
    const bundle = record.report;
    const reading = await control.readTriage(round === 0 ? 'the model’s reply' : `the model’s reply, round ${round}`, {
      bundle,
      conversation: turn.conversation,
      text: turn.text,
      classes: this.#classes,
      snippetsAllowed: round < this.#rounds,
    });
    await artifacts.writeTriage(toSummary(readingSummary(reading)), {
      bundle,
      text: turn.text,
      triage: reading.kind === 'triage' ? reading.triage : null,
      usage: record.status.usage,
      rounds: round,
      via: 'model',
    });
    return reading;
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
      nonce: promptNonce(this.#context),
    });
    return {conversation};
  }
}

/** Returns what marks data in this case's prompts. Its run id is random, and no log or port file can know it. */
export function promptNonce({record}: CaseContext): string {
  return record.status.runId.replaceAll('-', '').slice(0, 16);
}

function readingSummary(reading: TriageReading): string {
  if (reading.kind === 'triage') return `${reading.triage.classification}, ${reading.triage.confidence}`;
  return reading.kind === 'snippets' ? `asks for ${reading.count} snippets` : 'malformed';
}
