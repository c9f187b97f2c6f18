import type {Figures, Share} from './figures.ts';

/** Goal of repairs by a capable model, with what a run reached. */
export interface Goal {
  readonly name: string;
  /** Limit of the value: at least for a share, from 0 to 1; at most for a number. */
  readonly goal: number;
  readonly sense: 'at least' | 'at most';
  /** Null where nothing was measured. */
  readonly value: number | null;
  /** Null where nothing was measured. */
  readonly met: boolean | null;
}

/** Returns the goals with what the figures of an evaluation with repairs reach. */
export function goalsOf(figures: Figures): Goal[] {
  const {fixed, clean, medianTokensOfModelFix, lostToLimits, medianTurnsToBuild} = figures;
  return [
    goal('fixed and proven', 'at least', 0.95, ratio(fixed)),
    goal('clean', 'at least', 0.9, ratio(clean)),
    goal('tokens of a fix by the model, median', 'at most', 12_000, medianTokensOfModelFix),
    goal('attempts lost to limits', 'at most', 0, lostToLimits),
    goal('turns from first edit to build, median', 'at most', 3, medianTurnsToBuild),
  ];
}

function goal(name: string, sense: Goal['sense'], limit: number, value: number | null): Goal {
  const met = value === null ? null : sense === 'at least' ? value >= limit : value <= limit;
  return {name, goal: limit, sense, value, met};
}

function ratio({count, of}: Share): number | null {
  return of === 0 ? null : count / of;
}
