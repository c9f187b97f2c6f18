import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ChatMessage, ToolCall} from '../../../src/case/attempt/conversation.ts';
import {DEMO_PORTS} from '../../../src/demo/ports.ts';
import {type ScriptedModel, startScriptedModel} from '../../../src/demo/scripted-model.ts';
import {checkArguments, openAiTools, toolByName} from '../../../src/devenv/tools/index.ts';
import {chat} from '../../../src/llm/client.ts';
import type {ModelSettings} from '../../../src/llm/settings.ts';
import {USUAL_PROTOCOL} from '../../../src/llm/settings.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {patchMessages} from './prompts.ts';

const SRC = '/work/obj/somewhere/source-9';
const TURNS = 12;

let server: ScriptedModel;
let settings: ModelSettings;
beforeAll(async () => {
  server = await startScriptedModel();
  settings = {
    model: 'scripted-demo',
    baseUrl: `${server.url}/v1`,
    apiKey: '',
    purpose: 'patch',
    timeoutMs: 10_000,
    ...USUAL_PROTOCOL,
  };
});
afterAll(() => server.close());

/** Made-up results of tools: what `said` has for a tool goes over what is usual. */
type Said = Readonly<Record<string, object | undefined>>;
const USUAL: Said = {
  make_patch: {wrksrc: SRC},
  get_file: {
    content: 'before\nlong long strtonum(const char *, long long, long long, const char **);\nafter\n',
    sha256: 'f'.repeat(64),
  },
};

/** Another file than the source: what it says must not be taken for the source's. */
const MAKEFILE = {content: 'PORTNAME=\tother\n', sha256: '0'.repeat(64)};
const usual = (name: string, {path}: Record<string, unknown>): object | undefined =>
  name === 'get_file' && String(path).endsWith('/Makefile') ? MAKEFILE : USUAL[name];

interface Worked {
  readonly calls: readonly {name: string; args: Record<string, unknown>}[];
  readonly turns: number;
  readonly report: string;
  /** Turns with more than one call. */
  readonly parallel: number;
}

/** Goes through an attempt as the workflow does: no tools in the last turn and after a build that passed. */
async function work(origin: string, said: Said, attempt = 1): Promise<Worked> {
  const messages: ChatMessage[] = patchMessages(origin, attempt);
  const calls: Worked['calls'][number][] = [];
  let [turns, parallel, built] = [0, 0, false];
  for (;;) {
    turns += 1;
    const toolChoice = built || turns === TURNS ? 'none' : 'auto';
    const {message} = await chat(
      settings,
      {messages, tools: openAiTools(), toolChoice, maxTokens: 4096},
      new AbortController().signal,
    );
    messages.push(message);
    const asked = message.tool_calls ?? [];
    if (asked.length === 0) return {calls, turns, report: message.content ?? '', parallel};
    parallel += asked.length > 1 ? 1 : 0;
    for (const one of asked) {
      const args = argsOf(one);
      const result = {ok: true, ...usual(one.function.name, args), ...said[one.function.name]};
      calls.push({name: one.function.name, args});
      built = one.function.name === 'dsynth_build' && 'rebuild_ok' in result && result.rebuild_ok === true;
      messages.push({role: 'tool', tool_call_id: one.id, content: JSON.stringify(result)});
    }
  }
}

/** Throws if the tool does not exist or would refuse the arguments. */
function argsOf({function: asked}: ToolCall): Record<string, unknown> {
  const args = JSON.parse(asked.arguments) as Record<string, unknown>;
  expect(checkArguments(toolByName(asked.name), asked.name, args)).toMatchObject({ok: true});
  return args;
}

const BUILT: Said = {dsynth_build: {rebuild_ok: true}};
const FAILED: Said = {dsynth_build: {ok: false, rebuild_ok: false, log_tail: 'x\nconfigure: error: still not\ny'}};
const FIXABLE = DEMO_PORTS.filter((port) => port.ends === 'fixed').map((port) => port.origin);
const HEADINGS = ['Patch Summary', 'Patch Log', 'Rebuild Status', 'Patch Plan (JSON)', 'Rebuild Proof (JSON)'];

test.each(FIXABLE)('%s: inspects, edits, composes, builds and reports, within the turns of an attempt', async (origin) => {
  const {calls, report, turns, parallel} = await work(origin, BUILT);
  const names = calls.map((call) => call.name);
  expect(names[0]).toBe('env_verify');
  expect(names.slice(-2)).toEqual(['materialize_dports', 'dsynth_build']);
  expect(turns).toBeLessThan(TURNS);
  expect(parallel).toBeGreaterThan(0);
  expect(report.match(/^## .*/gm)).toEqual(HEADINGS.map((heading) => `## ${heading}`));
  expect(report).toMatch(/## Rebuild Status\n\nsuccess\n/);
  expect(report).toContain('{"rebuild_ok":true}');
});

test.each(['net/wifimedia', 'textproc/rangearg', 'devel/evloop'])(
  '%s: works where make_patch says that the source is',
  async (origin) => {
    const {calls} = await work(origin, BUILT);
    const inTree = calls
      .filter((call) => /^(dupe|genpatch|replace_in_file|put_file)$/.test(call.name))
      .map((call) => call.args.path);
    expect(inTree.length).toBeGreaterThanOrEqual(3);
    for (const path of inTree) expect(path).toMatch(new RegExp(`^${SRC}/`));
  },
);

test('a file is rewritten on condition of the sum that get_file returned', async () => {
  const {calls} = await work('textproc/rangearg', BUILT);
  const {args} = calls.find((call) => call.name === 'put_file') ?? {args: {} as Record<string, unknown>};
  expect(args).toMatchObject({path: `${SRC}/rangearg.c`, expected_sha256: 'f'.repeat(64)});
  expect(args.content).toMatch(/^before\nstatic long long\nstrtonum\([\s\S]*\nafter\n$/);
});

test('the script writes the same lines as the maintainer’s fix', async () => {
  const answer = readFileSync(join(installRoot(), 'demo/answers/sysutils_dfwho.diff'), 'utf8');
  const {calls} = await work('sysutils/dfwho', BUILT);
  const {args} = calls.find((call) => call.name === 'dops_add') ?? {args: {} as Record<string, unknown>};
  const added = answer.split('\n').filter((line) => /^\+(?!\+\+ b\/)/.test(line));
  expect(String(args.statement).split('\n')).toEqual(added.map((line) => line.slice(1)));
});

test('the second fault of a port is repaired in the same attempt, behind the build that showed it', async () => {
  const {calls} = await work('net/hopcount', FAILED);
  const names = calls.map((call) => call.name);
  expect(names.filter((name) => name === 'dsynth_build')).toHaveLength(2);
  expect(names.indexOf('dsynth_build')).toBeLessThan(names.indexOf('dops_add'));
  expect(calls.find((call) => call.name === 'dops_add')?.args).toMatchObject({
    statement: expect.stringContaining('share/man/man8/hopcount.8.gz'),
  });
});

test('the first repair of devel/evloop fails and reports it; the second attempt makes another edit', async () => {
  const first = await work('devel/evloop', FAILED);
  expect(first.calls.at(-1)?.name).toBe('dsynth_log');
  expect(first.report).toMatch(
    /## Patch Log\n\nThe build still fails: configure: error: still not\n[\s\S]*## Rebuild Status\n\nfailed\n/,
  );
  expect(first.report).toContain('{"rebuild_ok":false}');
  const edit = ({calls}: Worked) => calls.find((call) => call.name === 'replace_in_file')?.args;
  const second = await work('devel/evloop', BUILT, 2);
  expect(edit(second)?.old_text).toBe(edit(first)?.new_text);
  expect(edit(second)?.new_text).toMatch(/^DragonFly\|FreeBSD/);
});

test('a failed tool call ends the script with the tool’s error', async () => {
  const {calls, report} = await work('net/wifimedia', {make_patch: {ok: false, error: 'There is no composed port'}});
  expect(calls.at(-1)?.name).toBe('make_patch');
  expect(report).toMatch(/make_patch failed: There is no composed port[\s\S]*\nfailed\n/);
});

test('an unknown port ends the script at once', async () => {
  const {calls, report} = await work('www/other', BUILT);
  expect(calls).toEqual([]);
  expect(report).toMatch(/script[\s\S]*gave-up/);
});

test('turns after the first cost little: the shared prefix is counted as cached', async () => {
  const before = server.requests.length;
  await work('sysutils/clockfmt', BUILT);
  const asked = server.requests.slice(before);
  expect(asked.map(({purpose, origin, turn}) => [purpose, origin, turn])).toEqual(
    asked.map((_, turn) => ['patch', 'sysutils/clockfmt', turn]),
  );
  for (const {promptTokens, cachedTokens} of asked.slice(1)) {
    expect(cachedTokens).toBeGreaterThan(promptTokens * 0.7);
    expect(cachedTokens).toBeLessThan(promptTokens);
  }
});
