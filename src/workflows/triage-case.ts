import {isCancellation} from '@temporalio/workflow';
import {classesOf, DEFAULTS, triageCost} from '../case/policy/policy.ts';
import {toSummary} from '../case/text/summary.ts';
import {billable, NO_USAGE, type RecordId, type Usage} from '../case/types.ts';
import type {ModelTurn, PolicyInEffect, TriageReading} from '../protocol/activities.ts';
import type {CaseRecord} from './case-record.ts';
import {failureMessage} from './failed-activity.ts';
import {control, devEnvFor, modelFor} from './proxies.ts';
import type {SharedTriage, TriageEnd} from './shared-triage.ts';

interface Round {
  readonly conversation: RecordId;
  readonly say?: string;
}

/** Triage of a case: by rule, a sibling's of the same run and failure, or the model's own. */
export async function triageCase(record: CaseRecord, inEffect: PolicyInEffect, siblings: SharedTriage): Promise<TriageEnd> {
  const {triage, context} = record.status;
  const own = (): Promise<TriageEnd> => askTriageOf(record, inEffect);
  // What an operator told this case is not for its siblings, and neither is a second look.
  if (triage !== null || context.length > 0) return own();
  const ruled = await triageByRule(record, inEffect);
  if (ruled !== undefined) return ruled;
  return siblings.triage(record, own, async (shared) => {
    await control.writeTriage(`as ${shared.from}`, {
      bundle: record.report,
      text: shared.text,
      triage: shared.triage,
      usage: NO_USAGE,
      rounds: 0,
      via: shared.from,
    });
    record.note(`${shared.from} of the same run failed in the same way; its triage counts here too, for no tokens`);
    return {ok: true, triage: shared.triage, text: shared.text};
  });
}

/** What rules decide costs nothing, and a model is asked only where the policy wants a second opinion. */
async function triageByRule(record: CaseRecord, inEffect: PolicyInEffect): Promise<TriageEnd | undefined> {
  const {report} = record;
  const classes = classesOf(inEffect.policy);
  const found = await control.triageByRule('do rules suffice?', {report, classes});
  if (found === null) return undefined;
  const {triage, text} = found;
  if (inEffect.policy.second_opinion?.includes(triage.classification)) {
    record.note(`the rule ${triage.rule} says ${triage.classification}; the policy wants a model's opinion too`);
    return undefined;
  }
  await control.writeTriage(`by the rule ${triage.rule}`, {
    bundle: report,
    text,
    triage,
    usage: NO_USAGE,
    rounds: 0,
    via: 'rule',
  });
  record.note(`the rule ${triage.rule} says ${triage.classification}, ${triage.confidence}; no tokens`);
  return {ok: true, triage, text};
}

/** Triage by the model: its rounds of snippets, one re-ask after a malformed answer, and its artifacts. */
async function askTriageOf(record: CaseRecord, inEffect: PolicyInEffect): Promise<TriageEnd> {
  const missing = await control.findModel('is there one for triage?', 'triage', inEffect.policy);
  if (missing !== null) return {ok: false, reason: missing};
  const classes = classesOf(inEffect.policy);
  const rounds = inEffect.policy.model?.snippet_rounds ?? DEFAULTS.snippetRounds;
  const report = record.report;
  const before = billable(record.status.usage);
  let next: Round = {
    conversation: await control.openTriage(`prompt with ${classes.length} classes`, {
      report,
      texts: inEffect.texts,
      classes,
      snippetRounds: rounds,
      context: record.status.context,
      earlierCases: record.status.earlier,
      nonce: nonceOf(record),
    }),
  };
  let reasked = false;
  for (let round = 0; ; ) {
    const turn = await ask(record, inEffect, next, before, round);
    if (typeof turn === 'string') return {ok: false, reason: turn};
    const reading = await control.readTriage(round === 0 ? 'the model’s reply' : `the model’s reply, round ${round}`, {
      bundle: report,
      conversation: turn.conversation,
      text: turn.text,
      classes,
      snippetsAllowed: round < rounds,
    });
    await control.writeTriage(toSummary(wordsOfReading(reading)), {
      bundle: report,
      text: turn.text,
      triage: reading.kind === 'triage' ? reading.triage : null,
      usage: record.status.usage,
      rounds: round,
      via: 'model',
    });
    if (reading.kind === 'triage') {
      record.note(`the model says ${wordsOfReading(reading)}; ${billable(record.status.usage) - before} tokens`);
      return {ok: true, triage: reading.triage, text: turn.text};
    }
    if (reading.kind === 'snippets') {
      round += 1;
      next = await answerSnippets(record, inEffect, turn, round, rounds);
      record.note(`the model asked for ${reading.count} snippets, round ${round} of ${rounds}`);
    } else {
      if (reasked) return {ok: false, reason: `the model's triage was malformed twice: ${reading.problem}`};
      reasked = true;
      next = reaskRound(record, turn, reading);
    }
  }
}

function reaskRound(
  record: CaseRecord,
  turn: {conversation: RecordId},
  reading: Extract<TriageReading, {kind: 'malformed'}>,
): Round {
  record.note(`the model's triage was malformed (${reading.problem}); it is asked once more`);
  return {conversation: turn.conversation, say: reading.reask};
}

async function ask(
  record: CaseRecord,
  inEffect: PolicyInEffect,
  next: Round,
  before: number,
  round: number,
): Promise<Extract<ModelTurn, {kind: 'reply'}> | string> {
  const {model, prices, limits} = inEffect.policy;
  const cost = triageCost(inEffect.policy);
  try {
    const turn = await modelFor(inEffect.policy).askModel(
      `triage${round === 0 ? '' : `, snippet round ${round}`}${next.say === undefined ? '' : ', asked again'}`,
      {
        bundle: record.report,
        purpose: 'triage',
        ...next,
        tools: 'absent',
        left: {
          tokens: (model?.triage_tokens ?? DEFAULTS.triageTokens) - (billable(record.status.usage) - before),
          ...(cost === undefined ? {} : {cost: cost - record.status.usage.cost}),
        },
        policy: {prices, limits},
        replyTokens: Math.min(model?.reply_tokens ?? DEFAULTS.replyTokens, 4096),
      },
    );
    if (turn.kind === 'over-budget') return `triage is over its budget: ${turn.reason}`;
    record.used(turn.usage as Usage);
    return turn;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return `the model could not be asked: ${failureMessage(error)}`;
  }
}

async function answerSnippets(
  record: CaseRecord,
  inEffect: PolicyInEffect,
  turn: {conversation: RecordId; text: RecordId},
  round: number,
  rounds: number,
): Promise<Round> {
  const {port} = record.status;
  const {envs} = await devEnvFor(inEffect.policy).findDevEnvs(`of ${port.target}`, port.target);
  const conversation = await control.fetchSnippets(`source that the model wants, round ${round} of ${rounds}`, {
    bundle: record.report,
    conversation: turn.conversation,
    text: turn.text,
    port,
    round,
    rounds,
    env: envs[0] ?? null,
    nonce: nonceOf(record),
  });
  return {conversation};
}

/** Marks what is data in this case's prompts. Its run id is random, and no log or port file can know it. */
export function nonceOf(record: CaseRecord): string {
  return record.status.runId.replaceAll('-', '').slice(0, 16);
}

function wordsOfReading(reading: TriageReading): string {
  if (reading.kind === 'triage') return `${reading.triage.classification}, ${reading.triage.confidence}`;
  return reading.kind === 'snippets' ? `asks for ${reading.count} snippets` : 'malformed';
}
