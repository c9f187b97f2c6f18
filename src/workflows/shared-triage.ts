import {condition, setHandler} from '@temporalio/workflow';
import type {Triage} from '../case/status.ts';
import type {RecordId} from '../case/types.ts';
import type {WaitReason} from '../case/wait-reason.ts';
import {triageOffered} from '../protocol/port-case.ts';

/** A run that does not answer is not waited for longer; the case then triages by itself. */
const PATIENCE = '15 minutes';

/** How a triage ended: what failed, with the record of the reply that it was read from, or why there is none. */
export type TriageEnd =
  | {readonly ok: true; readonly triage: Triage; readonly text: RecordId}
  | {readonly ok: false; readonly waitReason: WaitReason; readonly reason: string};

/** The triage of another case of the same run. */
export interface Shared {
  readonly triage: Triage;
  readonly text: RecordId;
  readonly from: string;
}

type Offer = {readonly kind: 'lead'} | ({readonly kind: 'shared'} & Shared);

/** Triage shared by the cases of one run that failed in the same way: one asks the model, the others take its answer, which the run offers. */
export class SharedTriage {
  #offer: Offer | undefined;

  register(): void {
    setHandler(triageOffered, (offer) => {
      this.#offer = offer;
    });
  }

  /** Drops an offer before another one is asked for. */
  forget(): void {
    this.#offer = undefined;
  }

  /** Waits for the run's offer. Returns the triage of a sibling, or undefined where this case asks the model. */
  async offered(): Promise<Shared | undefined> {
    await condition(() => this.#offer !== undefined, PATIENCE, {summary: 'triages by itself, unless the run answers'});
    const offer = this.#offer as Offer | undefined;
    return offer?.kind === 'shared' ? offer : undefined;
  }
}
