import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import type {ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import {append} from '../../../src/activities/conversation.ts';
import {modelActivities} from '../../../src/activities/model.ts';
import type {CaseStatus} from '../../../src/case/status.ts';
import {billable, type FailureReport} from '../../../src/case/types.ts';
import {RecordStore} from '../../../src/evidence/store.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {json, ModelServer} from '../../llm/server.ts';
import {CaseServer, until, waiting} from '../../support/case-worker.ts';
import {POLICY, report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(90_000);

const reply = {
  model: 'small',
  choices: [{message: {role: 'assistant', content: 'It is mended.'}, finish_reason: 'stop'}],
  usage: {prompt_tokens: 40, completion_tokens: 5},
};
const OK = json(200, reply);
/** The tools of an attempt are most of its prompt. */
const OK_WITH_TOOLS = json(200, {...reply, usage: {prompt_tokens: 4000, completion_tokens: 5}});
type Answer = typeof OK;

/** Answers a status with the provider's words. */
const says = (status: number, message: string, headers: Record<string, string> = {}): Answer =>
  json(status, {error: {message, code: message.replaceAll(' ', '_')}}, headers);
const cut = (response: ServerResponse): void => {
  response.writeHead(200, {'content-type': 'application/json', 'content-length': '5000'});
  response.write(JSON.stringify(reply).slice(0, 60), () => response.destroy());
};

/** What a provider does once, before it answers as it should. */
const TRANSIENT: Record<string, () => Answer> = {
  'retry-after-seconds': () => says(429, 'slow down', {'retry-after': '1'}),
  'retry-after-date': () => says(429, 'slow down', {'retry-after': new Date(Date.now() + 1000).toUTCString()}),
  'retry-after-ms': () => says(429, 'slow down', {'retry-after-ms': '300'}),
  'server-error': () => says(500, 'oops'),
  'request-timeout': () => says(408, 'too slow'),
  'dropped-connection': () => (_response, _seen, request) => request.socket.destroy(),
  hang: () => () => undefined,
  'cut-body': () => cut,
  'broken-json': () => json(200, '{"choices": [{"mess'),
  html: () => (response) => response.writeHead(200, {'content-type': 'text/html'}).end('<html>Bad gateway</html>'),
  'empty-choices': () => json(200, {model: 'small', choices: []}),
};

/** What a provider does again and again, and the words that the operator has to see. */
const PERMANENT: Record<string, {answer: Answer; words: RegExp}> = {
  // As large as our default: a smaller one would be taken over for the server, and so change the tools of all other cases.
  'context-too-long': {
    answer: says(400, 'This model has a maximum context length of 128000 tokens'),
    words: /maximum context length of 128000/,
  },
  'wrong-key': {answer: says(401, 'Incorrect API key provided'), words: /answered 401: Incorrect API/},
  'unknown-model': {answer: says(404, 'The model small does not exist'), words: /The model small does not exist/},
  'down-for-long': {answer: says(503, 'we are closed'), words: /we are closed/},
};

let root: string;
let model: ModelServer;
let cases: CaseServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portwright-faults-'));
  model = new ModelServer();
  await model.start();
  cases = await CaseServer.make();
}, 90_000);
afterAll(async () => {
  await cases?.server.stop();
  await model.stop();
  await rm(root, {recursive: true});
});

/** A scripted outside with the real model calls; a case's fault is the name of its port. */
function world(): ScriptedCase {
  const made = new ScriptedCase();
  made.policy = {
    ...POLICY,
    tiers: {ASSIST: {max_iterations: 1, max_tokens: 20_000}, MANUAL: {}},
    model: {retry_hours: 15 / 3600},
  };
  const store = new RecordStore(root);
  const open = ({report: {origin}}: {report: FailureReport}) =>
    append(store, null, [{message: {role: 'user', content: `fault ${origin}`}}]);
  const env = {
    DP_HARNESS_TRIAGE_MODEL: 'small',
    DP_HARNESS_TRIAGE_API_BASE: model.settings().baseUrl ?? '',
    DP_HARNESS_TIMEOUT: '2',
    DP_HARNESS_PATCH_TIMEOUT: '2',
  };
  const {askModel} = modelActivities({env, roots: [root], client: cases.server.client, taskQueue: TASK_QUEUE});
  made.others = {askModel: made.withTriage(askModel), openTriage: open, openAttempt: open};
  return made;
}

/** Each fault once for triage and once for the attempt; permanent ones always. */
function scriptFaults(): void {
  const seen = new Map<string, number>();
  model.script((response, asked, request) => {
    const fault = /fault net\/([\w-]+)/.exec(JSON.stringify(asked.body.messages))?.[1] ?? '';
    const purpose = asked.body.tools === undefined ? 'triage' : 'patch';
    const count = (seen.get(`${fault} ${purpose}`) ?? 0) + 1;
    seen.set(`${fault} ${purpose}`, count);
    const answer =
      PERMANENT[fault]?.answer ?? (count === 1 ? TRANSIENT[fault]?.() : undefined) ?? (purpose === 'triage' ? OK : OK_WITH_TOOLS);
    answer(response, asked, request);
  });
}

test('transient faults are retried, permanent ones go to the operator with the provider’s message, and no case blocks another', async () => {
  scriptFaults();
  const faults = ['none', ...Object.keys(TRANSIENT), ...Object.keys(PERMANENT)];
  for (const fault of faults) {
    const dir = join(root, 'runs', 'run-1', 'ports', report(`net/${fault}`).bundleId);
    await mkdir(dir, {recursive: true});
    await writeFile(join(dir, 'meta.txt'), 'origin=net/x\n');
  }
  await cases.withWorker(world(), async (start) => {
    const handles = new Map<string, WorkflowHandle>();
    for (const fault of faults) handles.set(fault, await start(`net/${fault}`));
    const handle = (fault: string): WorkflowHandle => handles.get(fault) as WorkflowHandle;
    const closed = (fault: string): Promise<CaseStatus> => until(handle(fault), (one) => one.outcome !== null);
    const {usage} = await closed('none');
    expect(billable(usage)).toBe(4050);
    for (const fault of Object.keys(TRANSIENT)) {
      const state = await closed(fault);
      // What failed has cost nothing: the same tokens as without a fault.
      expect({fault, outcome: state.outcome, tokens: billable(state.usage)}).toEqual({fault, outcome: 'fixed', tokens: 4050});
    }
    for (const [fault, {words}] of Object.entries(PERMANENT)) {
      const state = await until(handle(fault), waiting);
      expect(state).toMatchObject({pendingOutcome: 'triage-failed', reason: expect.stringMatching(words)});
    }
  });
});
