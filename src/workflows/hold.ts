import {condition, setCurrentDetails, setHandler} from '@temporalio/workflow';
import type {Hold, HoldState} from '../case/operator/hold.ts';
import {holdDetails} from '../case/operator/hold.ts';
import type {FailureReport} from '../case/types.ts';
import {held, release} from '../protocol/hold-port.ts';
import {failureReported} from '../protocol/port-case.ts';

/** Reports that a hold shows; their count goes on. */
const SHOWN = 100;

/**
 * While this workflow is open, failures of one origin are recorded here and start nothing. It ends by the update `release`, or by
 * itself at the time that it was given.
 */
export async function holdPort(hold: Hold): Promise<HoldState> {
  let released = '';
  let count = 0;
  const reports: FailureReport[] = [];
  const state = (): HoldState => ({...hold, count, reports});
  const show = (): void => setCurrentDetails(holdDetails(state()));
  setHandler(held, state);
  setHandler(failureReported, (report) => {
    if (reports.some((one) => one.bundleId === report.bundleId && one.runId === report.runId)) return;
    count += 1;
    reports.push(report);
    reports.splice(0, reports.length - SHOWN);
    show();
  });
  setHandler(release, ({by}) => {
    released = by;
    return `${hold.origin} is released; ${count} failures were recorded meanwhile. The next one starts a case.`;
  });
  show();
  const left = hold.untilUtc === undefined ? undefined : Date.parse(hold.untilUtc) - Date.now();
  const isReleased = (): boolean => released !== '';
  if (left === undefined) await condition(isReleased);
  else await condition(isReleased, Math.max(1, left), {summary: `ends ${hold.untilUtc?.slice(0, 16)}`});
  return state();
}
