import {createHash} from 'node:crypto';
import type {EarlierCase} from '../../src/case/status.ts';
import {type AttemptEnd, type AttemptResult, type CaseStatus, newStatus, SHOWN_DIFF} from '../../src/case/status.ts';
import type {Finding} from '../../src/case/types.ts';
import {
  addUsage,
  type BundleRef,
  billable,
  NO_USAGE,
  type Outcome,
  type Phase,
  type RecordId,
  type Usage,
} from '../../src/case/types.ts';
import {caseId} from '../../src/protocol/workflow-ids.ts';
import {SeededRandom} from '../seeded-random.ts';
import {generateDiff} from './diffs.ts';
import type {Failure, PlannedCase} from './plan.ts';
import type {Session} from './sessions.ts';

export interface SimulationInput {
  readonly planned: PlannedCase;
  /** Signature of each failure. */
  readonly signatures: readonly string[];
  readonly errorLines: readonly string[];
  /** Earlier cases of its port, newest first. */
  readonly earlier: readonly EarlierCase[];
  readonly sessions: readonly Session[];
  readonly seed: number;
}

/** Status of a simulated case, and the inputs of its files. */
export interface SimulatedCase {
  readonly status: CaseStatus;
  readonly triageUsage: Usage;
  /** Sessions of its attempts, oldest first. */
  readonly sessions: readonly Session[];
  readonly diffs: ReadonlyMap<RecordId, string>;
}

const MINUTE = 60_000;
const MIN_SPEED = 1e-4;
const DAY_MINUTES = 24 * 60;
const ATTEMPTS = 4;
const TOKENS = 120_000;
const OPERATORS = ['mira', 'jonas', 'tove', 'ruben'];
const ENVS = ['dev-1', 'dev-2', 'dev-3', 'dev-4'];
const OPERATOR_CLASSES = new Set(['missing-dep', 'fetch-checksum']);
const END_WEIGHTS: Readonly<Record<'turn-limit' | 'no-build' | 'gave-up' | 'reported' | 'env-failed', number>> = {
  'turn-limit': 4,
  'no-build': 2,
  'gave-up': 2,
  reported: 8,
  'env-failed': 1,
};
const REASONS: Readonly<Partial<Record<AttemptEnd, string>>> = {
  'turn-limit': 'its 12 turns are used',
  'no-build': 'no build in 8 turns',
  'gave-up': 'the model gave up: the source needs a port of the kernel interface first',
  'env-failed': 'the dev-env failed: its root is no longer mounted',
  reported: 'the rebuild proof failed in build',
};
const FINDINGS: readonly (readonly Finding[])[] = [
  [],
  [],
  [{rule: 'large', severity: 'note', path: 'dragonfly', reason: 'It changes more than 300 lines.'}],
  [{rule: 'source-disabled', severity: 'ask', path: 'dragonfly', reason: 'It disables code with #if 0.'}],
];

/** Simulates a case, deterministic by its seed. Speeds it up if it would not end in time. */
export function simulateCase(input: SimulationInput): SimulatedCase {
  for (let speed = 1; ; speed /= 2) {
    const simulation = new CaseSimulation(input, speed);
    const simulated = simulation.run();
    if (simulation.at <= input.planned.until || speed < MIN_SPEED) return simulated;
  }
}

class CaseSimulation {
  /** Simulated time, milliseconds. */
  at: number;
  readonly #input: SimulationInput;
  readonly #speed: number;
  readonly #random: SeededRandom;
  readonly #first: Failure;
  readonly #sessions: Session[] = [];
  readonly #diffs = new Map<RecordId, string>();
  #triageUsage = NO_USAGE;
  #status: CaseStatus;

  constructor(input: SimulationInput, speed: number) {
    const {planned, seed} = input;
    this.#input = input;
    this.#speed = speed;
    this.#random = new SeededRandom(seed);
    this.#first = planned.failures[0] as Failure;
    this.at = this.#first.at;
    this.#status = newStatus(caseId(planned.port), planned.runId, planned.port);
  }

  /** Runs through the phases until the planned one, which it may pass up to two times before. */
  run(): SimulatedCase {
    const {phase} = this.#input.planned;
    let passes = phase === 'closed' || phase === 'awaiting-operator' ? 0 : this.#random.between(0, 2);
    for (const reached of this.#phases()) {
      const repeats = ['waiting-env', 'patch', 'prove'].includes(reached);
      if (reached === phase && (!repeats || passes-- === 0)) break;
    }
    if (phase === 'awaiting-operator') this.#remindUntil(this.#input.planned.until);
    return {status: this.#status, triageUsage: this.#triageUsage, sessions: this.#sessions, diffs: this.#diffs};
  }

  *#phases(): Generator<Phase> {
    const {planned, errorLines} = this.#input;
    this.#joinFailure(0);
    this.#transition('collect', `${this.#first.bundleId} failed: ${errorLines[0]}`, 1);
    yield 'collect';
    this.#transition('triage', 'the evidence is classified', 1);
    yield 'triage';
    if (planned.phase === 'closed' && planned.failures.length === 1 && this.#random.chance(0.02)) {
      this.#waitForOperator('triage-failed', "the model's triage was malformed twice: no line names a class of the policy");
      return yield* this.#end();
    }
    this.#triage();
    const tier = this.#tier();
    this.#update({tier});
    this.#transition('decide', `tier ${tier}: ${this.#first.cause.classification} maps to ${tier}`, 2);
    yield 'decide';
    if (tier !== 'MANUAL') yield* this.#attempts();
    else this.#waitForOperator('manual', `the policy maps ${this.#first.cause.classification} to MANUAL`);
    if (planned.failures.length > 1) this.#joinLaterFailures();
    yield 'awaiting-operator';
    yield* this.#end();
  }

  #triage(): void {
    const {classification, platform, rootCause} = this.#first.cause;
    const confidence = this.#random.weighted({high: 7, medium: 3, low: 0});
    if (this.#random.chance(0.4)) this.#note('the model requested 2 snippets, round 1 of 2', 1);
    const prompt = this.#random.between(3000, 12_000);
    const completion = this.#random.between(150, 600);
    this.#triageUsage = {...NO_USAGE, prompt, completion, cost: (prompt * 2 + completion * 8) / 1e6};
    this.#addUsage(this.#triageUsage);
    this.#update({
      triage: {classification, confidence, platform, rootCause},
      budget: {...this.#status.budget, tokensLimit: TOKENS},
    });
    this.#note(`the model decides ${classification}, ${confidence}; ${prompt + completion} tokens`, 1);
  }

  #tier(): string {
    const working = ['waiting-env', 'patch', 'prove'].includes(this.#input.planned.phase);
    if (!working && OPERATOR_CLASSES.has(this.#first.cause.classification)) return 'MANUAL';
    return working || this.#random.chance(0.85) ? 'ASSIST' : 'AUTO';
  }

  /** Runs up to four attempts; in a case with a running attempt, the earlier ones failed. */
  *#attempts(): Generator<Phase> {
    const working = ['waiting-env', 'patch', 'prove'].includes(this.#input.planned.phase);
    this.#update({budget: {...this.#status.budget, attemptsLimit: ATTEMPTS}});
    for (let attempt = this.#status.attempts.length + 1; attempt <= ATTEMPTS; attempt += 1) {
      const passes = !working && this.#random.chance(0.5);
      yield* this.#attempt(attempt, passes);
      if (passes) return this.#waitForOperator('fixed', 'a clean rebuild passed with the recorded diff');
      const last = this.#status.attempts.at(-1) as AttemptResult;
      if (!working && last.findings.some(({severity}) => severity === 'ask'))
        return this.#waitForOperator('needs-help', `the diff guard asks you to judge: ${last.findings[0]?.reason}`);
      if (!working && this.#random.chance(0.05))
        return this.#waitForOperator('budget-exhausted', `the ${TOKENS} tokens of tier ASSIST are used`);
    }
    const {reason} = this.#status.attempts.at(-1) as AttemptResult;
    this.#waitForOperator('needs-help', `none of ${ATTEMPTS} attempts passed the rebuild proof; the last one: ${reason}`);
  }

  *#attempt(attempt: number, passes: boolean): Generator<Phase> {
    const env = this.#random.pick(ENVS);
    this.#update({currentAttempt: `${this.#status.workflowId}/attempt-${attempt}`});
    this.#transition('waiting-env', `attempt ${attempt} of ${ATTEMPTS} waits for a dev-env`, this.#random.between(1, 40));
    if (this.#random.chance(0.3)) this.#note(`dev-env ${env} left the pool: it does not answer`, 10);
    if (this.#random.chance(0.3)) this.#note(`dev-env ${env} is healthy again`, 5);
    yield 'waiting-env';
    this.#transition('patch', `attempt ${attempt} of ${ATTEMPTS} in dev-env ${env}`, this.#random.between(4, 50));
    yield 'patch';
    const result = this.#result(attempt, passes, env);
    if (result.proof !== undefined)
      this.#transition('prove', `the diff of attempt ${attempt} passed the guard`, this.#random.between(3, 30));
    if (result.proof !== undefined) yield 'prove';
    this.#update({currentAttempt: null, attempts: [...this.#status.attempts, result]});
    this.#addUsage(result.usage);
    this.#note(`attempt ${attempt} ended: ${result.reason}`, 1);
  }

  #result(attempt: number, passes: boolean, env: string): AttemptResult {
    const end = passes ? 'reported' : this.#random.weighted(END_WEIGHTS);
    const session = this.#random.pick(this.#input.sessions.filter((one) => one.passed === passes));
    this.#sessions.push(session);
    const text = end === 'env-failed' ? undefined : generateDiff(this.#status.port.origin, this.#first.cause, this.#random);
    const diff = text === undefined ? undefined : this.#storeText(text);
    const findings = passes || diff === undefined ? [] : this.#random.pick(FINDINGS);
    const proved = passes || this.#input.planned.phase === 'prove' || (end === 'reported' && findings.length === 0);
    return {
      attempt,
      end,
      reason: passes ? 'a clean rebuild passed' : (REASONS[end] ?? end),
      env,
      built: passes,
      findings,
      turns: session.turns,
      minutes: this.#random.between(3, 60),
      usage: session.usage,
      conversation: session.conversation,
      finalText: session.finalText,
      said: session.final.slice(18, 318),
      ...(diff === undefined || text === undefined ? {} : {diff, diffText: text.slice(0, SHOWN_DIFF)}),
      ...(proved && diff !== undefined ? {proof: this.#proof(diff, passes)} : {}),
    };
  }

  #proof(diffSha256: RecordId, rebuildOk: boolean): NonNullable<AttemptResult['proof']> {
    if (rebuildOk) return {rebuildOk, diffSha256};
    const tail = this.#storeText('*** Error code 1\n\nStop.\n');
    return {rebuildOk, diffSha256, failure: {step: 'build', tail, signature: this.#random.hex(16)}};
  }

  #storeText(text: string): RecordId {
    const id = createHash('sha256').update(text).digest('hex');
    this.#diffs.set(id, text);
    return id;
  }

  #waitForOperator(pendingOutcome: Outcome, reason: string): void {
    this.#update({pendingOutcome, reason, waitingSinceUtc: this.#utc()});
    this.#transition('awaiting-operator', pendingOutcome === 'fixed' ? `${reason}; accept or reject it` : reason, 1);
  }

  /** Joins failures of the port in later runs. */
  #joinLaterFailures(): void {
    this.#input.planned.failures.slice(1).forEach((failure, at) => {
      this.at = Math.max(this.at, failure.at);
      this.#joinFailure(at + 1);
      this.#note('it failed again, in the same way', 1);
    });
  }

  /** Ends the wait: an operator acts, the case times out, or the port builds in a later run. */
  *#end(): Generator<Phase> {
    const {pendingOutcome, attempts} = this.#status;
    const canGoOn = pendingOutcome !== 'fixed' && attempts.length < ATTEMPTS;
    const waits = this.#random.between(30, 4 * DAY_MINUTES);
    this.#remindUntil(this.at + waits * MINUTE * this.#speed);
    const by = this.#random.pick(OPERATORS);
    const way = this.#random.weighted({nobody: 4, operator: 4, context: canGoOn ? 2 : 0, recovered: 1});
    if (way === 'context') {
      this.#context(by);
      yield* this.#attempts();
      return yield* this.#end();
    }
    if (way === 'recovered') return this.#close('recovered', 'the port built in a later run');
    if (way === 'nobody') return this.#close(pendingOutcome ?? 'manual', `nobody answered; ${this.#status.reason}`);
    if (pendingOutcome === 'fixed') {
      this.#logOperator(by, 'accepted the fix');
      this.#update({accepted: {by, atUtc: this.#utc()}});
      return this.#close('fixed', 'a clean rebuild passed with the recorded diff');
    }
    const outcome = this.#random.weighted({manual: 5, discarded: 2, 'needs-help': 3});
    this.#logOperator(by, `resolved it as ${outcome}: reviewed, this goes upstream`);
    this.#close(outcome, `${by}: reviewed, this goes upstream`);
  }

  #context(by: string): void {
    const text = `On DragonFly ${this.#first.cause.file} is built by another rule; check how the port uses OPSYS.`;
    this.#update({
      context: [...this.#status.context, {by, atUtc: this.#utc(), text}],
      waitingSinceUtc: null,
      pendingOutcome: null,
    });
    this.#logOperator(by, `gave context: ${text}`);
    this.#update({tier: 'ASSIST', reason: ''});
    this.#transition('decide', `tier ASSIST: the context by ${by} lifts it to ASSIST, once`, 1);
  }

  #remindUntil(end: number): void {
    const {waitingSinceUtc} = this.#status;
    const day = DAY_MINUTES * MINUTE * this.#speed;
    while (day > MINUTE && this.at + day < end) {
      this.at += day;
      this.#note(`still waits, since ${waitingSinceUtc?.slice(0, 16)}`, 0);
    }
    if (this.#input.planned.phase === 'closed') this.at = Math.max(this.at, end);
  }

  #close(outcome: Outcome, reason: string): void {
    this.#update({outcome, reason, pendingOutcome: null, waitingSinceUtc: null, currentAttempt: null});
    this.#transition('closed', `${outcome}: ${reason}`, 0);
  }

  #joinFailure(at: number): void {
    const {bundleId, runId} = this.#input.planned.failures[at] as Failure;
    const bundle: BundleRef = {bundleId, runId};
    const {earlier, signatures} = this.#input;
    this.#update({bundle, bundles: [...this.#status.bundles, bundle], signature: signatures[at] ?? '', earlier});
  }

  #addUsage(usage: Usage): void {
    const sum = addUsage(this.#status.usage, usage);
    this.#update({usage: sum, budget: {...this.#status.budget, tokensUsed: billable(sum)}});
  }

  #logOperator(by: string, did: string): void {
    this.#update({operatorLog: [...this.#status.operatorLog, {atUtc: this.#utc(), by, did}]});
    this.#note(`${by} ${did}`, 1);
  }

  #transition(phase: Phase, text: string, minutes: number): void {
    this.#update({phase});
    this.#note(text, minutes);
  }

  #note(text: string, minutes: number): void {
    this.#update({timeline: [...this.#status.timeline, {atUtc: this.#utc(), phase: this.#status.phase, text}]});
    this.at += minutes * MINUTE * this.#speed;
  }

  #utc(): string {
    return new Date(this.at).toISOString();
  }

  #update(change: Partial<CaseStatus>): void {
    this.#status = {...this.#status, ...change};
  }
}

/** Converts a closed case into an entry of a later case's `earlier`. */
export function earlierCase(status: CaseStatus): EarlierCase {
  const {bundle, timeline, outcome, reason, triage, signature, attempts, bundles} = status;
  const last = attempts.at(-1);
  return {
    bundleId: bundle?.bundleId ?? '',
    runId: bundle?.runId ?? '',
    closedUtc: timeline.at(-1)?.atUtc ?? '',
    outcome: outcome ?? 'manual',
    reason,
    classification: triage?.classification ?? null,
    signature,
    attempts: attempts.length,
    bundles: bundles.length,
    ...(last?.diff === undefined ? {} : {diff: last.diff, proof: last.proof?.rebuildOk ? 'passed' : 'failed in build'}),
  };
}
