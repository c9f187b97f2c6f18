import type {WorkflowHandle} from '@temporalio/client';
import proto from '@temporalio/proto';
import type {Policy} from '../src/case/policy/policy.ts';
import {resolve, status} from '../src/protocol/port-case.ts';
import {CaseServer, until, waiting} from '../test/support/case-worker.ts';
import {reply, ScriptedCase} from '../test/support/scripted-case.ts';
import bundleOnce, {removeBundle} from '../test/support/workflow-bundle.ts';

/** Size of the longest allowed case: most events of one run, bytes of all its workflows, and the largest payload. */
export interface HistorySize {
  readonly maxRunEvents: number;
  readonly sumBytes: number;
  readonly largestPayloadBytes: number;
}

const ATTEMPTS = 4;
const TURNS = 30;
const CALLS = ['get_file', 'grep', 'put_file'];

const POLICY: Policy = {
  tiers: {ASSIST: {max_iterations: ATTEMPTS, max_tokens: 10_000_000, max_turns: TURNS}, MANUAL: {}},
  classification_to_tier: {'compile-error': 'ASSIST'},
  confidence_floor: {ASSIST: 'medium'},
  stop: {no_build_turns: TURNS + 1},
};

/** Payloads are as large as the real activities make them: previews of 120 characters, one-line summaries, diffs of 3000. */
const PREVIEW = 'The header moved; the constant has another name there. '.repeat(6).slice(0, 120);
const DIFF = `diff --git a/x b/x\n${'+CFLAGS+= -DWITH_SOMETHING_LONG_ENOUGH\n'.repeat(100)}`.slice(0, 3000);
const RECORD = 'a'.repeat(64);

/** Returns a case that only the limits stop: every turn calls three tools with new arguments, and every proof fails with a new error. */
function longestCase(): ScriptedCase {
  const world = new ScriptedCase();
  world.policy = POLICY;
  let turn = 0;
  const next: ScriptedCase['turns'][number] = ({tools}) => {
    turn += 1;
    const turnReply = reply(...(tools === 'none' ? [] : CALLS));
    if (turnReply.kind !== 'reply') throw new Error('A scripted turn must be a reply.');
    const toolCalls = turnReply.toolCalls.map((call) => ({
      ...call,
      words: 'ports/net/foo/Makefile.DragonFly',
      digest: RECORD.slice(0, 13) + String(turn).padStart(3, '0'),
    }));
    return {...turnReply, conversation: RECORD, text: RECORD, preview: PREVIEW, toolCalls};
  };
  world.turns = Array.from({length: ATTEMPTS * (TURNS + 1)}, () => next);
  world.proofs = Array.from({length: ATTEMPTS}, () => false);
  let proofs = 0;
  Object.defineProperty(world, 'errorAfterProof', {get: () => `error-${proofs++}`});
  world.diffText = DIFF;
  return world;
}

/** Runs the longest allowed case, 4 attempts of 30 turns with 3 tool calls each, on a real server and measures its histories. */
export async function measureHistory(): Promise<HistorySize> {
  await bundleOnce();
  const cases = await CaseServer.make();
  const sizes: HistorySize[] = [];
  try {
    await cases.withWorker(longestCase(), async (start) => {
      const handle = await start('net/longest');
      await closeWhenWaiting(handle);
      const {attempts} = await handle.query(status);
      const ids = [handle.workflowId, ...attempts.map(({workflowId}) => workflowId as string)];
      for (const id of ids) sizes.push(await measureWorkflow(cases.server.client.workflow.getHandle(id)));
    });
  } finally {
    await cases.server.stop();
    await removeBundle();
  }
  return {
    maxRunEvents: Math.max(...sizes.map((size) => size.maxRunEvents)),
    sumBytes: sizes.reduce((sum, size) => sum + size.sumBytes, 0),
    largestPayloadBytes: Math.max(...sizes.map((size) => size.largestPayloadBytes)),
  };
}

async function closeWhenWaiting(handle: WorkflowHandle): Promise<void> {
  const state = await until(handle, waiting);
  if (state.attempts.length !== ATTEMPTS)
    throw new Error(`The case made ${state.attempts.length} attempts instead of ${ATTEMPTS}: ${state.reason}`);
  const short = state.attempts.find((one) => one.turns !== TURNS + 1);
  if (short) throw new Error(`Attempt ${short.attempt} had ${short.turns} replies instead of ${TURNS + 1}: ${short.reason}`);
  await handle.executeUpdate(resolve, {args: [{by: 'bench', outcome: 'manual'}]});
  await handle.result();
}

/** Measures a workflow's history in bytes as the server stores it: events and payloads in protobuf. */
async function measureWorkflow(handle: WorkflowHandle): Promise<HistorySize> {
  const {events} = await handle.fetchHistory();
  const list = events ?? [];
  const bytes = list.map((event) => proto.temporal.api.history.v1.HistoryEvent.encode(event).finish().length);
  return {
    maxRunEvents: list.length,
    sumBytes: bytes.reduce((sum, one) => sum + one, 0),
    largestPayloadBytes: Math.max(...list.map(largestPayload)),
  };
}

/** Returns the size of the largest payload `data` anywhere in an event. */
function largestPayload(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(largestPayload));
}
