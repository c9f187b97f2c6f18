import {addUsage, billable, NO_USAGE, type Usage} from '../case/types.ts';
import type {ScoredCase} from './score.ts';

/** A count out of a total. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/** A cell of the confusion table; `got` is null where there was no triage. */
export interface Confusion {
  readonly expected: string;
  readonly got: string | null;
  readonly count: number;
  /** How many of them count as right, acceptable classes included. */
  readonly right: number;
}

/** Figures of an evaluation. Per-fix figures are null without a right fix. */
export interface Figures {
  readonly cases: number;
  readonly classRight: Share;
  readonly confusion: readonly Confusion[];
  /** Of the cases with labelled lines, those with one of them among the findings, or as the first finding. */
  readonly rootCauseHit: Share;
  readonly rootCauseFirst: Share;
  /** Proved, and right by the corpus's labels. */
  readonly fixed: Share;
  /** Proved, but forbidden or outside the right files. */
  readonly falseFixed: Share;
  /** Left to an operator where that is right. */
  readonly leftToOperator: Share;
  /** Right fixes that are also clean. */
  readonly clean: Share;
  readonly failed: number;
  /** Right triages by rules, and by the model. */
  readonly ruleRight: Share;
  readonly modelRight: Share;
  /** Right fixes by a recipe, for no tokens. */
  readonly fixedByRecipe: number;
  readonly usage: Usage;
  readonly tokens: number;
  /** Total tokens and money of the evaluation, divided by its right fixes. */
  readonly tokensPerFix: number | null;
  readonly costPerFix: number | null;
  /** Tokens with the cached part of the prompts. */
  readonly tokensWithCache: number | null;
  readonly medianTokensOfFix: number | null;
  /** Of right fixes by the model, without those by recipes: billable tokens, and all tokens. */
  readonly medianTokensOfModelFix: number | null;
  readonly medianTokensWithCacheOfModelFix: number | null;
  /** Attempts without a proof that a limit of the policy ended. */
  readonly lostToLimits: number | null;
  readonly turns: number;
  readonly medianTurnsOfFix: number | null;
  /** Turns of right fixes by the model from the first edit to the first build after it, both included. */
  readonly medianTurnsToBuild: number | null;
  readonly seconds: number;
  readonly medianSeconds: number | null;
}

/** Computes the figures of an evaluation. With `repair`, missing fixes count. */
export function computeFigures(rows: readonly ScoredCase[], repair: boolean): Figures {
  const share = (among: readonly ScoredCase[], counts: (row: ScoredCase) => boolean): Share => ({
    count: among.filter(counts).length,
    of: among.length,
  });
  const labelled = rows.filter((row) => row.labelled);
  const fixable = repair ? rows.filter((row) => row.expectedOutcome !== 'operator') : [];
  const forOperator = repair ? rows.filter((row) => row.expectedOutcome === 'operator') : [];
  const right = rows.filter(isRightFix);
  const byModel = right.filter(({fixedBy}) => fixedBy === 'model');
  const usage = rows.reduce((sum, row) => addUsage(sum, row.usage), NO_USAGE);
  return {
    cases: rows.length,
    classRight: share(rows, (row) => row.classRight),
    confusion: countConfusions(rows),
    rootCauseHit: share(labelled, (row) => row.rootCauseAt !== null),
    rootCauseFirst: share(labelled, (row) => row.rootCauseAt === 1),
    fixed: share(fixable, isRightFix),
    falseFixed: share(
      rows.filter((row) => row.proved),
      (row) => row.wrong.length > 0,
    ),
    leftToOperator: share(forOperator, (row) => !row.proved && row.outcome !== 'failed'),
    clean: share(
      fixable.filter((row) => row.unclean !== undefined || !isRightFix(row)),
      isCleanFix,
    ),
    failed: rows.filter((row) => row.outcome === 'failed').length,
    ruleRight: share(
      rows.filter((row) => row.via === 'rule'),
      (row) => row.classRight,
    ),
    modelRight: share(
      rows.filter((row) => row.via === 'model'),
      (row) => row.classRight,
    ),
    fixedByRecipe: right.filter((row) => row.fixedBy === 'recipe').length,
    usage,
    tokens: billable(usage),
    tokensPerFix: right.length === 0 ? null : Math.round(billable(usage) / right.length),
    costPerFix: right.length === 0 || usage.cost === 0 ? null : usage.cost / right.length,
    tokensWithCache: usage.prompt + usage.completion,
    medianTokensOfFix: median(right.map((row) => row.tokens)),
    medianTokensOfModelFix: median(byModel.map((row) => row.tokens)),
    medianTokensWithCacheOfModelFix: median(byModel.map(({usage: {prompt, completion}}) => prompt + completion)),
    lostToLimits: rows.reduce((sum, row) => sum + (row.lostToLimits ?? 0), 0),
    turns: rows.reduce((sum, row) => sum + row.turns, 0),
    medianTurnsOfFix: median(right.map((row) => row.turns)),
    medianTurnsToBuild: median(byModel.flatMap(({turnsToBuild}) => turnsToBuild ?? [])),
    seconds: rows.reduce((sum, row) => sum + row.seconds, 0),
    medianSeconds: median(rows.map((row) => row.seconds)),
  };
}

/** Reports whether a fix is proved and nothing in the corpus's labels contradicts it. */
export function isRightFix(row: Pick<ScoredCase, 'proved' | 'wrong'>): boolean {
  return row.proved && row.wrong.length === 0;
}

/** Reports whether a right fix has nothing that the rules on clean fixes name. */
export function isCleanFix(row: Pick<ScoredCase, 'proved' | 'wrong' | 'unclean'>): boolean {
  return isRightFix(row) && row.unclean?.length === 0;
}

/** Figures that reports of older versions lack. */
export const NOT_MEASURED = {
  clean: {count: 0, of: 0},
  tokensWithCache: null,
  medianTokensOfFix: null,
  medianTokensOfModelFix: null,
  medianTokensWithCacheOfModelFix: null,
  medianTurnsToBuild: null,
  lostToLimits: null,
} satisfies Partial<Figures>;

function countConfusions(rows: readonly ScoredCase[]): Confusion[] {
  const cells = new Map<string, Confusion>();
  for (const {expectedClass: expected, classification: got, classRight} of rows) {
    const key = JSON.stringify([expected, got]);
    const {count, right} = cells.get(key) ?? {count: 0, right: 0};
    cells.set(key, {expected, got, count: count + 1, right: right + (classRight ? 1 : 0)});
  }
  return [...cells.values()].sort((a, b) => a.expected.localeCompare(b.expected) || b.count - a.count);
}

/** Returns the median, the mean of the two middle numbers for an even count; null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
