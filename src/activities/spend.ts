import {log} from '@temporalio/activity';
import {WithStartWorkflowOperation, WorkflowNotFoundError} from '@temporalio/client';
import type {UpdateDefinition} from '@temporalio/common';
import type {Cap} from '../case/budget/money.ts';
import type {Settlement, SpendAnswer, SpendRequest, Spent} from '../case/budget/spend-ledger.ts';
import type {Policy} from '../case/policy/policy.ts';
import {reserveSpend, settleSpend} from '../protocol/spend-ledger.ts';
import {WORKFLOW_TASK_TIMEOUT} from '../protocol/task-queue.ts';
import {dayScope, ledgerId, runScope} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import type {WorkerContext} from './context.ts';

export interface CappedCall extends Spent {
  /** The policy's `limits`; a scope without a cap is not asked. */
  readonly caps: Policy['limits'];
  readonly runId: string;
  /** Identifies this call: the same in each attempt that is the same call, another in an attempt that pays again. */
  readonly key: string;
}

/** The result of a call that was allowed, or why none was made, for the operator. */
export type CappedResult<T> = {readonly granted: true; readonly result: T} | {readonly granted: false; readonly reason: string};

type Ledgers = Pick<WorkerContext, 'client' | 'taskQueue'>;

interface Scope {
  /** `day:2026-11-23` or `run:<run_id>`. */
  readonly name: string;
  readonly cap: Cap;
}

/**
 * Makes a paid call under the caps of its build run and of the day. `tokens` and `cost` are what it may use at most; they
 * are reserved before, and what `work` reports as used is settled after. A call that throws has used nothing.
 * Throws when the server cannot be asked: without an answer nothing is spent.
 */
export async function withCaps<T>(
  context: Ledgers,
  call: CappedCall,
  work: () => Promise<{result: T; used: Spent}>,
): Promise<CappedResult<T>> {
  const held: Scope[] = [];
  const settleAll = (used: Spent) => Promise.all(held.map((scope) => settle(context, scope, {key: call.key, ...used})));
  for (const scope of scopesOf(call)) {
    const {key, tokens, cost} = call;
    const answer = await reserve(context, scope, {key, tokens, cost, limit: scope.cap});
    if (!answer.granted) {
      await settleAll(NOTHING);
      return answer;
    }
    held.push(scope);
  }
  try {
    const {result, used} = await work();
    await settleAll({tokens: used.tokens, cost: used.cost});
    return {granted: true, result};
  } catch (error) {
    await settleAll(NOTHING);
    throw error;
  }
}

const NOTHING: Spent = {tokens: 0, cost: 0};

function scopesOf({caps, runId}: CappedCall): Scope[] {
  const scopes = [
    {name: runScope(runId), cap: caps?.run},
    {name: dayScope(Date.now()), cap: caps?.day},
  ];
  return scopes.flatMap(({name, cap}) =>
    cap !== undefined && (cap.tokens !== undefined || cap.cost !== undefined) ? [{name, cap}] : [],
  );
}

async function reserve(context: Ledgers, scope: Scope, request: SpendRequest): Promise<SpendAnswer> {
  return update(context, scope, reserveSpend, request);
}

/** The call is paid for by now, so a settlement that cannot be delivered only leaves its full reservation counted. */
async function settle(context: Ledgers, scope: Scope, settlement: Settlement): Promise<void> {
  try {
    await update(context, scope, settleSpend, settlement);
  } catch (error) {
    log.warn(`What a call used is not settled with the cap of ${scope.name}; all that it reserved counts: ${error}`);
  }
}

/** Asks the ledger that is there; the first call of a day or a run starts it. */
async function update<Answer, Input>(
  context: Ledgers,
  {name}: Scope,
  message: UpdateDefinition<Answer, [Input]>,
  input: Input,
): Promise<Answer> {
  const {workflow} = context.client;
  const id = ledgerId(name);
  const start = {
    workflowId: id,
    taskQueue: context.taskQueue,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    args: [name] as [string],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `model calls of ${name.replace(':', ' ')}`,
  };
  return inTurn(id, async () => {
    try {
      return await workflow.getHandle(id).executeUpdate(message, {args: [input]});
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const startWorkflowOperation = new WithStartWorkflowOperation<Workflows['spendLedger']>('spendLedger', start);
      return workflow.executeUpdateWithStart<Workflows['spendLedger'], Answer, [Input]>(message, {
        args: [input],
        startWorkflowOperation,
      });
    }
  });
}

/** The server refuses more than ten updates of one workflow at a time, and who is refused waits long before the next try. */
const AT_ONCE = 5;
const lanes = new Map<string, Promise<unknown>[]>();

/** Runs `ask` when one of the last `AT_ONCE` of this ledger has its answer. */
async function inTurn<T>(id: string, ask: () => Promise<T>): Promise<T> {
  const before = lanes.get(id) ?? [];
  const asked = (before.length < AT_ONCE ? Promise.resolve() : Promise.resolve(before[0])).then(ask);
  const done = asked.then(forget, forget);
  lanes.set(id, [...before, done].slice(-AT_ONCE));
  return asked;

  function forget(): void {
    if (lanes.get(id)?.at(-1) === done) lanes.delete(id);
  }
}
