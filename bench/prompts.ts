import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import type {WorkerContext} from '../src/activities/context.ts';
import {modelActivities} from '../src/activities/model.ts';
import {loadTexts} from '../src/activities/policy.ts';
import {promptActivities} from '../src/activities/prompts.ts';
import {selectRootCauses} from '../src/evidence/root-causes.ts';
import {RecordStore} from '../src/evidence/store.ts';
import {countTokens} from '../src/llm/tokens.ts';
import type {AskModelInput, ModelTurn} from '../src/protocol/activities.ts';
import {EvidenceDir} from '../test/evidence/evidence-dir.ts';
import {type FakeWork, fakeWork} from '../test/support/fake-work.ts';
import {call} from '../test/support/tool-run.ts';

/** Size of one request of the session. */
export interface TurnSize {
  /** Of the request's tools and messages, as sent. */
  readonly bytes: number;
  /** Length of the prefix shared with the turn before, which a prompt cache can hold. */
  readonly shared: number;
  readonly tokens: number;
  /** Bytes by purpose. */
  readonly parts: {readonly tools: number; readonly system: number; readonly case: number; readonly turns: number};
}

const ORIGIN = 'net/foo';
const OVERLAY = `/work/DeltaPorts/ports/${ORIGIN}`;
const SOURCE = '/work/obj/net/foo/foo-1.0/src';

/** overlay.dops of the port. */
const DOPS = `port ${ORIGIN}
type port
reason "media constants"
target @any

mk set CFLAGS "-DOLD"
file materialize dragonfly/patch-src_other1.c -> dragonfly/patch-src_other1.c
file materialize dragonfly/patch-src_other2.c -> dragonfly/patch-src_other2.c
`;

/** Tool calls of the twelve turns; the twelfth reports. */
const SESSION: readonly (readonly [string, object])[][] = [
  [['env_verify', {}]],
  [['get_file', {path: `${OVERLAY}/overlay.dops`}]],
  [
    ['materialize_dports', {origin: ORIGIN}],
    ['make_patch', {origin: ORIGIN}],
  ],
  [['get_file', {path: `${SOURCE}/net_if.c`}]],
  [['grep', {pattern: 'IFM_', path: SOURCE}]],
  [['get_file', {path: `${SOURCE}/small.h`}]],
  [['replace_in_file', {path: `${OVERLAY}/overlay.dops`, old_text: '-DOLD', new_text: '-DOLD -DHAVE_IFM'}]],
  [['materialize_dports', {origin: ORIGIN}]],
  [['dsynth_build', {origin: ORIGIN}]],
  [
    ['dsynth_log', {origin: ORIGIN, tail_lines: 200}],
    ['get_file', {path: `${SOURCE}/main.c`}],
  ],
  [['emit_diff', {origin: ORIGIN, relpath: ''}]],
  [],
];

/**
 * Replays one fixed session of twelve turns with real prompts, tool results and requests. The port's build fails with a log of 200 lines,
 * which the model reads completely, besides a file of 200 lines and four small ones; its replies are fixed.
 */
export async function measurePrompts(): Promise<TurnSize[]> {
  const evidence = new EvidenceDir();
  const work = await fakeWork({tools: 'host'});
  const server = await startScriptedServer();
  try {
    await writePort(work);
    return measureRequests(await replaySession(evidence, work, server));
  } finally {
    await server.close();
    await work.end();
    evidence.remove();
  }
}

/** Sums up the turns; bytes outside the shared prefix cannot be cached. */
export function promptFigures(turns: readonly TurnSize[]): {turn1Bytes: number; sumBytes: number; uncachedBytes: number} {
  const sum = (of: (turn: TurnSize) => number): number => turns.reduce((all, turn) => all + of(turn), 0);
  return {
    turn1Bytes: turns[0]?.bytes ?? 0,
    sumBytes: sum((turn) => turn.bytes),
    uncachedBytes: sum((turn) => turn.bytes - turn.shared),
  };
}

async function replaySession(evidence: EvidenceDir, work: FakeWork, server: ScriptedServer): Promise<string[]> {
  const report = writeBundle(evidence);
  const {dir, store} = {
    dir: `${evidence.root}/runs/${report.runId}/ports/${report.bundleId}`,
    store: new RecordStore(evidence.root),
  };
  await selectRootCauses(dir);
  const env = {DP_HARNESS_TRIAGE_MODEL: 'bench', DP_HARNESS_TRIAGE_API_BASE: server.url};
  const context: WorkerContext = {env, roots: [evidence.root], client: undefined as never, taskQueue: 'q'};
  const texts = await store.putJson(await loadTexts());
  const activity = new MockActivityEnvironment({}, {logger: new DefaultLogger('ERROR')});
  let conversation = await promptActivities(context).openAttempt({
    report,
    texts,
    triage: {
      classification: 'compile-error',
      confidence: 'high',
      platform: 'freebsd-upstream',
      rootCause: 'A constant is missing.',
    },
    triageText: await store.put(TRIAGE),
    nonce: '0123456789abcdef',
    context: [],
    attempt: 1,
    of: 4,
    turns: 12,
    tier: 'ASSIST',
    earlier: [],
    earlierCases: [],
  });
  let toolResults: string[] = [];
  let composedTree: string | undefined;
  for (const [at, calls] of SESSION.entries()) {
    server.next(calls);
    const askInput: AskModelInput = {
      bundle: report,
      conversation,
      purpose: 'patch',
      tools: 'offered',
      toolResults,
      standing: {turns: 30 - at, attempts: 3},
      left: {tokens: 10_000_000},
      policy: {},
      replyTokens: 1000,
    };
    const turn = (await activity.run(modelActivities(context).askModel, askInput)) as ModelTurn;
    if (turn.kind !== 'reply') throw new Error(`The session stopped early: ${turn.reason}`);
    conversation = turn.conversation;
    toolResults = [];
    for (const [name, args] of calls) {
      const done = await call({...work.context, composedTree}, name, args);
      if (!done.result.ok && name !== 'dsynth_build')
        throw new Error(`${name} failed: ${JSON.stringify(done.result).slice(0, 500)}`);
      composedTree = done.effects?.composedTree ?? composedTree;
      toolResults.push(await store.putJson(done.result));
    }
  }
  return server.requests;
}

function measureRequests(requests: readonly string[]): TurnSize[] {
  return requests.map((text, at) => ({
    bytes: Buffer.byteLength(text),
    shared: Buffer.byteLength(text.slice(0, commonPrefix(requests[at - 1] ?? '', text))),
    tokens: countTokens(text),
    parts: measureParts(text),
  }));
}

/** Measures a request as `startScriptedServer` records it: the tools, then one line per message. */
function measureParts(text: string): TurnSize['parts'] {
  const [tools = '', system = '', opening = '', ...turns] = text.split('\n');
  const [ofTools = 0, ofSystem = 0, ofCase = 0, ofTurns = 0] = [tools, system, opening, turns.join('\n')].map((part) =>
    Buffer.byteLength(part),
  );
  return {tools: ofTools, system: ofSystem, case: ofCase, turns: ofTurns};
}

function commonPrefix(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

const lines = (count: number, of: (n: number) => string): string =>
  Array.from({length: count}, (_, at) => `${of(at + 1)}\n`).join('');

/** Writes a source of 200 lines, small ones, and a dsynth whose log has 200 lines. */
async function writePort(work: FakeWork): Promise<void> {
  const source = '/work/freebsd-ports/net/foo/source';
  await work.put(`${OVERLAY}/overlay.dops`, DOPS);
  await work.put(
    `${source}/net_if.c`,
    lines(200, (n) => `\tif (active & ${n})\tflags |= FLAG_${n};`),
  );
  await work.put(
    `${source}/small.h`,
    lines(12, (n) => `#define FLAG_${n} 0x${n}`),
  );
  const log = [
    '-- Phase: build',
    ...lines(190, (n) => `cc -O2 -pipe -fno-strict-aliasing -DHAVE_CONFIG_H -c file${n}.c -o file${n}.o`)
      .trim()
      .split('\n'),
  ];
  const end = [
    "net_if.c: In function 'media':",
    "net_if.c:41:9: error: 'IFM_IEEE80211_VHT5G' undeclared",
    '   41 | x',
    '*** Error code 1',
    '',
    'Stop.',
    'make: stopped',
    '',
    'FAILED 00:00:01',
  ];
  await work.put('/work/build.log', `${[...log, ...end].join('\n')}\n`);
  await work.put(
    '/work/.bin/dsynth',
    '#!/bin/sh\nfor port; do :; done\ncp /work/build.log "/work/dsynth/logs/$(echo "$port" | sed s,/,___,).log"\n: >/work/dsynth/logs/01_success_list.log\nexit 1\n',
  );
}

/** Writes the bundle of an ordinary port: ten files and patches, a log of 300 KB. */
function writeBundle(evidence: EvidenceDir) {
  const dir = evidence.bundle('20260101-101500Z').slice(evidence.root.length + 1);
  const put = (name: string, content: string): unknown => evidence.write(`${dir}/${name}`, content);
  put(
    'port/Makefile',
    `USES=\tautoreconf cmake gmake libtool pkgconfig python\n${lines(60, (n) => `VARIABLE_${n}=\tsome value of the port's Makefile`)}`,
  );
  put('port/distinfo', 'SHA256 (foo-1.0.tar.gz) = 0123\nSIZE (foo-1.0.tar.gz) = 1\n');
  put(
    'port/pkg-plist',
    lines(120, (n) => `share/foo/file${n}.dat`),
  );
  put(
    'port/pkg-descr',
    lines(10, () => 'A program that does what such programs do.'),
  );
  for (let n = 1; n <= 4; n += 1)
    put(
      `port/files/patch-src_file${n}.c`,
      lines(40, (at) => `+ line ${at}`),
    );
  put('overlay/overlay.dops', DOPS);
  for (let n = 1; n <= 2; n += 1)
    put(
      `overlay/dragonfly/patch-src_other${n}.c`,
      lines(60, (at) => `+ line ${at}`),
    );
  const noise = lines(
    3000,
    (n) => `cc -O2 -pipe -fno-strict-aliasing -DHAVE_CONFIG_H -I. -I../include -c file${n}.c -o file${n}.o`,
  );
  put(
    'logs/full.log',
    `-- Phase: build\n${noise}net_if.c:41:9: error: 'IFM_IEEE80211_VHT5G' undeclared\n*** Error code 1\n\nFAILED 00:00:01\n`,
  );
  const runId = 'run-Live-1';
  return {
    target: '@main',
    origin: 'devel/foo',
    runId,
    bundleId: 'devel_foo-20260101-101500Z',
    profile: 'Live',
    createdUtc: '2026-01-01T10:15:00Z',
  };
}

const TRIAGE = `## Classification
compile-error

## Platform
freebsd-upstream

## Root Cause
net_if.c uses IFM_IEEE80211_VHT5G, which DragonFly's net80211 does not have.

## Evidence
\`\`\`
net_if.c:41:9: error: 'IFM_IEEE80211_VHT5G' undeclared
\`\`\`

## Suggested Fix
A dragonfly patch that uses the constant only where it is defined.

## Confidence
high

## Notes
`;

interface ScriptedServer {
  readonly url: string;
  /** Tools and messages of each request, in the provider's order. */
  readonly requests: string[];
  next(calls: readonly (readonly [string, object])[]): void;
  close(): Promise<void>;
}

/** Starts a server that answers each request with the calls passed to `next`. */
async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: string[] = [];
  let calls: readonly (readonly [string, object])[] = [];
  const server = createServer(async (request, response) => {
    const {messages, tools} = JSON.parse(await readBody(request)) as {messages: unknown[]; tools?: unknown};
    requests.push([JSON.stringify(tools ?? []), ...messages.map((one) => JSON.stringify(one))].join('\n'));
    const tool_calls = calls.map(([name, args], at) => ({
      id: `call_${requests.length}_${at}`,
      type: 'function',
      function: {name, arguments: JSON.stringify(args)},
    }));
    const content = calls.length > 0 ? 'First I check what the build needs there.' : '## Rebuild Status\nfailed';
    const message = {role: 'assistant', content, ...(calls.length > 0 ? {tool_calls} : {})};
    const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        model: 'bench',
        choices: [{index: 0, message, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop'}],
        usage,
      }),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    next: (turnCalls) => {
      calls = turnCalls;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
