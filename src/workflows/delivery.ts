import {ActivityFailure, TimeoutFailure} from '@temporalio/workflow';
import type {DeliverySettings} from '../case/policy/policy.ts';
import {deliverySummary} from '../case/review/delivery.ts';
import {type Delivery, type DeliveryResult, nowUtc} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import type {CaseRecord} from './case-record.ts';
import {failureDetail, failureMessage, rethrowUnlessFailed} from './failures.ts';
import {deliveryFor} from './proxies.ts';

/** Runs the policy's delivery command on the accepted fix, and stores its result in the state. Returns whether it has succeeded. */
export async function deliver(record: CaseRecord, settings: DeliverySettings): Promise<boolean> {
  const {id} = record.status.delivery ?? {id: ''};
  record.publish('deliver', `the delivery command runs, delivery ${id}`);
  await record.archive();
  try {
    const result = await deliveryFor(settings).deliverFix(toSummary(`delivery ${id}`), {status: record.archived, settings});
    endDelivery(record, {...result, state: 'delivered'});
    return true;
  } catch (error) {
    rethrowUnlessFailed(error);
    endDelivery(record, {...failureDetail<DeliveryResult>(error), state: 'failed', reason: reasonOf(error)});
    return false;
  }
}

/** Stores how a delivery that runs has ended, with a line in the timeline. */
export function endDelivery(record: CaseRecord, ended: Pick<Delivery, 'state' | 'reason'> & DeliveryResult): void {
  const delivery = {...ended, id: record.status.delivery?.id ?? '', atUtc: nowUtc()};
  record.set({delivery});
  record.note(deliverySummary(delivery));
}

function reasonOf(error: unknown): string {
  const isTimeout = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
  return isTimeout ? 'the worker that ran the command ended or did not answer' : failureMessage(error);
}
