import {
  ChildWorkflowFailure,
  continueAsNew,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import {toSummary} from '../case/text/summary.ts';
import type {EvalCaseStart} from '../protocol/activities.ts';
import type {EvalProgress, EvalRunInput} from '../protocol/eval-run.ts';
import {evalProgress} from '../protocol/eval-run.ts';
import {failureReported} from '../protocol/port-case.ts';
import {WORKFLOW_TASK_TIMEOUT} from '../protocol/task-queue.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {failureMessage, rethrowUnlessFailed} from './failures.ts';
import {portCase} from './port-case.ts';
import {evals} from './proxies.ts';
import {startChildCancellable} from './start-child-cancellable.ts';

const CASES_A_HISTORY = 500;
/** Cases that one activity names. */
const LISTED = 50;

/** An evaluation: the cases of a corpus, each a `portCase` as a dsynth run would have started it, so many at once. */
export async function evalRun(input: EvalRunInput): Promise<EvalProgress> {
  const running = new EvalRun(input);
  setHandler(evalProgress, () => running.progress);
  await running.lanes();
  if (running.goesOn) await continueAsNew<typeof evalRun>({...input, progress: running.progress});
  return running.progress;
}

class EvalRun {
  progress: EvalProgress;
  readonly #input: EvalRunInput;
  readonly #upTo: number;
  #listed: EvalCaseStart[] = [];
  #listedTo: number;
  #listedAll = false;
  #listing: Promise<void> | undefined;

  constructor(input: EvalRunInput) {
    this.#input = input;
    this.progress = input.progress ?? {total: 0, started: 0, done: 0, tokens: 0, cost: 0, stopped: null};
    this.#upTo = this.progress.started + (input.casesAHistory ?? CASES_A_HISTORY);
    this.#listedTo = this.progress.started;
  }

  get goesOn(): boolean {
    return this.progress.stopped === null && this.progress.started < this.progress.total;
  }

  /** So many at once: each lane takes the next case when its last is over. */
  async lanes(): Promise<void> {
    const lane = async (): Promise<void> => {
      for (let next = await this.#take(); next !== undefined; next = await this.#take()) await this.#run(next);
    };
    await Promise.all(Array.from({length: this.#input.parallel}, lane));
  }

  async #take(): Promise<EvalCaseStart | undefined> {
    while (this.#listed.length === 0 && !this.#listedAll) await this.#list();
    this.#checkCaps();
    if (this.progress.stopped !== null || this.progress.started >= this.#upTo) return undefined;
    const next = this.#listed.shift();
    if (next !== undefined) this.#set({started: this.progress.started + 1});
    return next;
  }

  /** Lanes that find the list empty at the same time wait for one read of it. */
  #list(): Promise<void> {
    const from = this.#listedTo;
    this.#listing ??= evals.listEvalCases(`from ${from + 1}`, {from, count: LISTED}).then(({total, cases}) => {
      this.#set({total});
      this.#listed = [...cases];
      this.#listedTo = from + cases.length;
      this.#listedAll = cases.length === 0 || this.#listedTo >= total;
      this.#listing = undefined;
    });
    return this.#listing;
  }

  #checkCaps(): void {
    const {maxTokens, maxCost} = this.#input;
    const {tokens, cost, started, total} = this.progress;
    if (this.progress.stopped !== null || started >= total) return;
    if (maxTokens !== null && tokens >= maxTokens) this.#set({stopped: `the cap of ${maxTokens} tokens is reached`});
    else if (maxCost !== null && cost >= maxCost) this.#set({stopped: `the cap of ${maxCost} in money is reached`});
  }

  async #run({name, report, over}: EvalCaseStart): Promise<void> {
    const used = over ?? (await this.#judged(name, report));
    const {done, tokens, cost} = this.progress;
    this.#set({done: done + 1, tokens: tokens + used.tokens, cost: cost + used.cost});
  }

  async #judged(name: string, report: EvalCaseStart['report']): Promise<{tokens: number; cost: number}> {
    const {target, origin, flavor} = report;
    const port = {target, origin, flavor};
    const failure = await this.#runCase(port, report).catch((error: unknown) => {
      rethrowUnlessFailed(error);
      return error instanceof ChildWorkflowFailure ? (error.cause?.message ?? error.message) : failureMessage(error);
    });
    const judged = {name, report, failure};
    return evals.scoreEvalCase(toSummary(name), judged);
  }

  async #runCase(port: Parameters<typeof portCase>[0], report: EvalCaseStart['report']): Promise<undefined> {
    const start = () =>
      startChild(portCase, {
        workflowId: caseId(port),
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        args: [port],
        staticSummary: `${port.origin}, a case of ${workflowInfo().workflowId}`,
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      });
    const child = await startChildCancellable(start);
    await child.signal(failureReported, report);
    await child.result();
  }

  #set(change: Partial<EvalProgress>): void {
    this.progress = {...this.progress, ...change};
    const {done, total, tokens, stopped} = this.progress;
    setCurrentDetails(`${done} of ${total} cases, ${tokens} tokens${stopped === null ? '' : `; ${stopped}`}`);
  }
}
