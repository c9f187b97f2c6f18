import {readFileSync, writeFileSync} from 'node:fs';

/** A moment at which a worker is to be killed: `ms` milliseconds after an activity of this type has started, or ended. */
export interface KillPoint {
  readonly activity: string;
  /** Starts of this activity that are let pass before. */
  readonly skip: number;
  readonly from: 'start' | 'end';
  readonly ms: number;
}

/** The point that a start of `activity` meets, if any, and the points that are left after it. */
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

/** Points that no worker has met yet; they outlive the workers in a file. */
export function readPoints(file: string): readonly KillPoint[] {
  return JSON.parse(readFileSync(file, 'utf8')) as KillPoint[];
}

export function writePoints(file: string, points: readonly KillPoint[]): void {
  writeFileSync(file, JSON.stringify(points));
}

/** Numbers from 0 to below 1 that are the same for the same seed, a whole number (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number from 0 to `below` - 1. */
export function pick(random: () => number, below: number): number {
  return Math.floor(random() * below);
}
