import {type Answer, answerLine} from '../evidence/collect/answers.ts';
import {receiveEvidence} from '../evidence/collect/receive.ts';
import {StreamRefused} from '../evidence/collect/refused.ts';

/** Opens a stream of the host: answers are applied before it sends. */
export type Connect = (request: {answers: string; results: boolean}) => AsyncIterable<Buffer>;

export interface LogCollectorOptions {
  /** Evidence root on the host, and here. */
  readonly remote: string;
  readonly local: string;
  readonly connect: Connect;
  readonly otherRoots: readonly string[];
  /** Called once for each bundle that is refused for good, or for the second time. */
  readonly onRefusal: (text: string) => void;
}

interface Refusal {
  readonly reason: string;
  /** How often in succession. */
  readonly times: number;
  readonly untilMs: number;
}

/** results.txt grows with each port; a run's other files are sent at once. */
const RESULTS_EVERY_MS = 30_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Refused bundles that are remembered and left out of the next rounds: a host may make up any number. */
const MAX_REFUSED = 1000;

/** Collects one log directory of a host, round by round. What it forgets when its process ends, the host sends again. */
export class LogCollector {
  readonly #options: LogCollectorOptions;
  #answers: Answer[] = [];
  readonly #refused = new Map<string, Refusal>();
  #resultsAtMs = 0;
  /** Jobs that were stored. */
  jobs = 0;

  constructor(options: LogCollectorOptions) {
    this.#options = options;
  }

  /**
   * Acknowledges what the last round has stored, and stores what is new. Returns whether the next round has something to acknowledge, and so may
   * bring more. Throws if the link breaks; what arrived completely stays stored.
   */
  async round(nowMs = Date.now()): Promise<boolean> {
    const {connect, remote, local, otherRoots} = this.#options;
    const sent = this.#answers;
    const results = nowMs - this.#resultsAtMs >= RESULTS_EVERY_MS;
    const stored: Answer[] = [];
    let isHeard = false;
    const place = ({root}: {root: string}): string => {
      if (root !== remote) throw new StreamRefused(`The host must send ${remote}; it sends ${root}.`);
      // The host has applied the answers before it sends its heading.
      isHeard = true;
      return local;
    };
    try {
      const source = connect({answers: [...sent, ...this.#waiting(nowMs)].map(answerLine).join(''), results});
      await receiveEvidence(place, source, {otherRoots, answer: (answer) => void stored.push(answer)});
      if (results) this.#resultsAtMs = nowMs;
    } finally {
      for (const answer of stored) this.#note(answer, nowMs);
      const applicable = stored.filter(({kind}) => kind !== 'later');
      this.#answers = isHeard ? applicable : [...sent, ...applicable];
    }
    return this.#answers.length > 0;
  }

  /** Bundles that did not arrive as they were announced, until their pause is over: the host then sends the others. */
  #waiting(nowMs: number): Answer[] {
    return [...this.#refused]
      .filter(([, {untilMs}]) => untilMs > nowMs)
      .map(([job, {reason}]) => ({kind: 'later', job, reason}) as const);
  }

  #note(answer: Answer, nowMs: number): void {
    if (answer.kind === 'run') return;
    const {job} = answer;
    const before = this.#refused.get(job);
    this.#refused.delete(job);
    if (answer.kind === 'done') {
      this.jobs += 1;
      return;
    }
    const times = (before?.times ?? 0) + 1;
    // At first a log may only have been compressed meanwhile.
    if (answer.kind === 'fail' || times === 2) this.#options.onRefusal(`${job}: ${answer.reason}`);
    if (answer.kind === 'fail') return;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (times - 1));
    this.#refused.set(job, {reason: answer.reason, times, untilMs: nowMs + pauseMs});
    const [oldest = ''] = this.#refused.keys();
    if (this.#refused.size > MAX_REFUSED) this.#refused.delete(oldest);
  }
}
