import {allHandlersFinished, condition, continueAsNew, setCurrentDetails, setHandler} from '@temporalio/workflow';
import type {Hold, HoldState} from '../case/operator/hold.ts';
import {holdDetails} from '../case/operator/hold.ts';
import type {FailureReport} from '../case/types.ts';
import {held, release} from '../protocol/hold-port.ts';
import {failureReported} from '../protocol/port-case.ts';

/** The latest reports, which a hold shows; all are counted. */
const SHOWN_REPORTS = 100;

/** Reports after which it continues as new: a port with many flavors in many runs must not fill the history. */
const REPORTS_A_RUN = 500;

/** What a hold carries over when it continues as new. */
interface CarriedHold {
  readonly count: number;
  readonly reports: readonly FailureReport[];
}

/**
 * While this workflow is open, failures of one origin are recorded here and start nothing. It ends by the update `release`, or by
 * itself at the time that it was given.
 */
export async function holdPort(hold: Hold, carried: CarriedHold = {count: 0, reports: []}): Promise<HoldState> {
  let isReleased = false;
  let received = 0;
  let {count} = carried;
  const reports = [...carried.reports];
  const state = (): HoldState => ({...hold, count, reports});
  const publish = (): void => setCurrentDetails(holdDetails(state()));
  setHandler(held, state);
  setHandler(failureReported, (report) => {
    if (reports.some((one) => one.bundleId === report.bundleId && one.runId === report.runId)) return;
    received += 1;
    count += 1;
    reports.push(report);
    reports.splice(0, reports.length - SHOWN_REPORTS);
    publish();
  });
  setHandler(release, () => {
    isReleased = true;
    return `${hold.origin} is released; ${count} failures were recorded meanwhile. The next one starts a case.`;
  });
  publish();
  const left = hold.untilUtc === undefined ? undefined : Date.parse(hold.untilUtc) - Date.now();
  const isDone = (): boolean => isReleased || received >= REPORTS_A_RUN;
  if (left === undefined) await condition(isDone);
  else if (!(await condition(isDone, Math.max(1, left), {summary: `ends ${hold.untilUtc?.slice(0, 16)}`}))) return state();
  await condition(allHandlersFinished);
  if (!isReleased) await continueAsNew<typeof holdPort>(hold, {count, reports});
  return state();
}
