import {type AttemptEnd, type AttemptResult, nowUtc, type ProofResult, type TimelineEntry} from '../status.ts';
import type {Finding} from '../types.ts';
import {addUsage, NO_USAGE, type Phase, type RecordId, type Usage} from '../types.ts';
import type {ToolCallDigest} from './stop-rules.ts';

/** What the attempt has to know of a call, apart from what the model is shown. Missing fields: no change. */
export interface ToolEffects {
  /** A file of the overlay's port or of the work tree was written. */
  readonly edited?: boolean;
  /** Hash of `ports/<origin>` that the last successful `materialize_dports` composed. */
  readonly composedTree?: string;
  /** A `dsynth_build` ran: did the port build? */
  readonly rebuildOk?: boolean;
  /** Of a failed build: the signature of its first cause. */
  readonly errorSignature?: string;
  /** Fresh work directory: `make_patch` and `extract` report where WRKSRC is. */
  readonly wrksrc?: string;
}

/** What an attempt has done so far. */
export class AttemptProgress {
  readonly attempt: number;
  readonly timeline: TimelineEntry[] = [];
  /** The step under way. */
  doing = '';
  readonly calls: ToolCallDigest[] = [];
  turns = 0;
  usage: Usage = NO_USAGE;
  /** Of the overlay as it is now: an edit makes an earlier build count for nothing. */
  lastBuild: 'none' | 'passed' | 'failed' = 'none';
  built = false;
  everEdited = false;
  everBuilt = false;
  finalError: string | undefined;
  by: string | undefined;
  /** When work under the lease began, milliseconds. */
  startedAt: number | undefined;
  composedTree: string | undefined;
  env: string | undefined;
  conversation: RecordId | undefined;
  finalText: RecordId | undefined;
  excerpt: string | undefined;
  diffText: string | undefined;
  diff: RecordId | undefined;
  findings: readonly Finding[] = [];
  proof: ProofResult | undefined;

  readonly #publish: (progress: AttemptProgress) => void;

  /** `publish` is called after each change of the timeline and of the step under way. */
  constructor(attempt: number, publish: (progress: AttemptProgress) => void = () => undefined) {
    this.attempt = attempt;
    this.#publish = publish;
  }

  /** Adds a line to the timeline. The time is the workflow's. */
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

  /** Takes what a tool call did into account. */
  applyEffects(effects: {edited?: boolean; composedTree?: string; rebuildOk?: boolean; errorSignature?: string}): void {
    if (effects.edited) this.lastBuild = 'none';
    this.everEdited ||= effects.edited === true;
    this.everBuilt ||= effects.rebuildOk !== undefined;
    if (effects.composedTree !== undefined) this.composedTree = effects.composedTree;
    if (effects.rebuildOk === undefined) return;
    this.lastBuild = effects.rebuildOk ? 'passed' : 'failed';
    this.built = effects.rebuildOk;
    this.finalError = effects.errorSignature;
  }

  result(end: AttemptEnd, reason: string): AttemptResult {
    const {attempt, turns, usage, built, findings} = this;
    const known = {
      env: this.env,
      by: this.by,
      conversation: this.conversation,
      finalText: this.finalText,
      excerpt: this.excerpt,
      diffText: this.diffText,
      diff: this.diff,
      proof: this.proof,
      finalError: this.proof === undefined ? this.finalError : this.proof.failure?.signature,
    };
    const minutes = this.startedAt === undefined ? 0 : Math.round((Date.now() - this.startedAt) / 6_000) / 10;
    return {attempt, end, reason, turns, minutes, usage, built, findings, ...definedOnly(known)};
  }
}

/** The same object without the keys that are undefined. */
function definedOnly<T extends object>(value: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
