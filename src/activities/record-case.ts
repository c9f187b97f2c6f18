import {log} from '@temporalio/activity';
import type {CaseSteps, ControlActivities, RecordCaseInput, RunNews} from '../protocol/activities.ts';

/** What `recordCase` is made of. */
export type RecordingSteps = Pick<ControlActivities, 'writeTriage' | 'notifyRun'> &
  Pick<CaseSteps, 'writeHandoff' | 'archiveCase'>;

/** Returns the activity that writes what a step of a case changed: its files, and its line in the run. */
export function recordingActivities(steps: RecordingSteps): Pick<ControlActivities, 'recordCase'> {
  return {
    async recordCase(input) {
      const [faults] = await Promise.all([writeFiles(input), notify(input.run)]);
      const [first] = faults;
      if (first !== undefined) throw first;
    },
  };

  /** Writes each file, also where another cannot be written. Returns the errors, with the file in their messages. */
  async function writeFiles({status, triage, handoff}: RecordCaseInput): Promise<Error[]> {
    const writes: [string, () => Promise<void>][] = [
      ...(triage === undefined ? [] : [['triage.md', () => steps.writeTriage(triage)] as [string, () => Promise<void>]]),
      ...(handoff === undefined
        ? []
        : [['manual_handoff.md', () => steps.writeHandoff({bundle: handoff, status})] as [string, () => Promise<void>]]),
      ['case.json', () => steps.archiveCase(status)],
    ];
    const faults: Error[] = [];
    for (const [file, write] of writes) {
      try {
        await write();
      } catch (error) {
        faults.push(Object.assign(error as Error, {message: `analysis/${file}: ${(error as Error).message}`}));
      }
    }
    return faults;
  }

  /** A run that cannot be notified stops no case. */
  async function notify(run: RunNews | undefined): Promise<void> {
    if (run === undefined) return;
    await steps.notifyRun(run).catch((error: Error) => {
      log.warn(`The run ${run.runId} does not show the change of ${run.news.caseId}: ${error.message}`);
    });
  }
}
