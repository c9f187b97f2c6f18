import {defineQuery} from '@temporalio/workflow';

/** Input of an evaluation; the worker reads the corpus from disk. */
export interface EvalRunInput {
  readonly name: string;
  /** Maximum number of cases at the same time. */
  readonly parallel: number;
  /** Usage after which no further case is started, in billable tokens; null: no limit. */
  readonly maxTokens: number | null;
  readonly maxCost: number | null;
  /** Number of cases after which the workflow continues as new (a case leaves about 15 events); default 500. */
  readonly casesAHistory?: number;
  /** Progress carried over by continue-as-new. */
  readonly progress?: EvalProgress;
}

/** Progress of an evaluation. */
export interface EvalProgress {
  readonly total: number;
  /** Number of started cases. */
  readonly started: number;
  readonly done: number;
  readonly tokens: number;
  readonly cost: number;
  /** Reason why cases were skipped; null if none were. */
  readonly stopped: string | null;
}

/** Returns the progress of an evaluation. */
export const evalProgress = defineQuery<EvalProgress>('evalProgress');
