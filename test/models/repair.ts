/**
 * How far a small real model gets with a port that one line repairs: `npm run test:models -- repair [--window N] [--turns N] [--weights qwen|smollm] [--url BASE]`.
 * With a URL it asks that server. Prompt, tools, limits and proof are those of a case; triage is given, as a good one would be.
 */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {parseArgs} from 'node:util';
import {argumentsOf} from '../../src/activities/tools.ts';
import {withinWindow} from '../../src/activities/window.ts';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {doneCalls} from '../../src/case/attempt/digest.ts';
import {AttemptProgress} from '../../src/case/attempt/progress.ts';
import {adviceFor} from '../../src/case/attempt/reflexes.ts';
import {withStanding} from '../../src/case/attempt/standing.ts';
import {lastTurnNotice, nextTurn} from '../../src/case/attempt/turn-limits.ts';
import {RootCauseScan, rootCauseText} from '../../src/case/evidence/root-causes/index.ts';
import {buildPatchPrompt} from '../../src/case/prompt/prompt.ts';
import {openDevEnv} from '../../src/devenv/exec.ts';
import {beginAttempt, captureDiff} from '../../src/devenv/overlay.ts';
import {proveRebuild} from '../../src/devenv/proof.ts';
import {checkArguments, openAiTools, toolByName} from '../../src/devenv/tools/index.ts';
import type {ToolContext, ToolResult} from '../../src/devenv/tools/tool.ts';
import {converse} from '../../src/llm/converse.ts';
import {type ModelSettings, USUAL_PROTOCOL} from '../../src/llm/settings.ts';
import {DEV_ENV, Envs} from '../integration/devenv-linux/support.ts';
import {type LocalModel, QWEN, SMOLLM, startModel} from './models.ts';

const {values} = parseArgs({
  args: process.argv.slice(2),
  options: {
    window: {type: 'string', default: '8192'},
    turns: {type: 'string', default: '12'},
    weights: {type: 'string', default: 'qwen'},
    url: {type: 'string'},
  },
});
const TURNS = Number(values.turns);
const REPLY_TOKENS = 400;
const ORIGIN = 'net/foo';
const CASE = {caseId: `port:@2026Q2:${ORIGIN}`, origin: ORIGIN};
const LIMITS = {buildIdleSeconds: 600, buildTotalSeconds: 1200};

/** Links without the library of sin(). */
const MAKEFILE = [
  'PORTNAME=\tfoo',
  'CATEGORIES=\tnet',
  'do-extract=\tmkdir -p $(WRKSRC) && cp $(.CURDIR)/main.c $(WRKSRC)/',
  'do-build=\tcd $(WRKSRC) && cc main.c -o foo $(LDFLAGS)',
  '.include <bsd.port.mk>',
  '',
].join('\n');
const MAIN = '#include <math.h>\nint main(int n, char **v)\n{\n\treturn v == 0 ? 1 : (int)sin(n);\n}\n';
const DOPS = 'port net/foo\ntype port\nreason "Needs -lm on DragonFly"\ntarget @any\n';
const LOG =
  "-- Phase: build\ncc main.c -o foo\nmain.c:(.text+0x1a): undefined reference to `sin'\n*** Error code 1\nFAILED 00:00:01\n";
const TRIAGE =
  '## Classification\nlink-error\n\n## Root Cause\nmain.c calls sin(), and nothing links libm: LDFLAGS lacks -lm.\n\n## Suggested Fix\nAdd to overlay.dops: mk add LDFLAGS -lm\n';

const envs = new Envs();
const lay = (path: string, content: string): void => {
  mkdirSync(dirname(join(envs.trees, path)), {recursive: true});
  writeFileSync(join(envs.trees, path), content);
};

function prompt(window: number): ChatMessage[] {
  const scan = new RootCauseScan();
  scan.take(Buffer.from(LOG));
  const {system, user} = buildPatchPrompt({
    template: readFileSync(new URL('../../policy/prompts/patch.md', import.meta.url), 'utf8'),
    port: {target: '@2026Q2', origin: ORIGIN},
    metadata: {},
    findings: rootCauseText(scan.finish(), 3500),
    files: [
      {path: 'port/Makefile', text: MAKEFILE},
      {path: 'overlay/overlay.dops', text: DOPS},
    ],
    playbooks: [],
    triage: TRIAGE,
    limits: {attempts: 1, tier: 'ASSIST', turns: TURNS},
    nonce: '0123456789abcdef',
    maxChars: Math.floor(window * 0.6),
  });
  return [
    {role: 'system', content: system},
    {role: 'user', content: user},
  ];
}

function chosenModel(): Promise<LocalModel> | LocalModel {
  if (values.url !== undefined) return {url: values.url, stop: async () => undefined};
  return startModel(values.weights === 'smollm' ? SMOLLM : QWEN, Number(values.window));
}

async function runCall(context: ToolContext, progress: AttemptProgress, name: string, text: string): Promise<ToolResult> {
  const tool = toolByName(name);
  const checked = checkArguments(tool, name, argumentsOf(text));
  if (!checked.ok || tool === undefined) return {ok: false, error: checked.ok ? 'unknown tool' : checked.error};
  const current = progress.composedTree === undefined ? context : {...context, composedTree: progress.composedTree};
  const {result, effects = {}} = await tool.run(checked.args, current);
  progress.applyEffects(effects);
  return result;
}

/** Takes turns until the model reports after a build that passed, or its turns are used. Returns the number of turns. */
async function attempt(settings: ModelSettings, context: ToolContext, progress: AttemptProgress): Promise<number> {
  const messages = prompt(settings.window);
  const tools = openAiTools(settings.window);
  const signal = new AbortController().signal;
  for (let turn = 1; turn <= TURNS; turn++) {
    const started = performance.now();
    const fitted = withinWindow(settings, messages, tools, {replyTokens: REPLY_TOKENS});
    const reply = await converse(settings, {messages: fitted.messages, tools, maxTokens: fitted.replyTokens}, signal);
    const calls = reply.message.tool_calls ?? [];
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`turn ${turn}, ${reply.usage.prompt} prompt tokens, ${seconds} s: ${calls.length} calls`);
    if (calls.length === 0) console.log(`  reports: ${String(reply.message.content).slice(0, 200).replaceAll('\n', ' ')}`);
    messages.push(reply.message);
    if (calls.length === 0) return turn;
    progress.countTurn('work');
    const standing = {turns: TURNS - turn, attempts: 0, minutes: undefined, notice: lastTurnNotice(nextTurn(progress, TURNS))};
    for (const {id, function: asked} of calls) {
      const result = await runCall(context, progress, asked.name, asked.arguments);
      console.log(
        `  ${asked.name} ${asked.arguments.slice(0, 160)} -> ${result.ok ? 'ok' : String(result.error ?? 'failed').slice(0, 160)}`,
      );
      const done = doneCalls(
        [...messages, {role: 'tool' as const, tool_call_id: id, content: JSON.stringify(result)}].map((message) => ({message})),
      );
      const hints = [adviceFor(done.slice(0, -1), done.at(-1) as (typeof done)[number])];
      const [content = ''] = withStanding([JSON.stringify(result)], {standing, tokens: 100_000, hints});
      messages.push({role: 'tool', tool_call_id: id, content});
    }
    if (progress.lastBuild === 'passed') return turn;
  }
  return TURNS;
}

const model = await chosenModel();
try {
  lay(`freebsd-ports/${ORIGIN}/Makefile`, MAKEFILE);
  lay(`freebsd-ports/${ORIGIN}/main.c`, MAIN);
  lay(`delta/ports/${ORIGIN}/overlay.dops`, DOPS);
  const created = await envs.create('small');
  if (created.rc !== 0) throw new Error(`dev-env create failed: ${created.stderr}`);
  const env = openDevEnv('small', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  await beginAttempt(env, CASE);
  const settings: ModelSettings = {
    ...USUAL_PROTOCOL,
    purpose: 'patch',
    model: 'local',
    baseUrl: model.url,
    apiKey: '',
    timeoutMs: 3_600_000,
    window: Number(values.window),
    tools: 'text',
  };
  const progress = new AttemptProgress(1);
  const turns = await attempt(settings, {env, origin: ORIGIN, target: '@2026Q2', ...LIMITS}, progress);
  const diff = await captureDiff(env, ORIGIN);
  console.log(diff.toString('utf8'));
  const logFile = join(envs.root, 'proof.log');
  const proof = diff.length === 0 ? undefined : await proveRebuild(env, {...CASE, diff, logFile, ...LIMITS});
  console.log(
    `${turns} turns; edited: ${progress.everEdited}; build: ${progress.lastBuild}; proof: ${proof?.rebuild_ok === true ? 'passed' : 'none'}`,
  );
} finally {
  await model.stop();
  await envs.remove();
}
