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
import {Dice} from './dice.ts';
import {diffOf} from './diffs.ts';
import type {Failure, PlannedCase} from './plan.ts';
import type {Session} from './sessions.ts';

export interface StoryInput {
  readonly planned: PlannedCase;
  /** Of each of its failures. */
  readonly signatures: readonly string[];
  readonly errorLines: readonly string[];
  /** Of its port, newest first. */
  readonly earlier: readonly EarlierCase[];
  readonly sessions: readonly Session[];
  readonly seed: number;
}

/** A case as it is now, and what its files are made of. */
export interface ToldCase {
  readonly status: CaseStatus;
  readonly triageUsage: Usage;
  /** The sessions of its attempts, oldest first. */
  readonly sessions: readonly Session[];
  readonly diffs: ReadonlyMap<RecordId, string>;
}

const MINUTE = 60_000;
const SLOWEST = 1e-4;
const DAY_MINUTES = 24 * 60;
const ATTEMPTS = 4;
const TOKENS = 120_000;
const OPERATORS = ['mira', 'jonas', 'tove', 'ruben'];
const ENVS = ['dev-1', 'dev-2', 'dev-3', 'dev-4'];
const BY_HAND = new Set(['missing-dep', 'fetch-checksum']);
const ENDS: Readonly<Record<'turn-limit' | 'no-build' | 'gave-up' | 'reported' | 'env-failed', number>> = {
  ...{'turn-limit': 4, 'no-build': 2, 'gave-up': 2, reported: 8, 'env-failed': 1},
};
const REASONS: Readonly<Partial<Record<AttemptEnd, string>>> = {
  'turn-limit': 'its 12 turns are used',
  'no-build': 'the model has built nothing in 8 turns',
  'gave-up': 'the model gave up: the source needs a port of the kernel interface first',
  'env-failed': 'the dev-env failed: its root is not mounted any more',
  reported: 'the rebuild proof failed in build',
};
const FINDINGS: readonly (readonly Finding[])[] = [
  [],
  [],
  [{rule: 'large', severity: 'note', path: 'dragonfly', reason: 'It changes more than 300 lines.'}],
  [{rule: 'source-disabled', severity: 'ask', path: 'dragonfly', reason: 'It takes code out with #if 0.'}],
];

/** What happened in a case; the same for the same seed. It goes faster, if it would not be over in time. */
export function tellCase(input: StoryInput): ToldCase {
  for (let speed = 1; ; speed /= 2) {
    const story = new Story(input, speed);
    const told = story.tell();
    if (story.at <= input.planned.until || speed < SLOWEST) return told;
  }
}

class Story {
  /** Where its clock is, milliseconds. */
  at: number;
  readonly #input: StoryInput;
  readonly #speed: number;
  readonly #dice: Dice;
  readonly #first: Failure;
  readonly #sessions: Session[] = [];
  readonly #diffs = new Map<RecordId, string>();
  #triageUsage = NO_USAGE;
  #status: CaseStatus;

  constructor(input: StoryInput, speed: number) {
    const {planned, seed} = input;
    this.#input = input;
    this.#speed = speed;
    this.#dice = new Dice(seed);
    this.#first = planned.failures[0] as Failure;
    this.at = this.#first.at;
    this.#status = newStatus(caseId(planned.port), planned.runId, planned.port);
  }

  /** Goes through its phases until one where it is to stay, after none to two times in which it did not. */
  tell(): ToldCase {
    const {phase} = this.#input.planned;
    let passes = phase === 'closed' || phase === 'awaiting-operator' ? 0 : this.#dice.between(0, 2);
    for (const reached of this.#phases()) {
      const repeats = ['waiting-env', 'patch', 'prove'].includes(reached);
      if (reached === phase && (!repeats || passes-- === 0)) break;
    }
    if (phase === 'awaiting-operator') this.#remindUntil(this.#input.planned.until);
    return {status: this.#status, triageUsage: this.#triageUsage, sessions: this.#sessions, diffs: this.#diffs};
  }

  *#phases(): Generator<Phase> {
    const {planned, errorLines} = this.#input;
    this.#join(0);
    this.#enter('collect', `${this.#first.bundleId} failed: ${errorLines[0]}`, 1);
    yield 'collect';
    this.#enter('triage', 'the model reads the evidence', 1);
    yield 'triage';
    if (planned.phase === 'closed' && planned.failures.length === 1 && this.#dice.chance(0.02)) {
      this.#wait('triage-failed', "the model's triage was malformed twice: no line names a class of the policy");
      return yield* this.#end();
    }
    this.#triage();
    const tier = this.#tier();
    this.#set({tier});
    this.#enter('decide', `tier ${tier}: ${this.#first.cause.classification} maps to ${tier}`, 2);
    yield 'decide';
    if (tier !== 'MANUAL') yield* this.#attempts();
    else this.#wait('manual', `the policy leaves ${this.#first.cause.classification} to a person (it maps to MANUAL)`);
    if (planned.failures.length > 1) this.#failsAgain();
    yield 'awaiting-operator';
    yield* this.#end();
  }

  #triage(): void {
    const {classification, platform, rootCause} = this.#first.cause;
    const confidence = this.#dice.weighted({high: 7, medium: 3, low: 0});
    if (this.#dice.chance(0.4)) this.#note('the model asked for 2 snippets, round 1 of 2', 1);
    const prompt = this.#dice.between(3000, 12_000);
    const completion = this.#dice.between(150, 600);
    this.#triageUsage = {...NO_USAGE, prompt, completion, cost: (prompt * 2 + completion * 8) / 1e6};
    this.#use(this.#triageUsage);
    this.#set({triage: {classification, confidence, platform, rootCause}, budget: {...this.#status.budget, tokensLimit: TOKENS}});
    this.#note(`the model says ${classification}, ${confidence}; ${prompt + completion} tokens`, 1);
  }

  #tier(): string {
    const working = ['waiting-env', 'patch', 'prove'].includes(this.#input.planned.phase);
    if (!working && BY_HAND.has(this.#first.cause.classification)) return 'MANUAL';
    return working || this.#dice.chance(0.85) ? 'ASSIST' : 'AUTO';
  }

  /** Up to four; in a case that is at one of them those before have failed. */
  *#attempts(): Generator<Phase> {
    const working = ['waiting-env', 'patch', 'prove'].includes(this.#input.planned.phase);
    this.#set({budget: {...this.#status.budget, attemptsLimit: ATTEMPTS}});
    for (let attempt = this.#status.attempts.length + 1; attempt <= ATTEMPTS; attempt += 1) {
      const passes = !working && this.#dice.chance(0.5);
      yield* this.#attempt(attempt, passes);
      if (passes) return this.#wait('fixed', 'a clean rebuild passed with the recorded diff');
      const last = this.#status.attempts.at(-1) as AttemptResult;
      if (!working && last.findings.some(({severity}) => severity === 'ask'))
        return this.#wait('needs-help', `the diff guard asks you to judge: ${last.findings[0]?.reason}`);
      if (!working && this.#dice.chance(0.05))
        return this.#wait('budget-exhausted', `the ${TOKENS} tokens of tier ASSIST are used`);
    }
    const {reason} = this.#status.attempts.at(-1) as AttemptResult;
    this.#wait('needs-help', `none of ${ATTEMPTS} attempts passed the rebuild proof; the last: ${reason}`);
  }

  *#attempt(attempt: number, passes: boolean): Generator<Phase> {
    const env = this.#dice.pick(ENVS);
    this.#set({currentAttempt: `${this.#status.workflowId}/attempt-${attempt}`});
    this.#enter('waiting-env', `attempt ${attempt} of ${ATTEMPTS} waits for a dev-env`, this.#dice.between(1, 40));
    if (this.#dice.chance(0.3)) this.#note(`dev-env ${env} is out of the pool: it does not answer`, 10);
    if (this.#dice.chance(0.3)) this.#note(`dev-env ${env} is well again`, 5);
    yield 'waiting-env';
    this.#enter('patch', `attempt ${attempt} of ${ATTEMPTS} in dev-env ${env}`, this.#dice.between(4, 50));
    yield 'patch';
    const result = this.#result(attempt, passes, env);
    if (result.proof !== undefined)
      this.#enter('prove', `the diff of attempt ${attempt} passed the guard`, this.#dice.between(3, 30));
    if (result.proof !== undefined) yield 'prove';
    this.#set({currentAttempt: null, attempts: [...this.#status.attempts, result]});
    this.#use(result.usage);
    this.#note(`attempt ${attempt} ended: ${result.reason}`, 1);
  }

  #result(attempt: number, passes: boolean, env: string): AttemptResult {
    const end = passes ? 'reported' : this.#dice.weighted(ENDS);
    const session = this.#dice.pick(this.#input.sessions.filter((one) => one.passed === passes));
    this.#sessions.push(session);
    const text = end === 'env-failed' ? undefined : diffOf(this.#status.port.origin, this.#first.cause, this.#dice);
    const diff = text === undefined ? undefined : this.#keep(text);
    const findings = passes || diff === undefined ? [] : this.#dice.pick(FINDINGS);
    const proved = passes || this.#input.planned.phase === 'prove' || (end === 'reported' && findings.length === 0);
    return {
      ...{attempt, end, reason: passes ? 'a clean rebuild passed' : (REASONS[end] ?? end), env, built: passes, findings},
      ...{turns: session.turns, minutes: this.#dice.between(3, 60), usage: session.usage},
      ...{conversation: session.conversation, finalText: session.finalText, said: session.final.slice(18, 318)},
      ...(diff === undefined || text === undefined ? {} : {diff, diffText: text.slice(0, SHOWN_DIFF)}),
      ...(proved && diff !== undefined ? {proof: this.#proof(diff, passes)} : {}),
    };
  }

  #proof(diffSha256: RecordId, rebuildOk: boolean): NonNullable<AttemptResult['proof']> {
    if (rebuildOk) return {rebuildOk, diffSha256};
    const tail = this.#keep('*** Error code 1\n\nStop.\n');
    return {rebuildOk, diffSha256, failure: {step: 'build', tail, signature: this.#dice.hex(16)}};
  }

  #keep(text: string): RecordId {
    const id = createHash('sha256').update(text).digest('hex');
    this.#diffs.set(id, text);
    return id;
  }

  #wait(pendingOutcome: Outcome, reason: string): void {
    this.#set({pendingOutcome, reason, waitingSinceUtc: this.#utc()});
    this.#enter('awaiting-operator', pendingOutcome === 'fixed' ? `${reason}; accept or reject it` : reason, 1);
  }

  /** Its port fails in a later run. */
  #failsAgain(): void {
    this.#input.planned.failures.slice(1).forEach((failure, at) => {
      this.at = Math.max(this.at, failure.at);
      this.#join(at + 1);
      this.#note('it failed again, in the same way', 1);
    });
  }

  /** An operator comes, or nobody does, or the port builds by itself. */
  *#end(): Generator<Phase> {
    const {pendingOutcome, attempts} = this.#status;
    const canGoOn = pendingOutcome !== 'fixed' && attempts.length < ATTEMPTS;
    const waits = this.#dice.between(30, 4 * DAY_MINUTES);
    this.#remindUntil(this.at + waits * MINUTE * this.#speed);
    const by = this.#dice.pick(OPERATORS);
    const way = this.#dice.weighted({nobody: 4, operator: 4, context: canGoOn ? 2 : 0, recovered: 1});
    if (way === 'context') {
      this.#context(by);
      yield* this.#attempts();
      return yield* this.#end();
    }
    if (way === 'recovered') return this.#close('recovered', 'the port built in a later run');
    if (way === 'nobody') return this.#close(pendingOutcome ?? 'manual', `nobody answered; ${this.#status.reason}`);
    if (pendingOutcome === 'fixed') {
      this.#operator(by, 'accepted the fix');
      this.#set({accepted: {by, atUtc: this.#utc()}});
      return this.#close('fixed', 'a clean rebuild passed with the recorded diff');
    }
    const outcome = this.#dice.weighted({manual: 5, discarded: 2, 'needs-help': 3});
    this.#operator(by, `resolved it as ${outcome}: looked at it, this goes upstream`);
    this.#close(outcome, `${by}: looked at it, this goes upstream`);
  }

  #context(by: string): void {
    const text = `On DragonFly ${this.#first.cause.file} is built by another rule; look at what the port does for OPSYS.`;
    this.#set({context: [...this.#status.context, {by, atUtc: this.#utc(), text}], waitingSinceUtc: null, pendingOutcome: null});
    this.#operator(by, `gave context: ${text}`);
    this.#set({tier: 'ASSIST', reason: ''});
    this.#enter('decide', `tier ASSIST: the context by ${by} lifts it to ASSIST, once`, 1);
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
    this.#set({outcome, reason, pendingOutcome: null, waitingSinceUtc: null, currentAttempt: null});
    this.#enter('closed', `${outcome}: ${reason}`, 0);
  }

  #join(at: number): void {
    const {bundleId, runId} = this.#input.planned.failures[at] as Failure;
    const bundle: BundleRef = {bundleId, runId};
    const {earlier, signatures} = this.#input;
    this.#set({bundle, bundles: [...this.#status.bundles, bundle], signature: signatures[at] ?? '', earlier});
  }

  #use(usage: Usage): void {
    const sum = addUsage(this.#status.usage, usage);
    this.#set({usage: sum, budget: {...this.#status.budget, tokensUsed: billable(sum)}});
  }

  #operator(by: string, did: string): void {
    this.#set({operatorLog: [...this.#status.operatorLog, {atUtc: this.#utc(), by, did}]});
    this.#note(`${by} ${did}`, 1);
  }

  #enter(phase: Phase, text: string, minutes: number): void {
    this.#set({phase});
    this.#note(text, minutes);
  }

  #note(text: string, minutes: number): void {
    this.#set({timeline: [...this.#status.timeline, {atUtc: this.#utc(), phase: this.#status.phase, text}]});
    this.at += minutes * MINUTE * this.#speed;
  }

  #utc(): string {
    return new Date(this.at).toISOString();
  }

  #set(change: Partial<CaseStatus>): void {
    this.#status = {...this.#status, ...change};
  }
}

/** A case that is over, as the next one of its port is told of it. */
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
