import {
  type AttemptEnd,
  type AttemptResult,
  type DiffReview,
  type GuardRound,
  nowUtc,
  type ProofResult,
  type TimelineEntry,
} from '../status.ts';
import type {Finding} from '../types.ts';
import {addUsage, NO_USAGE, type Phase, type RecordId, type Usage} from '../types.ts';
import type {ToolCallDigest} from './stop-rules.ts';
import {preparesEdit} from './tool-names.ts';
import type {TurnKind} from './turn-limits.ts';

/** Effects of a tool call on the attempt, in addition to the result for the model. Missing fields mean no change. */
export interface ToolEffects {
  /** Whether a file of the overlay or the work tree was written. */
  readonly edited?: boolean;
  /** Hash of `ports/<origin>` as composed by the last successful `materialize_dports`. */
  readonly composedTree?: string;
  /** Result of a `dsynth_build`. */
  readonly rebuildOk?: boolean;
  /** Signature of the first cause of a failed build. */
  readonly errorSignature?: string;
  /** WRKSRC of a new work directory, reported by `make_patch` and `extract`. */
  readonly wrksrc?: string;
}

/** Diff of an attempt with its judgement, as far as its model was shown it, its build and its proof. */
export type DiffState = Pick<
  AttemptProgress,
  'diff' | 'diffText' | 'effect' | 'findings' | 'judged' | 'shownFindings' | 'lastBuild' | 'built' | 'finalError' | 'proof'
>;

/** Mutable state of a running attempt. */
export class AttemptProgress {
  readonly attempt: number;
  readonly timeline: TimelineEntry[] = [];
  /** The step under way. */
  doing = '';
  readonly calls: ToolCallDigest[] = [];
  /** Number of replies of the model, reports included. */
  turns = 0;
  /** Turns with tools that count against the attempt's limit. */
  worked = 0;
  /** Turns with tools after a passing build. */
  closed = 0;
  usage: Usage = NO_USAGE;
  /** State of the last build for the current overlay; an edit resets it. */
  lastBuild: 'none' | 'passed' | 'failed' = 'none';
  built = false;
  /** Whether a file was edited, or prepared for an edit. */
  everEdited = false;
  everBuilt = false;
  finalError: string | undefined;
  by: string | undefined;
  /** Start of work under the lease, in milliseconds. */
  startedAt: number | undefined;
  composedTree: string | undefined;
  env: string | undefined;
  conversation: RecordId | undefined;
  finalText: RecordId | undefined;
  excerpt: string | undefined;
  diffText: string | undefined;
  /** One line on what the diff does to the composed port. */
  effect: string | undefined;
  diff: RecordId | undefined;
  findings: readonly Finding[] = [];
  /** Judgement of the diff as it is now, before any proof; undefined after an edit or a build. */
  judged: {readonly passes: boolean; readonly findings: readonly Finding[]} | undefined;
  /** Findings that the model was sent after a passing build. */
  shownFindings: readonly Finding[] = [];
  guardRound: GuardRound | undefined;
  diffReview: DiffReview | undefined;
  /** The reason for what stays in the diff, of the last report that gave one. */
  insistence: string | undefined;
  proof: ProofResult | undefined;

  readonly #publish: (progress: AttemptProgress) => void;

  /** `publish` is called after each change of the timeline and of the step under way. */
  constructor(attempt: number, publish: (progress: AttemptProgress) => void = () => undefined) {
    this.attempt = attempt;
    this.#publish = publish;
  }

  /** Adds a timeline entry with the workflow's time. */
  note(phase: Phase, text: string): void {
    this.timeline.push({atUtc: nowUtc(), phase, text});
    this.#publish(this);
  }

  /** Names the step that starts now. */
  start(step: string): void {
    this.doing = step;
    this.#publish(this);
  }

  addUsage(usage: Usage): void {
    this.usage = addUsage(this.usage, usage);
  }

  /** Counts a turn; a report is none of the limited ones. */
  countTurn(kind: TurnKind): void {
    this.turns += 1;
    if (kind === 'work') this.worked += 1;
    if (kind === 'closing') this.closed += 1;
  }

  /** Records a tool call, and applies its effects. */
  addCall(call: ToolCallDigest & {readonly ok: boolean}, effects: ToolEffects): void {
    const {name, digest, answer, ok} = call;
    this.calls.push({name, digest, answer});
    this.everEdited ||= ok && preparesEdit(name);
    this.applyEffects(effects);
  }

  /** Applies the effects of a tool call. */
  applyEffects(effects: ToolEffects): void {
    if (effects.edited) this.lastBuild = 'none';
    if (effects.edited || effects.rebuildOk !== undefined) this.judged = undefined;
    this.everEdited ||= effects.edited === true;
    this.everBuilt ||= effects.rebuildOk !== undefined;
    if (effects.composedTree !== undefined) this.composedTree = effects.composedTree;
    if (effects.rebuildOk === undefined) return;
    this.lastBuild = effects.rebuildOk ? 'passed' : 'failed';
    this.built = effects.rebuildOk;
    this.finalError = effects.errorSignature;
  }

  /** Returns the diff as it is now, for `takeBack`. */
  diffState(): DiffState {
    const {diff, diffText, effect, findings, judged, shownFindings, lastBuild, built, finalError, proof} = this;
    return {diff, diffText, effect, findings, judged, shownFindings, lastBuild, built, finalError, proof};
  }

  /** Makes an earlier diff count again, in place of what the overlay has now. */
  takeBack(state: DiffState): void {
    Object.assign(this, state);
  }

  result(end: AttemptEnd, reason: string): AttemptResult {
    const {attempt, turns, usage, built, findings} = this;
    const known = {
      env: this.env,
      by: this.by,
      conversation: this.conversation,
      finalText: this.finalText,
      said: this.excerpt,
      diffText: this.diffText,
      effect: this.effect,
      diff: this.diff,
      guardRound: this.guardRound,
      diffReview: this.diffReview,
      proof: this.proof,
      finalError: this.proof === undefined ? this.finalError : this.proof.failure?.signature,
    };
    const minutes = this.startedAt === undefined ? 0 : Math.round((Date.now() - this.startedAt) / 6_000) / 10;
    return {attempt, end, reason, turns, minutes, usage, built, findings, ...definedOnly(known)};
  }
}

/** Returns the object without undefined values. */
function definedOnly<T extends object>(value: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
