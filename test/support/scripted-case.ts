import {ApplicationFailure} from '@temporalio/common';
import {openingActivities} from '../../src/activities/open-case.ts';
import {recordingActivities} from '../../src/activities/record-case.ts';
import type {ReviewReading} from '../../src/case/attempt/diff-review.ts';
import type {ProbeResult} from '../../src/case/lease/env-health.ts';
import {type Policy, withDefaults} from '../../src/case/policy/policy.ts';
import type {CaseAnswer} from '../../src/case/question.ts';
import type {MasterPort} from '../../src/case/slave-port.ts';
import type {CaseStatus, DeliveryResult, EarlierCase} from '../../src/case/status.ts';
import type {FailureReport} from '../../src/case/types.ts';
import type {
  AskModelInput,
  CaseSteps,
  ControlActivities,
  DevEnvActivities,
  ModelTurn,
  ProposedFix,
  ToolInput,
  TriageReading,
} from '../../src/protocol/activities.ts';

const USAGE = {prompt: 100, cached: 0, completion: 10, reasoning: 0, cost: 0};

export const POLICY: Policy = {
  tiers: {ASSIST: {max_iterations: 2, max_tokens: 2000, max_turns: 4}, MANUAL: {}},
  classification_to_tier: {'compile-error': 'ASSIST', 'missing-dep': 'MANUAL'},
  confidence_floor: {ASSIST: 'medium'},
  waiting: {review_hours: 0},
};

/** Returns a reply of the model, with calls of these tools. */
export function reply(...calls: string[]): ModelTurn {
  return {
    kind: 'reply',
    conversation: 'c',
    usage: USAGE,
    finishReason: calls.length > 0 ? 'tool_calls' : 'stop',
    toolCalls: calls.map((name, index) => ({index, name, argumentsExcerpt: 'words', digest: `${name}-${index}`})),
    preview: calls.length > 0 ? '' : 'a report',
    text: 't',
    gaveUp: false,
  };
}

export function report(origin: string, bundleId = `${origin.replace('/', '_')}-1`): FailureReport {
  return {target: '@test', origin, bundleId, runId: 'run-1', profile: 'test', createdUtc: '20260101-000000Z'};
}

const triaged = (classification: string): TriageReading => ({
  kind: 'triage',
  triage: {classification, confidence: 'high', platform: 'generic', rootCause: 'because'},
});

/** Scripted activities of a case, in memory, with a log of their calls. */
export class ScriptedCase {
  readonly log: string[] = [];
  readonly recorded: CaseStatus[] = [];
  /** Envs in use by name; concurrent users are a fault. */
  readonly inUse = new Map<string, string>();
  overlaps = 0;
  /** User messages that were added to a conversation. */
  readonly messages: string[] = [];
  /** Operators' context at each triage. */
  readonly contexts: string[][] = [];
  envs = ['env-1'];
  turns: ((
    input: Pick<AskModelInput, 'purpose' | 'tools' | 'left' | 'standing' | 'closing'>,
  ) => ModelTurn | Promise<ModelTurn>)[] = [];
  readings: TriageReading[] = [triaged('compile-error')];
  findings: {rule: string; severity: 'refuse' | 'ask' | 'note'; path: string; reason: string}[][] = [];
  effects: ScriptedCase['findings'] = [];
  proofs: boolean[] = [];
  /** Whether the port builds without a diff. */
  buildsUnchanged = false;
  /** Findings on the packages of the proofs. */
  packages: ScriptedCase['findings'] = [];
  builds: boolean[] = [];
  signature = 'sig-1';
  policy: Policy = POLICY;
  policyFault: Error | undefined;
  earlier: EarlierCase[] = [];
  /** Base of the console's addresses. */
  console: string | undefined;
  /** Result of the probe of an env; missing: it is healthy. */
  readonly unwell = new Map<string, ProbeResult>();
  /** Active runs on the host, one for each request of a case. */
  bulkRuns: string[] = [];
  errorAfterProof = '';
  diffText = 'diff --git a/x b/x';
  /** Triage and fixes by rules. */
  ruled: Awaited<ReturnType<CaseSteps['triageByRule']>> = null;
  fixes: ProposedFix[] = [];
  /** Master of the ports whose origin begins with x11/slave. */
  master: MasterPort = {origin: 'x11/master', overlay: 'overlay.dops', slaves: ['x11/other']};
  /** What openReview gives for a diff; an empty text opens the review. */
  notReviewed = '';
  /** Replies to the reviewer's prompt, and what they are parsed to. */
  reviews: (ModelTurn | Error)[] = [];
  reviewed: (ReviewReading | Error)[] = [];
  /** What the delivery command comes to; success without more. */
  deliveries: (DeliveryResult | Error)[] = [];
  /** Replies to questions, and what the last is checked to. */
  answers: ((input: AskModelInput) => ModelTurn | Promise<ModelTurn>)[] = [];
  answer: CaseAnswer = {text: 'Line 1 shows it [^1].', citations: [], dropped: []};
  /** Activities that replace the scripted ones. */
  others: object = {};
  #turn = 0;

  static triaged = triaged;

  /** Steps and activities, those that consist of others left out. */
  steps(): Omit<
    ControlActivities & CaseSteps,
    'requestLease' | 'openHolders' | 'openCasesOf' | 'openCase' | 'startTriage' | 'recordCase'
  > {
    return {
      readPolicy: async () => {
        if (this.policyFault) throw this.policyFault;
        return {policy: withDefaults(this.policy), texts: 'texts'};
      },
      collectEvidence: async () => ({
        signature: this.signature,
        errorLine: 'error: x',
        closedAs: null,
        earlier: this.earlier,
        console: this.console,
      }),
      findModel: async () => null,
      openTriage: async ({context}) => {
        this.contexts.push(context.map((round) => round.text));
        return 'root';
      },
      triageByRule: async () => this.ruled,
      askModel: async (input) => {
        const added = input.say === undefined ? (input.closing === undefined ? '' : ' closing') : ' again';
        this.log.push(`ask ${input.purpose} ${input.tools}${added}${input.doubled ? ' doubled' : ''}`);
        if (input.say !== undefined) this.messages.push(input.say);
        if (input.purpose === 'triage') return this.#triageReply();
        if (input.purpose === 'review') return this.#review(input);
        if (input.purpose === 'ask') return this.#answer(input);
        const next = this.turns[this.#turn++];
        if (next === undefined) throw ApplicationFailure.nonRetryable('The script has no more turns.');
        return next(input);
      },
      writeTriage: async () => undefined,
      fetchSnippets: async () => 'with-snippets',
      openAttempt: async ({attempt}) => `attempt-${attempt}`,
      checkDiff: async ({decided}) => {
        if (decided !== undefined) this.log.push(`decided ${JSON.stringify(decided)}`);
        const findings = this.findings.shift() ?? [];
        return {findings, passes: findings.every((one) => one.severity === 'note'), shown: this.diffText};
      },
      openReview: async ({diff, findings}) => {
        this.log.push(`review ${diff} ${findings.length}`);
        return this.notReviewed === '' ? {conversation: 'review'} : {skipped: this.notReviewed};
      },
      readReview: async () => {
        const next = this.reviewed.shift() ?? {findings: []};
        if (next instanceof Error) throw next;
        return next;
      },
      deliverFix: async ({status}) => {
        this.log.push(`deliver ${status.delivery?.id}`);
        const next = this.deliveries.shift() ?? {exit: 0};
        if (next instanceof Error) throw next;
        return next;
      },
      openQuestion: async ({question}) => {
        this.log.push(`question ${question.text}`);
        return {conversation: 'question', catalog: 'catalog'};
      },
      readArtifacts: async () => ['lines'],
      writeAnswer: async () => ({record: 'answer', answer: this.answer}),
      writeAttempts: async ({status}) => void this.log.push(`audit ${status}`),
      persistText: async () => 'hand-diff',
      remindOperator: async ({asked}) => void this.log.push(`remind: ${asked}`),
      archiveEnded: async ({caseId}) => void this.log.push(`ended? ${caseId}`),
      notifyRun: async () => undefined,
      claimTriage: async () => true,
      openBulkRun: async () => {
        const runId = this.bulkRuns.shift();
        return runId === undefined ? null : {runId};
      },
      writeHandoff: async ({status}) => void this.log.push(`handoff ${status.pendingOutcome}`),
      archiveCase: async (status) => void this.recorded.push(status),
    };
  }

  #answer(input: AskModelInput): ModelTurn | Promise<ModelTurn> {
    return (this.answers.shift() ?? (() => reply()))(input);
  }

  #review({left, policy}: AskModelInput): ModelTurn {
    this.log.push(`reviewer ${policy.review_model}, ${left.tokens} left`);
    const next = this.reviews.shift() ?? reply();
    if (next instanceof Error) throw next;
    return next;
  }

  #triageReply(): ModelTurn {
    return {...(reply() as Extract<ModelTurn, {kind: 'reply'}>), triage: this.#reading()};
  }

  #reading(): TriageReading {
    return this.readings.shift() ?? triaged('compile-error');
  }

  /** Returns an `askModel` whose triage replies are read as the script has it, whatever the model's text. */
  withTriage(askModel: ControlActivities['askModel']): ControlActivities['askModel'] {
    return async (input) => {
      const turn = await askModel(input);
      return turn.kind === 'reply' && input.reading !== undefined ? {...turn, triage: this.#reading()} : turn;
    };
  }

  /** Activities of a case. Those that consist of steps take the steps of `others` too. */
  control(): ReturnType<ScriptedCase['steps']> & Pick<ControlActivities, 'openCase' | 'startTriage' | 'recordCase'> {
    const own = this.steps();
    const steps = {...own, ...this.others};
    return {...own, ...openingActivities(steps), ...recordingActivities(steps)};
  }

  devEnv(): DevEnvActivities {
    return {
      findDevEnvs: async () => ({envs: this.envs, problem: 'there is none'}),
      probeDevEnv: async ({env}) => this.unwell.get(env) ?? null,
      proposeFixes: async () => this.fixes,
      masterPort: async ({port}) => (port.origin.startsWith('x11/slave') ? this.master : null),
      beginAttempt: async ({env, caseId, diff}) => {
        if (this.inUse.has(env)) this.overlaps += 1;
        this.inUse.set(env, caseId);
        this.log.push(`begin ${env}${diff === undefined ? '' : ` with ${diff}`}`);
      },
      captureDiff: async () => ({diff: 'diff-1', overlay: null}),
      checkEffect: async () => {
        const findings = this.effects.shift() ?? [];
        this.log.push(`effect ${findings.length}`);
        return {findings, passes: findings.every((one) => one.severity === 'note'), summary: 'Only files change.'};
      },
      proveRebuild: async ({other}) => {
        const rebuildOk = this.proofs.shift() ?? true;
        this.log.push(`prove ${other === undefined ? '' : `${other} `}${rebuildOk}`);
        const findings = this.packages.shift();
        return rebuildOk
          ? {rebuildOk, diffSha256: 'd', ...(findings === undefined ? {} : {findings})}
          : {rebuildOk, diffSha256: 'd', failure: {step: 'build', tail: 'tail', signature: this.errorAfterProof}};
      },
      buildUnchanged: async () => {
        this.log.push(`build unchanged ${this.buildsUnchanged}`);
        return this.buildsUnchanged ? {builds: true} : {builds: false, phase: 'build', signature: this.signature};
      },
      restoreOverlay: async ({env}) => {
        this.inUse.delete(env);
        this.log.push(`restore ${env}`);
      },
    };
  }

  /** Returns tools that answer at once; `builds` has the results of dsynth_build. */
  tools(names: readonly string[]): Record<string, (input: ToolInput) => Promise<unknown>> {
    const run = (name: string) => async (input: ToolInput) => {
      this.log.push(`tool ${name} ${input.call.name}`);
      const effects =
        name === 'dsynth_build' ? {rebuildOk: this.builds.shift() ?? true} : name === 'put_file' ? {edited: true} : {};
      return {result: `result-of-${input.call.name}`, ok: name !== 'refuseTool', summary: 'done', effects};
    };
    return Object.fromEntries(names.map((name) => [name, run(name)]));
  }
}
