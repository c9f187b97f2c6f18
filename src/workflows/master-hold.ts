import {WorkflowExecutionAlreadyStartedError} from '@temporalio/common';
import {CancellationScope, type ChildWorkflowHandle, ParentClosePolicy, startChild} from '@temporalio/workflow';
import {nowUtc} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import {PortOrigin} from '../protocol/search-attributes.ts';
import {holdId} from '../protocol/workflow-ids.ts';
import {holdPort} from './hold.ts';
import {control} from './proxies.ts';

/**
 * A case's hold of the master whose overlay it repairs: the workflow `holdPort` of the master, a child of the case, which ends with it. Its id
 * admits one case at a time, and failures of the master are recorded and start no case meanwhile.
 */
export class MasterHold {
  readonly #caseId: string;
  #held: {readonly scope: CancellationScope; readonly child: ChildWorkflowHandle<typeof holdPort>} | undefined;

  constructor(caseId: string) {
    this.#caseId = caseId;
  }

  /** Takes the hold, which outlasts every interruption of automation. Returns why it cannot be had; undefined if the case has it. */
  async take(master: string, slave: string): Promise<string | undefined> {
    this.#held ??= await this.#start(master, slave);
    if (this.#held === undefined)
      return `${master} is held: another case repairs it, or an operator does. \`portwright hold\` shows by whom; retry when it is released.`;
    const open = await control.openCasesOf('has the master a case?', {origin: master, caseId: this.#caseId});
    if (open.length === 0) return undefined;
    await this.#release();
    return `${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} open and may repair ${master}; retry when ${open.length === 1 ? 'it is' : 'they are'} closed.`;
  }

  async #start(master: string, slave: string) {
    const hold = {
      origin: master,
      by: this.#caseId,
      reason: `its case repairs ${master}, which ${slave} builds from`,
      sinceUtc: nowUtc(),
    };
    return CancellationScope.nonCancellable(async () => {
      const scope = new CancellationScope();
      try {
        const child = await scope.run(() =>
          startChild(holdPort, {
            workflowId: holdId(master),
            args: [hold],
            staticSummary: toSummary(`held by ${hold.by}: ${hold.reason}`),
            typedSearchAttributes: [{key: PortOrigin, value: master}],
            parentClosePolicy: ParentClosePolicy.TERMINATE,
          }),
        );
        return {scope, child};
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
        throw error;
      }
    });
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await CancellationScope.nonCancellable(async () => {
      held?.scope.cancel();
      await held?.child.result().catch(() => undefined);
    });
  }
}
