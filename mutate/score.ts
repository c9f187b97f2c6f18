import type {Mutant} from './instrument.ts';

/** What became of a mutant. */
export interface Verdict {
  readonly mutant: Mutant;
  /** Test that failed, or that it took too long; undefined if the mutant survives. */
  readonly killedBy?: string | undefined;
  /** Whether any test reaches it. */
  readonly covered: boolean;
}

export interface Score {
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  /** Killed ones in percent, to one decimal place, rounded down; 100 if there are no mutants. */
  readonly score: number;
}

export function scoreOf(verdicts: readonly Verdict[]): Score {
  const mutants = verdicts.length;
  const killed = verdicts.filter(({killedBy}) => killedBy !== undefined).length;
  return {mutants, killed, survived: mutants - killed, score: mutants === 0 ? 100 : Math.floor((killed * 1000) / mutants) / 10};
}

/** Returns the scores of the files, each with its path, by path. */
export function scoresByFile(verdicts: readonly Verdict[]): [file: string, score: Score][] {
  const byFile = Map.groupBy(verdicts, ({mutant}) => mutant.file);
  return [...byFile].map(([file, own]): [string, Score] => [file, scoreOf(own)]).sort(([a], [b]) => (a < b ? -1 : 1));
}

const EXCERPT = 100;

/** Returns a survivor as `file:line: original → mutated`. */
export function survivorLine({mutant, covered}: Verdict): string {
  const {file, line, original, replacement, operator} = mutant;
  const mutated = operator === 'remove statement' ? '(removed)' : excerpt(replacement);
  return `${file}:${line}: ${excerpt(original)} → ${mutated}${covered ? '' : ' (no test reaches it)'}`;
}

function excerpt(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
}
