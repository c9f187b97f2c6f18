import {randomUUID} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {append} from '../../../src/activities/conversation.ts';
import {modelActivities} from '../../../src/activities/model.ts';
import type {CaseStatus} from '../../../src/case/status.ts';
import {billable, type FailureReport} from '../../../src/case/types.ts';
import {RecordStore} from '../../../src/evidence/store.ts';
import {spent} from '../../../src/protocol/spend-ledger.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {json, ModelServer} from '../../llm/server.ts';
import {CaseServer, until, waiting} from '../../support/case-worker.ts';
import {LIES, TrueCount} from '../../support/lying-model.ts';
import {POLICY, report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(120_000);

const CAP = 60_000;
const REPLY_TOKENS = 1_000;
/** Evidence of some thousand tokens, so that lies are large. */
const LOG = 'foo.c:12:8: error: use of undeclared identifier IFM_IEEE80211_11A\n'.repeat(120);

let root: string;
let model: ModelServer;
let cases: CaseServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portwright-liars-'));
  model = new ModelServer();
  await model.start();
  cases = await CaseServer.make();
}, 90_000);
afterAll(async () => {
  await cases?.server.stop();
  await model.stop();
  await rm(root, {recursive: true});
});

/** A scripted outside with the real model calls; nothing is ever proved, so that only budgets end a case. */
function world(): ScriptedCase {
  const made = new ScriptedCase();
  made.policy = {
    ...POLICY,
    tiers: {ASSIST: {max_iterations: 4, max_tokens: 1_000_000}, MANUAL: {}},
    limits: {run: {tokens: CAP}},
    model: {retry_hours: 15 / 3600, reply_tokens: REPLY_TOKENS},
  };
  made.envs = Object.keys(LIES).map((lie) => `env-${lie}`);
  made.proofs = Array.from({length: 200}, () => false);
  const triaged = new Set(Object.keys(LIES).map((lie) => `net/${lie}`));
  const allTriaged = Promise.withResolvers<void>();
  const store = new RecordStore(root);
  const open = ({report: {origin}}: {report: FailureReport}) =>
    // A different beginning each time: what was sent before may truly be cached.
    append(store, null, [{message: {role: 'user', content: `${randomUUID()} lie ${origin}\n${LOG}`}}]);
  const env = {DP_HARNESS_TRIAGE_MODEL: 'liar', DP_HARNESS_TRIAGE_API_BASE: model.settings().baseUrl ?? ''};
  const {askModel} = modelActivities({env, roots: [root], client: cases.server.client, taskQueue: TASK_QUEUE});
  // The attempts begin together, or the first would leave the others no triage.
  const openAttempt = async (input: {report: FailureReport}): Promise<string> => {
    triaged.delete(input.report.origin);
    if (triaged.size === 0) allTriaged.resolve();
    await allTriaged.promise;
    return open(input);
  };
  made.others = {askModel: made.withTriage(askModel), openTriage: open, openAttempt};
  return made;
}

/** Answers each port with its lie, and every fifth call with an error first, so that it is tried again. */
function scriptLies(count: TrueCount, told: Map<string, number>): void {
  let requests = 0;
  model.script((response, seen, request) => {
    requests += 1;
    const name = /lie net\/([\w-]+)/.exec(JSON.stringify(seen.body.messages))?.[1] ?? '';
    // Of a retry, a prompt that is cached to its end is plausible, and has no label.
    if (requests % 5 === 0 && !name.includes('cached'))
      return json(503, {error: {message: 'busy'}}, {'retry-after-ms': '20'})(response, seen, request);
    told.set(name, (told.get(name) ?? 0) + 1);
    count.answer(response, seen, request, LIES[name] as (typeof LIES)[string], 'It is not done yet.');
  });
}

test('parallel cases and a server that lies about tokens: what truly goes out stays within the cap, and no lie uses it up', async () => {
  const count = new TrueCount();
  const told = new Map<string, number>();
  scriptLies(count, told);
  const names = Object.keys(LIES);
  for (const name of names) {
    const dir = join(root, 'runs', 'run-1', 'ports', report(`net/${name}`).bundleId);
    await mkdir(dir, {recursive: true});
    await writeFile(join(dir, 'meta.txt'), 'origin=net/x\n');
  }
  await cases.withWorker(world(), async (start) => {
    const handles = await Promise.all(names.map((name) => start(`net/${name}`)));
    const ended = (one: CaseStatus): boolean => one.outcome !== null || waiting(one);
    const states = await Promise.all(handles.map((handle) => until(handle, ended)));
    const ledger = await cases.server.client.workflow.getHandle('spend:run:run-1').query(spent);
    expect(count.tokens).toBeLessThanOrEqual(CAP + names.length * (count.most + REPLY_TOKENS));
    expect(count.tokens).toBeLessThanOrEqual(ledger.spent.tokens);
    expect(ledger.spent.tokens).toBeLessThanOrEqual(CAP);
    // Without a cap all of them would have gone on: the tokens that are left are less than one more call.
    expect(ledger.spent.tokens).toBeGreaterThan(CAP - 2 * (count.most + REPLY_TOKENS));
    expect([...told.keys()].sort()).toEqual([...names].sort());
    expect(states.filter(({reason}) => reason.includes(`the cap of ${CAP} tokens`))).not.toHaveLength(0);
    for (const {usage, timeline, port} of states) {
      const labels = timeline.filter(({text}) => text.includes('our estimate. The server reports'));
      expect([port.origin, labels.length > 0]).toEqual([port.origin, true]);
      expect(usage.implausible).toBe(told.get(port.origin.slice(4)));
    }
    expect(states.reduce((sum, {usage}) => sum + billable(usage), 0)).toBe(ledger.spent.tokens);
  });
});
