import type {BundleRef, RecordId, Usage} from './types.ts';

/** Lines of an artifact that an answer relies on, as they were when it was written. */
export interface Citation {
  /** Name of the artifact, such as `logs/full.log` or `attempt-2/changes.diff`. */
  readonly artifact: string;
  /** First and last line, from 1. */
  readonly from: number;
  readonly to: number;
  /** Start of these lines. Untrusted. */
  readonly lines: readonly string[];
  /** Turn of the attempt, where the artifact is a transcript. */
  readonly turn?: number;
}

/** A citation that was removed from an answer, since the artifact does not have it. */
export interface DroppedCitation {
  /** Citation as the model wrote it. Untrusted. */
  readonly text: string;
  readonly reason: string;
}

/** A model's answer to a question. */
export interface CaseAnswer {
  /** Markdown; `[^1]` refers to the first of `citations`. Untrusted. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly dropped: readonly DroppedCitation[];
}

/** A question that an operator asked about a case, and what became of it. */
export interface CaseQuestion {
  /** From 1. */
  readonly number: number;
  readonly by: string;
  /** Time in ISO 8601. */
  readonly atUtc: string;
  readonly text: string;
  readonly state: 'running' | 'answered' | 'failed';
  /** Usage of its model calls; it is part of the case's. */
  readonly usage: Usage;
  /** Time of the answer in ISO 8601; missing without one. */
  readonly answeredUtc?: string;
  /** Bundle whose evidence root has the records. */
  readonly bundle?: BundleRef;
  /** Record of the conversation with the model. */
  readonly conversation?: RecordId;
  /** Record of the answer. */
  readonly record?: RecordId;
  /** The answer; missing in workflow histories, which have the record. */
  readonly answer?: CaseAnswer;
  /** Why there is no answer. */
  readonly problem?: string;
}

/** Returns the questions without the answers' texts, which the evidence store has. */
export function withoutAnswers(questions: readonly CaseQuestion[]): CaseQuestion[] {
  return questions.map(({answer, ...one}) => one);
}
