import type {Triage} from '../status.ts';
import type {RecordId} from '../types.ts';

/** One run of a case. */
export interface TriageRequester {
  readonly caseId: string;
  readonly caseRunId: string;
}

export interface SharedAnswer {
  readonly triage: Triage;
  readonly text: RecordId;
  /** The case whose model call it was. */
  readonly from: string;
}

/** The cases of one signature: who asks the model, who waits for the answer, and the answer. */
export interface TriageQueue {
  readonly signature: string;
  readonly leader: TriageRequester | null;
  readonly waiting: readonly TriageRequester[];
  readonly answer: SharedAnswer | null;
}

/** What to tell a case. */
export type Offer = {
  readonly to: TriageRequester;
  readonly answer: {readonly kind: 'lead'} | ({readonly kind: 'shared'} & SharedAnswer);
};

/** Answers that are kept for those who come later; one who comes after that asks the model itself. */
const ANSWER_LIMIT = 60;
const ROOT_CAUSE_CHARS = 1000;

/** Triage shared by cases that failed in the same way: one leads, the others wait; if it has nothing, the next leads. */
export class TriageQueues {
  #queues: Map<string, TriageQueue>;

  constructor(state: readonly TriageQueue[] = []) {
    this.#queues = new Map(state.map((line) => [line.signature, line]));
  }

  get state(): readonly TriageQueue[] {
    return [...this.#queues.values()];
  }

  /** Leaders that others wait for: worth a look whether they are still there. */
  get awaited(): TriageRequester[] {
    return this.state.flatMap(({leader, waiting}) => (leader !== null && waiting.length > 0 ? [leader] : []));
  }

  /** Asking twice is answered twice. A case that asks for another signature has left its earlier line. */
  ask(asker: TriageRequester, signature: string): Offer[] {
    const left = this.#leave(asker.caseId, signature);
    const line = this.#queue(signature);
    if (line.answer !== null) return [...left, sharedOffer(asker, line.answer)];
    if (line.leader === null || line.leader.caseId === asker.caseId) {
      this.#set({...line, leader: asker});
      return [...left, {to: asker, answer: {kind: 'lead'}}];
    }
    this.#set({...line, waiting: [...line.waiting.filter((one) => one.caseId !== asker.caseId), asker]});
    return left;
  }

  /** The first answer counts. One who was not asked, because it had waited long enough, may have it too. */
  done(caseId: string, signature: string, triage: Triage, text: RecordId): Offer[] {
    const line = this.#queue(signature);
    const shortened = {...triage, rootCause: triage.rootCause.slice(0, ROOT_CAUSE_CHARS)};
    const answer = line.answer ?? {triage: shortened, text, from: caseId};
    this.#set({signature, leader: null, waiting: [], answer});
    this.#forgetOldest();
    return line.waiting.filter((one) => one.caseId !== caseId).map((one) => sharedOffer(one, answer));
  }

  failed(caseId: string, signature: string): Offer[] {
    const line = this.#queues.get(signature);
    return line === undefined ? [] : this.#remove(line, caseId);
  }

  /** A case is closed or gone. */
  gone(caseId: string): Offer[] {
    return this.#leave(caseId, undefined);
  }

  #leave(caseId: string, stays: string | undefined): Offer[] {
    return this.state.flatMap((line) => (line.signature === stays ? [] : this.#remove(line, caseId)));
  }

  /** Without this case; if it led, the next in line does. */
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
