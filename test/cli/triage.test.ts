import {cpSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {loadPolicy, loadTexts, policyPath} from '../../src/activities/policy.ts';
import {promptActivities} from '../../src/activities/prompts.ts';
import {classesOf, DEFAULTS} from '../../src/case/policy/policy.ts';
import {archivedBundle} from '../../src/evidence/archives.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {countRequest} from '../../src/llm/tokens.ts';
import {KeptCase} from './kept-case.ts';
import {portwright} from './program.ts';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
  kept.file('logs/errors.txt', '== Summary ==\n7:foo.c:3:10: fatal error: sys/audit.h: No such file or directory\n');
  kept.file('port/Makefile', 'PORTNAME=\tfoo\nUSES=\tgmake\n');
});
afterEach(() => kept.remove());

const id = (): string => kept.dir.split('/').at(-1) ?? '';
const run = (args: string[], env: NodeJS.ProcessEnv = {}) => portwright(['triage', ...args], {LOGS_ROOT: kept.logs, ...env});

test('prints exactly what a worker sends first, with the tokens that it reserves', async () => {
  const context = [{by: 'ann', atUtc: '2026-01-01T11:00:00Z', text: 'It is the audit header.'}];
  kept.archive({context});
  const old = kept.evidence.bundle('20250101-101500Z');
  kept.evidence.write(
    `${old.slice(kept.evidence.root.length + 1)}/analysis/case.json`,
    JSON.stringify({runId: 'old', outcome: 'manual', reason: 'nobody answered', timeline: [{atUtc: '2025-01-02T00:00:00Z'}]}),
  );
  const {code, stdout} = await run([id(), '--dry-run', '--json']);
  expect(code).toBe(0);
  const {messages, promptTokens, replyTokens, model, mostCost} = JSON.parse(stdout);
  const nonce = /<data ([0-9a-f]{16}) /.exec(messages[1].content)?.[1] ?? '';

  const policy = await loadPolicy(policyPath({}));
  const worker = promptActivities({env: {}, roots: [kept.evidence.root], client: undefined as never, taskQueue: ''});
  const report = (await archivedBundle(kept.evidence.root, {runId: 'run-Live-1', bundleId: id()}))?.report as never;
  const earlier = {
    bundleId: old.split('/').at(-1) ?? '',
    runId: 'run-Live-1',
    closedUtc: '2025-01-02T00:00:00Z',
    outcome: 'manual',
  } as const;
  const sent = await worker.openTriage({
    ...{
      report,
      texts: await kept.store.putJson(await loadTexts()),
      classes: classesOf(policy),
      snippetRounds: DEFAULTS.model.snippet_rounds,
    },
    ...{
      nonce,
      context,
      earlierCases: [{...earlier, reason: 'nobody answered', classification: null, signature: '', attempts: 0, bundles: 0}],
    },
  });
  expect(messages).toEqual((await readConversation(kept.store, sent)).map(({message}) => message));
  expect(messages[1].content).toContain('It is the audit header.');
  expect({promptTokens, replyTokens, model, mostCost}).toEqual({
    promptTokens: countRequest(messages),
    replyTokens: 16_000,
    model: null,
    mostCost: null,
  });
});

test('tells the price where the policy has one', async () => {
  const policy = {
    tiers: {ASSIST: {max_iterations: 1, max_tokens: 90000}, MANUAL: {}},
    classification_to_tier: {unknown: 'MANUAL'},
    confidence_floor: {},
    prices: {small: {prompt: 1, completion: 10}},
    model: {reply_tokens: 1000},
  };
  const file = join(kept.logs, 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  const env = {
    DP_HARNESS_POLICY: file,
    DP_HARNESS_TRIAGE_MODEL: 'openai/small',
    DP_HARNESS_TRIAGE_API_BASE: 'http://127.0.0.1:1/v1',
  };
  const {stdout} = await run([kept.dir, '--dry-run', '--json'], env);
  const {promptTokens, promptCost, mostCost} = JSON.parse(stdout);
  expect(promptCost).toBeCloseTo(promptTokens / 1e6, 9);
  expect(mostCost).toBeCloseTo(promptTokens / 1e6 + 0.01, 9);
  const text = (await run([kept.dir, '--dry-run'], env)).stdout;
  expect(text).toContain(`Prompt  ${promptTokens} tokens, counted with 10 % margin`);
  expect(text).toContain(`at most ${mostCost.toFixed(4)} with the reply`);
  expect(text).toMatch(/^Nothing was sent\.$/m);
});

test('a bundle that lies by itself is taken too', async () => {
  const alone = join(kept.logs, 'alone');
  cpSync(kept.dir, alone, {recursive: true});
  const {code, stdout} = await run([alone, '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toContain('sys/audit.h');
});

test.each([
  [['net_none-20260101-000000Z', '--dry-run'], 1, 'is neither a directory nor the id of a bundle'],
  [['/', '--dry-run'], 1, '/ is no bundle'],
  [['x'], 2, 'use `portwright start`'],
])('%j ends with %i: %s', async (args, code, words) => {
  expect(await run(args)).toMatchObject({code, stdout: '', stderr: expect.stringContaining(words)});
});

test('says when a rule would decide, and no model would be asked', async () => {
  kept.file('logs/full.log', '-- Phase: checksum\n=> SHA256 Checksum mismatch for foo-1.0.tar.gz.\n*** Error code 1\n');
  expect((await run([id(), '--dry-run'])).stdout).toContain('Rule    checksum decides fetch-checksum: no model would be asked');
});
