import {CancellationScope, condition, setHandler, workflowInfo} from '@temporalio/workflow';
import type {Triage} from '../case/status.ts';
import type {RecordId} from '../case/types.ts';
import {askTriage, triageDone, triageFailed} from '../protocol/build-run.ts';
import {triageOffered} from '../protocol/port-case.ts';
import type {CaseRecord} from './case-record.ts';
import {toRun} from './run-link.ts';

/** A run that does not answer is not waited for longer; the case then triages by itself. */
const PATIENCE = '15 minutes';

/** How a triage ended: what failed, with the record of the reply that it was read from, or why there is none. */
export type TriageEnd =
  | {readonly ok: true; readonly triage: Triage; readonly text: RecordId}
  | {readonly ok: false; readonly reason: string};

interface Shared {
  readonly triage: Triage;
  readonly text: RecordId;
  readonly from: string;
}

type Offer = {readonly kind: 'lead'} | ({readonly kind: 'shared'} & Shared);

/** Triage shared by the cases of one run that failed in the same way: one asks the model, the others take its answer. */
export class SharedTriage {
  #offer: Offer | undefined;

  register(): void {
    setHandler(triageOffered, (offer) => {
      this.#offer = offer;
    });
  }

  /** The triage of a sibling, or what `own` finds, which siblings then get. Without a signature nothing is shared. */
  async triage(
    record: CaseRecord,
    own: () => Promise<TriageEnd>,
    take: (shared: Shared) => Promise<TriageEnd>,
  ): Promise<TriageEnd> {
    const {signature, workflowId: caseId} = record.status;
    const {runId} = record.report;
    this.#offer = undefined;
    const asked = signature !== '' && (await toRun(runId, askTriage, {caseId, caseRunId: workflowInfo().runId, signature}));
    if (!asked) return own();
    let ended: TriageEnd | undefined;
    try {
      await condition(() => this.#offer !== undefined, PATIENCE, {summary: 'triages by itself, unless the run answers'});
      const offer = this.#current();
      if (offer?.kind === 'shared') return await take(offer);
      ended = await own();
      return ended;
    } finally {
      // Also when an operator interrupts it: the next in line must not wait for this one.
      const leads = this.#current()?.kind !== 'shared';
      if (leads)
        await CancellationScope.nonCancellable(() =>
          ended?.ok
            ? toRun(runId, triageDone, {caseId, signature, triage: ended.triage, text: ended.text})
            : toRun(runId, triageFailed, {caseId, signature}),
        );
    }
  }

  /** Read through a method: signals change it while the case waits, which control-flow analysis cannot know. */
  #current(): Offer | undefined {
    return this.#offer;
  }
}
