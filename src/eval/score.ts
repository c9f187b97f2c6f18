import type {Finding} from '../case/evidence/root-causes/finding.ts';
import {billable, type Outcome, type Usage} from '../case/types.ts';
import type {EvalCase} from './eval-case.ts';

/** What a case of an evaluation came to, as its archive tells it. */
export interface CaseEnd {
  readonly classification: string | null;
  readonly confidence: string | null;
  /** Who triaged: `model`, `rule`; null where nobody did. */
  readonly via: string | null;
  /** Whose diff was proved; null where none was. */
  readonly fixedBy: 'recipe' | 'model' | null;
  readonly outcome: Outcome | 'failed';
  readonly reason: string;
  readonly usage: Usage;
  readonly turns: number;
  readonly attempts: number;
  /** Of work: from the first line of its story to the last before it closed. */
  readonly seconds: number;
  /** Of a proved fix; empty without. */
  readonly diff: string;
  /** Ranked lines that name a cause. */
  readonly findings: readonly Pick<Finding, 'text'>[];
}

/** One line of an evaluation's report. */
export interface ScoredCase extends Omit<CaseEnd, 'diff' | 'findings'> {
  readonly name: string;
  readonly origin: string;
  readonly expectedClass: string;
  readonly expectedOutcome: 'fixed' | 'operator' | null;
  readonly classRight: boolean;
  /** Place of the first labelled line among the findings, from 1; null: missed. */
  readonly rootCauseAt: number | null;
  /** Whether the case has labelled lines at all. */
  readonly labelled: boolean;
  /** A rebuild proved it. */
  readonly proved: boolean;
  /** Why a proved fix is a false one; empty for a right one. */
  readonly wrong: readonly string[];
  /** Files of the overlay that the proved diff touches, relative to the port's own. */
  readonly touched: readonly string[];
  readonly tokens: number;
}

/** Judges what a case came to by what is known to be right for it. */
export function scoreCase(known: EvalCase, end: CaseEnd): ScoredCase {
  const {diff, findings, ...rest} = end;
  const {name, origin, expectedClass, expectedOutcome = null, rootCause} = known;
  const proved = end.outcome === 'fixed';
  const touched = proved ? touchedFiles(diff, origin) : [];
  const at = findings.findIndex(({text}) => rootCause.some((label) => text.includes(label)));
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
    wrong: proved ? wrongIn(known, diff, touched) : [],
    touched,
    tokens: billable(end.usage),
  };
}

/** Paths that a git diff of the overlay touches, without the port's own `ports/<origin>/`; each once, in its order. */
export function touchedFiles(diff: string, origin: string): string[] {
  const home = `ports/${origin}/`;
  const paths = [...diff.matchAll(/^diff --git a\/(.+) b\/(.+)$/gm)].flatMap(([, from = '', to = '']) => [from, to]);
  return [...new Set(paths.map((path) => (path.startsWith(home) ? path.slice(home.length) : path)))];
}

function wrongIn(known: EvalCase, diff: string, touched: readonly string[]): string[] {
  const {rightFiles, forbidden, expectedOutcome} = known;
  const added = diff.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++ '));
  const beside = rightFiles.length === 0 ? [] : touched.filter((path) => !rightFiles.some((right) => covers(right, path)));
  const hit = forbidden.filter(
    ({file, added: pattern}) =>
      (file !== undefined && touched.some((path) => new RegExp(file).test(path))) ||
      (pattern !== undefined && added.some((line) => new RegExp(pattern).test(line.slice(1)))),
  );
  return [
    ...(expectedOutcome === 'operator' ? ['nothing in the port can repair this; it belongs to an operator'] : []),
    ...beside.map((path) => `${path} is beside the right files (${rightFiles.join(', ')})`),
    ...hit.map(({why}) => why),
  ];
}

function covers(right: string, path: string): boolean {
  return right.endsWith('*') ? path.startsWith(right.slice(0, -1)) : right === path;
}
