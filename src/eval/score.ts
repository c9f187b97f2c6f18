import type {Finding} from '../case/evidence/root-causes/finding.ts';
import type {AttemptResult} from '../case/status.ts';
import {billable, type Outcome, type Usage} from '../case/types.ts';
import {type CaseTexts, type Fault, findUnclean} from './clean.ts';
import {type EvalCase, type Forbidden, matchesForbidden} from './eval-case.ts';
import {isLost, type Step} from './observe.ts';

/** End of a case of an evaluation, read from its archive. */
export interface CaseEnd {
  readonly classification: string | null;
  readonly confidence: string | null;
  /** What triaged: `model` or `rule`; null without a triage. */
  readonly via: string | null;
  /** Author of the proved diff; null without one. */
  readonly fixedBy: 'recipe' | 'model' | null;
  readonly outcome: Outcome | 'failed';
  readonly reason: string;
  readonly usage: Usage;
  readonly turns: number;
  readonly attempts: number;
  /** Attempts without a proof that a limit of the policy ended; missing in older reports. */
  readonly lostToLimits?: number;
  /** Turns of the proved attempt from its first edit to the first build after it; null without a proved attempt of a model. */
  readonly turnsToBuild?: number | null;
  /** What the attempts went through; missing in older reports. */
  readonly steps?: readonly Step[];
  /** Working time, from the first entry of its timeline to the last before it closed. */
  readonly seconds: number;
  /** Diff of the proved fix; empty without one. */
  readonly diff: string;
  /** Files before the fix; without them it is not judged whether a fix is clean. */
  readonly texts?: CaseTexts;
  /** Ranked lines that name a cause. */
  readonly findings: readonly Pick<Finding, 'text'>[];
}

/** Kind of a false fix, by the name that a report shows. */
export type FalseFix = 'edit beside the cause' | 'forbidden form' | 'belongs to an operator';

/** A case of an evaluation's report, with its verdict. */
export interface ScoredCase extends Omit<CaseEnd, 'diff' | 'findings' | 'texts'> {
  readonly name: string;
  readonly origin: string;
  readonly expectedClass: string;
  readonly expectedOutcome: 'fixed' | 'operator' | null;
  readonly classRight: boolean;
  /** Rank of the first labelled line among the findings, from 1; null: missed. */
  readonly rootCauseAt: number | null;
  /** Whether the case has labelled lines. */
  readonly labelled: boolean;
  /** Whether a clean rebuild passed. */
  readonly proved: boolean;
  /** Reasons why a proved fix is a false one; empty for a right one. */
  readonly wrong: readonly string[];
  /** Reasons why a proved fix is not clean, apart from `wrong`; missing where this was not judged. */
  readonly unclean?: readonly string[];
  /** Kinds of the reasons in `wrong` and `unclean`; missing in older reports. */
  readonly faults?: readonly (Fault | FalseFix)[];
  /** Files that the proved diff touches, relative to the port's overlay. */
  readonly touched: readonly string[];
  readonly tokens: number;
}

/** Judges the end of a case by its known answers; `forbidden` are the forms that the corpus forbids every fix. */
export function scoreCase(known: EvalCase, end: CaseEnd, forbidden: readonly Forbidden[] = []): ScoredCase {
  const {diff, findings, texts, ...rest} = end;
  const {name, origin, expectedClass, expectedOutcome = null, rootCause} = known;
  const proved = end.outcome === 'fixed';
  const touched = proved ? touchedFiles(diff, origin) : [];
  const at = findings.findIndex(({text}) => rootCause.some((label) => text.includes(label)));
  const wrong = proved ? falseFixReasons(known, diff, touched) : [];
  const unclean = proved && texts !== undefined ? findUnclean({known, diff, texts, forbidden}) : undefined;
  return {
    ...rest,
    name,
    origin,
    expectedClass,
    expectedOutcome,
    classRight: end.classification !== null && [expectedClass, ...known.acceptableClasses].includes(end.classification),
    labelled: rootCause.length > 0,
    rootCauseAt: at < 0 ? null : at + 1,
    proved,
    wrong: wrong.map(({why}) => why),
    ...(unclean === undefined ? {} : {unclean: unclean.map(({why}) => why)}),
    faults: [...new Set([...wrong, ...(unclean ?? [])].map(({fault}) => fault))],
    touched,
    tokens: billable(end.usage),
  };
}

/** Returns the distinct paths that a git diff of the overlay touches, relative to `ports/<origin>/` where they are below it. */
export function touchedFiles(diff: string, origin: string): string[] {
  const home = `ports/${origin}/`;
  const paths = [...diff.matchAll(/^diff --git a\/(.+) b\/(.+)$/gm)].flatMap(([, from = '', to = '']) => [from, to]);
  return [...new Set(paths.map((path) => (path.startsWith(home) ? path.slice(home.length) : path)))];
}

function falseFixReasons(
  known: EvalCase,
  diff: string,
  touched: readonly string[],
): {readonly fault: FalseFix; readonly why: string}[] {
  const {rightFiles, forbidden, expectedOutcome} = known;
  const outside = rightFiles.length === 0 ? [] : touched.filter((path) => !rightFiles.some((right) => covers(right, path)));
  const forOperator = 'no change of the port can repair this; it needs an operator';
  return [
    ...(expectedOutcome === 'operator' ? [{fault: 'belongs to an operator', why: forOperator} as const] : []),
    ...outside.map((path) => ({
      fault: 'edit beside the cause' as const,
      why: `${path} is not one of the right files (${rightFiles.join(', ')})`,
    })),
    ...matchesForbidden(forbidden, diff, touched).map(({why}) => ({fault: 'forbidden form' as const, why})),
  ];
}

function covers(right: string, path: string): boolean {
  return right.endsWith('*') ? path.startsWith(right.slice(0, -1)) : right === path;
}

/** Returns how many attempts ended at a limit without a proof. */
export function countLostToLimits(attempts: readonly Pick<AttemptResult, 'end' | 'proof' | 'findings'>[]): number {
  return attempts.filter(isLost).length;
}
