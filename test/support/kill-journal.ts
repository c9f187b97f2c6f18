/** Start or end of an activity, recorded by its worker. */
export interface JournalEntry {
  readonly what: 'start' | 'end';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly pid: number;
  /** Number of the run in its worker, which pairs its start and end. */
  readonly run: number;
  readonly activity: string;
  readonly workflowId: string;
  /** Dev-env that it uses. */
  readonly env?: string;
}

/** One execution of an activity. Without `end` its worker was killed meanwhile, or it still runs. */
export interface Run extends Omit<JournalEntry, 'what' | 'at'> {
  readonly start: number;
  readonly end?: number;
}

export interface Kill {
  readonly at: number;
  readonly pid: number;
}

/** A model call, counted by the model's server. */
export interface PaidCall {
  /** Case and place in it: the same for a repeated call. */
  readonly key: string;
  readonly caseId: string;
  readonly at: number;
  /** Whether the client disconnected before the answer, so that the call was in flight at a kill. */
  readonly cut?: boolean;
}

export function readJournal(text: string): Run[] {
  const runs = new Map<string, Run>();
  for (const line of text.split('\n').filter((one) => one.endsWith('}'))) {
    const {what, at, ...of} = JSON.parse(line) as JournalEntry;
    const key = `${of.pid} ${of.run}`;
    if (what === 'start') runs.set(key, {...of, start: at});
    else runs.set(key, {...(runs.get(key) as Run), end: at});
  }
  return [...runs.values()];
}

/** Returns the case of an activity, activities of attempts included; undefined for those of the spool and of runs. */
function caseOf({workflowId}: {readonly workflowId: string}): string | undefined {
  return workflowId.startsWith('port:') ? workflowId.replace(/\/attempt-\d+$/, '') : undefined;
}

/** Returns the activities that this kill interrupted. */
function cutOff(runs: readonly Run[], kill: Kill): Run[] {
  return runs.filter((run) => run.pid === kill.pid && run.start <= kill.at && run.end === undefined);
}

/** Activities during which a case waits for something else: a dev-env, the end of a bulk run. */
const WAITS_AFTER: ReadonlySet<string> = new Set(['requestLease', 'openBulkRun']);

/**
 * Returns for each case that was active at a kill the milliseconds until the next worker starts an activity of the case; the start
 * of that worker counts in full. Omits cases that waited for something else, and those that another kill hit before any progress,
 * which are measured from that kill.
 */
export function recoveries(runs: readonly Run[], kills: readonly Kill[], closedAt: ReadonlyMap<string, number>): number[] {
  const cases = [...new Set(runs.map(caseOf))].filter((id) => id !== undefined);
  return kills.flatMap((kill, n) => {
    const nextKill = kills[n + 1]?.at ?? Number.POSITIVE_INFINITY;
    return cases.flatMap((id) => {
      const own = runs.filter((run) => caseOf(run) === id);
      const until = Math.min(nextKill, closedAt.get(id) ?? Number.POSITIVE_INFINITY);
      const after = own.filter((run) => run.start > kill.at && run.start < until).map((run) => run.start);
      return isAtWork(own, kill) && after.length > 0 ? [Math.min(...after) - kill.at] : [];
    });
  });
}

function isAtWork(own: readonly Run[], kill: Kill): boolean {
  const before = own.filter((run) => run.start <= kill.at);
  const last = before.toSorted((a, b) => (a.end ?? kill.at) - (b.end ?? kill.at)).at(-1);
  return last !== undefined && (cutOff(own, kill).length > 0 || !WAITS_AFTER.has(last.activity));
}

/** Activities that build or prepare a dev-env; concurrent ones in one dev-env would corrupt each other. */
const ALONE: ReadonlySet<string> = new Set(['dsynth_build', 'proveRebuild', 'beginAttempt', 'restoreOverlay']);

/** Returns the pairs of exclusive activities that ran concurrently in one dev-env; those of a killed worker end with it. */
export function besideEachOther(runs: readonly Run[], kills: readonly Kill[]): [Run, Run][] {
  const ends = (run: Run): number => run.end ?? kills.find((kill) => kill.pid === run.pid)?.at ?? Number.POSITIVE_INFINITY;
  const alone = runs.filter((run) => ALONE.has(run.activity)).toSorted((a, b) => a.start - b.start);
  return alone.flatMap((first, at) =>
    alone
      .slice(at + 1)
      .filter((next) => next.env === first.env && next.start < ends(first))
      .map((next): [Run, Run] => [first, next]),
  );
}

/** Returns the repeated calls that no kill explains; a kill explains one per case, the call in flight. */
export function repeatedCalls(calls: readonly PaidCall[], kills: readonly Kill[]): PaidCall[] {
  const excused = new Set<string>();
  const latest = new Map<string, PaidCall>();
  return calls.filter((call) => {
    const before = latest.get(call.key);
    latest.set(call.key, call);
    if (before === undefined || before.cut) return false;
    const kill = kills.find((one) => one.at >= before.at && one.at <= call.at && !excused.has(`${one.at} ${call.caseId}`));
    if (kill !== undefined) excused.add(`${kill.at} ${call.caseId}`);
    return kill === undefined;
  });
}
