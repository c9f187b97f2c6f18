import {readFileSync, writeFileSync} from 'node:fs';

/** Time of a kill: `ms` milliseconds after the start or end of an activity of this type. */
export interface KillPoint {
  readonly activity: string;
  /** Number of earlier starts of this activity to skip. */
  readonly skip: number;
  readonly from: 'start' | 'end';
  readonly ms: number;
}

/** Returns the point that a start of `activity` reaches, if any, and the remaining points. */
export function takePoint(
  points: readonly KillPoint[],
  activity: string,
): {point: KillPoint | undefined; left: readonly KillPoint[]} {
  const at = points.findIndex((one) => one.activity === activity);
  const point = points[at];
  if (point === undefined) return {point, left: points};
  if (point.skip > 0) return {point: undefined, left: points.with(at, {...point, skip: point.skip - 1})};
  return {point, left: points.toSpliced(at, 1)};
}

/** Reads the points that no worker has reached yet, from a file that outlives the workers. */
export function readPoints(file: string): readonly KillPoint[] {
  return JSON.parse(readFileSync(file, 'utf8')) as KillPoint[];
}

export function writePoints(file: string, points: readonly KillPoint[]): void {
  writeFileSync(file, JSON.stringify(points));
}

/** Returns a generator of numbers from 0 to below 1, the same for the same integer seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Returns an integer from 0 to `below` - 1. */
export function pick(random: () => number, below: number): number {
  return Math.floor(random() * below);
}
