import type {Triage} from '../status.ts';
import type {RecordId} from '../types.ts';

/** A case's run that requests triage. */
export interface TriageRequester {
  readonly caseId: string;
  readonly caseRunId: string;
}

/** A triage that another case of the run obtained. */
export interface SharedAnswer {
  readonly triage: Triage;
  readonly text: RecordId;
  /** Workflow id of the case that called the model. */
  readonly from: string;
}

/** Cases with the same signature: the leader, which calls the model, the waiting ones, and the answer. */
export interface TriageQueue {
  readonly signature: string;
  readonly leader: TriageRequester | null;
  readonly waiting: readonly TriageRequester[];
  readonly answer: SharedAnswer | null;
}

/** A message to a case: lead the triage, or use the shared answer. */
export type Offer = {
  readonly to: TriageRequester;
  readonly answer: {readonly kind: 'lead'} | ({readonly kind: 'shared'} & SharedAnswer);
};

/** Maximum number of stored answers; after that, a case with the signature leads again. */
const ANSWER_LIMIT = 60;
const ROOT_CAUSE_CHARS = 1000;

/**
 * Shares triage between cases with the same signature: one leads and the others wait; if the leader fails, the next one leads.
 */
export class TriageQueues {
  #queues: Map<string, TriageQueue>;

  constructor(state: readonly TriageQueue[] = []) {
    this.#queues = new Map(state.map((line) => [line.signature, line]));
  }

  get state(): readonly TriageQueue[] {
    return [...this.#queues.values()];
  }

  /** Leaders that other cases wait for; the run must check that they are still open. */
  get awaited(): TriageRequester[] {
    return this.state.flatMap(({leader, waiting}) => (leader !== null && waiting.length > 0 ? [leader] : []));
  }

  /**
   * Adds a request and returns the resulting offers. Idempotent. A request for another signature removes the case from its
   * earlier queue.
   */
  request(asker: TriageRequester, signature: string): Offer[] {
    const left = this.#leaveOthers(asker.caseId, signature);
    const line = this.#queue(signature);
    if (line.answer !== null) return [...left, sharedOffer(asker, line.answer)];
    if (line.leader === null || line.leader.caseId === asker.caseId) {
      this.#set({...line, leader: asker});
      return [...left, {to: asker, answer: {kind: 'lead'}}];
    }
    this.#set({...line, waiting: [...line.waiting.filter((one) => one.caseId !== asker.caseId), asker]});
    return left;
  }

  /**
   * Makes a case the leader that asks the model without an offer. Where another case leads or has answered, it triages beside the queue, and
   * its answer is one more that comes.
   */
  lead(asker: TriageRequester, signature: string): Offer[] {
    const left = this.#leaveOthers(asker.caseId, signature);
    const line = this.#queue(signature);
    const isFree = line.leader === null || line.leader.caseId === asker.caseId;
    if (isFree && line.answer === null)
      this.#set({...line, leader: asker, waiting: line.waiting.filter((one) => one.caseId !== asker.caseId)});
    return left;
  }

  /**
   * Stores the leader's answer and returns offers for the waiting cases. The first answer counts, from any case: one that
   * waited too long may have called the model itself.
   */
  complete(caseId: string, signature: string, triage: Triage, text: RecordId): Offer[] {
    const line = this.#queue(signature);
    const shortened = {...triage, rootCause: triage.rootCause.slice(0, ROOT_CAUSE_CHARS)};
    const answer = line.answer ?? {triage: shortened, text, from: caseId};
    this.#set({signature, leader: null, waiting: [], answer});
    this.#forgetOldest();
    return line.waiting.filter((one) => one.caseId !== caseId).map((one) => sharedOffer(one, answer));
  }

  /** Removes a case that has closed, ended or given up its triage, and returns the resulting offers. */
  removeCase(caseId: string): Offer[] {
    return this.#leaveOthers(caseId, undefined);
  }

  #leaveOthers(caseId: string, stays: string | undefined): Offer[] {
    return this.state.flatMap((line) => (line.signature === stays ? [] : this.#remove(line, caseId)));
  }

  /** Removes a case from a queue; if it led, the next case leads. */
  #remove(line: TriageQueue, caseId: string): Offer[] {
    const waiting = line.waiting.filter((one) => one.caseId !== caseId);
    const led = line.leader?.caseId === caseId;
    if (!led && waiting.length === line.waiting.length) return [];
    const [next, ...others] = waiting;
    if (!led || next === undefined) {
      this.#set({...line, leader: led ? null : line.leader, waiting});
      return [];
    }
    this.#set({...line, leader: next, waiting: others});
    return [{to: next, answer: {kind: 'lead'}}];
  }

  #queue(signature: string): TriageQueue {
    return this.#queues.get(signature) ?? {signature, leader: null, waiting: [], answer: null};
  }

  #set(line: TriageQueue): void {
    this.#queues.delete(line.signature);
    if (line.leader !== null || line.answer !== null) this.#queues.set(line.signature, line);
  }

  #forgetOldest(): void {
    const answered = this.state.filter((line) => line.answer !== null);
    for (const {signature} of answered.slice(0, -ANSWER_LIMIT)) this.#queues.delete(signature);
  }
}

function sharedOffer(to: TriageRequester, answer: SharedAnswer): Offer {
  return {to, answer: {kind: 'shared', ...answer}};
}
