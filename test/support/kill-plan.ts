import {type KillPoint, pick} from './kill-points.ts';

/** Steps of a repaired case, and for each the activities that every such case has. */
export const STEPS = {
  collect: ['openCase'],
  triage: ['askModel', 'recordCase'],
  'waiting-env': ['findDevEnvs', 'requestLease', 'masterPort'],
  begin: ['beginAttempt', 'openAttempt'],
  tool: ['get_file', 'env_verify'],
  compose: ['materialize_dports'],
  build: ['dsynth_build'],
  guard: ['captureDiff', 'checkDiff'],
  proof: ['proveRebuild'],
  restore: ['restoreOverlay'],
  close: ['writeAttempts', 'recordCase'],
} as const;

/** Longest delay of a kill after an activity's start or end. */
const FROM_START_MS = 600;
const FROM_END_MS = 40;

/**
 * Plans a kill point for each step, distributed to rigs, each of which repairs at least two ports. `edits` are the tools that repair
 * the ports of that rig: one more point each, after the edit and before its result is reported.
 */
export function planKills(random: () => number, edits: readonly string[]): KillPoint[][] {
  const points = Object.values(STEPS).map((activities) => pointIn(activities, random));
  const order = points.map((point) => ({point, at: random()})).toSorted((a, b) => a.at - b.at);
  return edits.map((edit, rig) => [
    ...reached(order.filter((_, at) => at % edits.length === rig).map(({point}) => point)),
    {activity: edit, skip: 0, from: 'end', ms: 0},
  ]);
}

function pointIn(activities: readonly [string, ...string[]], random: () => number): KillPoint {
  const activity = activities[pick(random, activities.length)] ?? activities[0];
  const from = pick(random, 2) === 0 ? 'start' : 'end';
  return {activity, skip: pick(random, 2), from, ms: pick(random, from === 'start' ? FROM_START_MS : FROM_END_MS)};
}

/** Limits the points of an activity to two starts, since two ports have it once each. */
function reached(points: readonly KillPoint[]): KillPoint[] {
  const again = (point: KillPoint): boolean => points.filter((one) => one.activity === point.activity).length > 1;
  return points.map((point) => (again(point) ? {...point, skip: 0} : point));
}
