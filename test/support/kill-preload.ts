import {appendFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {type ActivityInterceptorsFactory, Worker} from '@temporalio/worker';
import type {JournalEntry} from './kill-journal.ts';
import {type KillPoint, readPoints, takePoint, writePoints} from './kill-points.ts';

/**
 * Preloaded into the unmodified worker (`node --import`): records each activity's start and end in `$PORTWRIGHT_KILLS/journal`. At the
 * points of `$PORTWRIGHT_KILLS/points` it requests its kill, and blocks until then.
 */
const dir = process.env.PORTWRIGHT_KILLS;
if (dir === undefined) throw new Error('PORTWRIGHT_KILLS must name the directory of the journal and the points.');
const journal = join(dir, 'journal');
const points = join(dir, 'points');

let runs = 0;
/** Points whose activity is running. */
const pending = new Set<KillPoint>();

const watch: ActivityInterceptorsFactory = ({info}) => ({
  inbound: {
    async execute(input, next) {
      const env = (input.args[0] as {env?: unknown} | undefined)?.env;
      const of = {
        pid: process.pid,
        run: ++runs,
        activity: info.activityType,
        workflowId: info.workflowExecution?.workflowId ?? '',
        ...(typeof env === 'string' ? {env} : {}),
      };
      note({...of, what: 'start', at: Date.now()});
      const point = meet(info.activityType);
      if (point?.from === 'start' && point.ms === 0) standStill(point);
      const timer = point?.from === 'start' ? setTimeout(standStill, point.ms, point) : undefined;
      try {
        return await next(input);
      } finally {
        clearTimeout(timer);
        note({...of, what: 'end', at: Date.now()});
        if (point?.from === 'end') pending.delete(point);
        if (point?.from === 'end' && point.ms > 0) setTimeout(standStill, point.ms, point);
        // An activity that ends before the time of its point is killed at its end.
        else if (point) standStill(point);
      }
    },
  },
});

function note(entry: JournalEntry): void {
  appendFileSync(journal, `${JSON.stringify(entry)}\n`);
}

function meet(activity: string): KillPoint | undefined {
  const {point, left} = takePoint(readPoints(points), activity);
  writePoints(points, left);
  if (point) pending.add(point);
  return point;
}

/** Blocks this thread: no heartbeat, no answer to the server. Returns other reached points to the next worker. */
function standStill(point: KillPoint): void {
  pending.delete(point);
  writePoints(points, [...readPoints(points), ...pending]);
  writeSync(1, `kill me: ${JSON.stringify(point)}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  throw new Error('Nobody killed this worker within a minute.');
}

const create = Worker.create;
Worker.create = (options) => {
  const {activity = []} = options.interceptors ?? {};
  return create.call(Worker, {...options, interceptors: {...options.interceptors, activity: [watch, ...activity]}});
};
