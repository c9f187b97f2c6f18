import type proto from '@temporalio/proto';

type Event = proto.temporal.api.history.v1.IHistoryEvent;

/** What a workflow costs the server and its worker, counted in its history. */
export interface HistorySteps {
  readonly events: number;
  readonly workflowTasks: number;
  readonly activities: number;
  /** Signals that the workflow sent to others. */
  readonly signals: number;
}

/** Counts the steps of a history. */
export function historySteps(events: readonly Event[]): HistorySteps {
  const count = (key: keyof Event): number => events.filter((event) => event[key] !== undefined && event[key] !== null).length;
  return {
    events: events.length,
    workflowTasks: count('workflowTaskScheduledEventAttributes'),
    activities: count('activityTaskScheduledEventAttributes'),
    signals: count('signalExternalWorkflowExecutionInitiatedEventAttributes'),
  };
}
