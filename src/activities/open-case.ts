import {log} from '@temporalio/activity';
import {ApplicationFailure} from '@temporalio/common';
import {classesOf, type EffectivePolicy} from '../case/policy/policy.ts';
import {repeatedFailure} from '../case/policy/repeats.ts';
import {nowUtc} from '../case/status.ts';
import type {
  CaseFacts,
  CaseSteps,
  ControlActivities,
  OpenCaseInput,
  PolicyInEffect,
  RuledTriage,
  TriageRequest,
  TriageStart,
  TriageSubject,
} from '../protocol/activities.ts';
import type {CaseNews, TriageNews} from '../protocol/build-run.ts';
import {FAILURES} from '../protocol/failure-types.ts';

/** What `openCase` and `startTriage` are made of. */
export type OpeningSteps = Pick<ControlActivities, 'collectEvidence' | 'readPolicy' | 'findModel' | 'notifyRun'> &
  Pick<CaseSteps, 'triageByRule' | 'claimTriage' | 'openTriage' | 'archiveCase'>;

/** Returns the activities between a failure and the first question to a model, as one step each. */
export function openingActivities(steps: OpeningSteps): Pick<ControlActivities, 'openCase' | 'startTriage'> {
  return {
    async openCase(input) {
      const facts = await steps.collectEvidence(input.report);
      if (facts.closedAs !== null) return {facts};
      const policy = await policyOrProblem(input);
      if (typeof policy === 'string') {
        await joinRun(input, facts);
        return {facts, problem: policy};
      }
      const [triage, unwritten] = await Promise.all([openTriage(input, facts, policy), archive(input, facts)]);
      return {facts, policy, ...(triage === undefined ? {} : {triage}), ...(unwritten === undefined ? {} : {unwritten})};
    },

    async startTriage(input) {
      return startTriage(input);
    },
  };

  /** Returns the policy, or why no case can use it. */
  async function policyOrProblem({report}: OpenCaseInput): Promise<PolicyInEffect | string> {
    try {
      return await steps.readPolicy(report);
    } catch (error) {
      if (error instanceof ApplicationFailure && error.type === FAILURES.policyInvalid) return error.message;
      throw error;
    }
  }

  async function openTriage(input: OpenCaseInput, facts: CaseFacts, policy: PolicyInEffect): Promise<TriageStart | undefined> {
    const {report, triage, startedAt} = input;
    const {signature, earlier} = facts;
    const isRepeated = repeatedFailure(policy.policy.repeats, earlier, signature, startedAt) !== undefined;
    if (triage !== undefined && !isRepeated)
      return startTriage({...triage, report, signature, earlierCases: earlier, policy}, joinedBy(input, facts));
    await joinRun(input, facts);
    return undefined;
  }

  async function startTriage(input: TriageRequest & TriageSubject, joined?: CaseNews): Promise<TriageStart> {
    const {policy} = input.policy;
    const ruled = input.role === 'alone' ? null : await steps.triageByRule({report: input.report, classes: classesOf(policy)});
    const isOverruled = ruled !== null && policy.second_opinion?.includes(ruled.triage.classification) === true;
    const missing = ruled === null || isOverruled ? await steps.findModel('triage', policy) : null;
    const isDecided = (ruled !== null && !isOverruled) || missing !== null;
    const shared = isDecided ? undefined : await requestOf(input);
    const [isNotified, conversation] = await Promise.all([
      notify(input.report.runId, {caseId: input.caseId, ...joined, ...(shared === undefined ? {} : {triage: shared})}),
      isDecided || shared?.kind === 'asks' ? undefined : steps.openTriage(promptInput(input, policy)),
    ]);
    if (missing !== null) return {kind: 'no-model', reason: missing};
    if (ruled !== null && !isOverruled) return {kind: 'ruled', ...ruled};
    const overruled = ruled === null ? {} : {overruled: ruled.triage};
    if (conversation !== undefined)
      return {kind: 'opened', conversation, leads: isNotified && shared?.kind === 'leads', ...overruled};
    return isNotified ? {kind: 'sibling', ...overruled} : alone(input, policy, overruled);
  }

  /** Opens the conversation of a case whose run cannot be asked. */
  async function alone(
    input: TriageRequest & TriageSubject,
    policy: EffectivePolicy,
    overruled: {overruled?: RuledTriage},
  ): Promise<TriageStart> {
    return {kind: 'opened', conversation: await steps.openTriage(promptInput(input, policy)), leads: false, ...overruled};
  }

  /** Returns what the run is sent about a triage by the model; undefined where it is not shared. */
  async function requestOf({
    report,
    signature,
    caseRunId,
    role,
  }: TriageRequest & TriageSubject): Promise<Extract<TriageNews, {kind: 'leads' | 'asks'}> | undefined> {
    if (role === 'alone' || signature === '') return undefined;
    // Where no claim can be stored, the run decides.
    const isFirst = role === 'first' && (await steps.claimTriage({report, signature, caseRunId}).catch(() => false));
    return {kind: isFirst ? 'leads' : 'asks', caseRunId, signature};
  }

  async function joinRun(input: OpenCaseInput, facts: CaseFacts): Promise<void> {
    await notify(input.report.runId, joinedBy(input, facts));
  }

  /** Cases of one run show together; a case whose run cannot be notified goes on without it. */
  async function notify(runId: string, news: CaseNews): Promise<boolean> {
    if (news.joined === undefined && news.triage === undefined) return true;
    try {
      await steps.notifyRun({runId, news});
      return true;
    } catch (error) {
      log.warn(`The run ${runId} does not show ${news.caseId}: ${(error as Error).message}`);
      return false;
    }
  }

  /** Archives the case with what its evidence shows. Returns why it could not; the case goes on without it. */
  async function archive({status, report}: OpenCaseInput, facts: CaseFacts): Promise<string | undefined> {
    const {bundleId, runId} = report;
    const entry = {atUtc: nowUtc(), phase: 'triage' as const, text: `${bundleId} failed: ${facts.errorLine}`};
    const change = {phase: 'triage' as const, bundle: {bundleId, runId}, signature: facts.signature, earlier: facts.earlier};
    try {
      await steps.archiveCase({...status, ...change, timeline: [...status.timeline, entry]});
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}

function joinedBy({report, status}: OpenCaseInput, {signature, errorLine}: CaseFacts): CaseNews {
  const {runId, bundleId, origin} = report;
  const {workflowId: caseId, usage} = status;
  const changed = {caseId, phase: 'triage' as const, outcome: null, classification: null, usage};
  return {caseId, joined: {caseId, runId, bundleId, origin, signature, errorLine}, changed};
}

function promptInput(
  {report, nonce, context, earlierCases, policy: {texts}}: TriageRequest & TriageSubject,
  policy: EffectivePolicy,
): Parameters<CaseSteps['openTriage']>[0] {
  const {model, memory} = policy;
  return {report, texts, classes: classesOf(policy), snippetRounds: model.snippet_rounds, nonce, context, earlierCases, memory};
}
