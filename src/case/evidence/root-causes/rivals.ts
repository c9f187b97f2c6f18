import type {Family} from './finding.ts';
import {jobOf} from './jobs.ts';
import {type Candidate, certainty} from './rank.ts';

/** Families whose programs run as parallel jobs. Of the others only the first cause counts, since each causes the next ones. */
const PARALLEL: ReadonlySet<Family> = new Set(['compiler', 'linker', 'cargo', 'go', 'runtime', 'make', 'other']);

/**
 * Returns the first cause of each parallel job that failed as the first-ranked candidate did, so that the order in which the jobs
 * printed makes no difference: all of them are equally likely. `causes` are sorted by line; `targets` are those that make reported as failed.
 */
export function rivalsOf(top: Candidate | undefined, causes: readonly Candidate[], targets: ReadonlySet<string>): Candidate[] {
  if (top === undefined || top.matched.kind !== 'cause' || !PARALLEL.has(top.matched.family)) return [];
  const jobs = new Map<string, Candidate>();
  for (const one of causes.filter(({matched}) => PARALLEL.has(matched.family))) {
    const job = jobOf(one);
    if (!jobs.has(job)) jobs.set(job, one);
  }
  const weights = [...jobs].map(([job, one]) => ({
    one,
    weight: (isNamed(job, one.text, targets) ? 4 : 0) + certainty(one, undefined),
  }));
  const most = Math.max(...weights.map(({weight}) => weight));
  return weights.filter(({weight}) => weight === most).map(({one}) => one);
}

function isNamed(job: string, text: string, targets: ReadonlySet<string>): boolean {
  for (const target of targets) if (job.includes(target) || text.includes(target)) return true;
  return false;
}
