import {defineQuery} from '@temporalio/workflow';

/** How an evaluation is run; the corpus itself is on disk, where the worker finds it. */
export interface EvalRunInput {
  readonly name: string;
  /** Cases at work at once. */
  readonly parallel: number;
  /** No case is started once those before have used so much; null: no limit. Tokens are billable ones. */
  readonly maxTokens: number | null;
  readonly maxCost: number | null;
  /** Cases after which the history begins anew; one leaves about 15 events. 500 unless told. */
  readonly casesAHistory?: number;
  /** Carried over when the history has grown long. */
  readonly progress?: EvalProgress;
}

export interface EvalProgress {
  readonly total: number;
  /** Cases that were started. */
  readonly started: number;
  readonly done: number;
  readonly tokens: number;
  readonly cost: number;
  /** Why cases were left out, in words; null: none was. */
  readonly stopped: string | null;
}

/** How far an evaluation is. */
export const evalProgress = defineQuery<EvalProgress>('evalProgress');
