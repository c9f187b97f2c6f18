import {cp, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {checkedTexts, loadPolicy, policyPath, withSnippetRounds} from '../../src/activities/policy.ts';
import {installRoot} from '../../src/setup/paths.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portwright-policy-'));
});
afterAll(() => rm(dir, {recursive: true}));

test('the shipped policy is read where DP_HARNESS_POLICY names none', async () => {
  expect(policyPath({})).toBe(join(installRoot(), 'policy', 'policy.json'));
  expect(policyPath({DP_HARNESS_POLICY: '/etc/p.json'})).toBe('/etc/p.json');
  expect((await loadPolicy(policyPath({}))).tiers.ASSIST).toEqual({max_iterations: 4, max_tokens: 400000, max_turns: 30});
});

test.each([
  ['is not there', undefined, /cannot be read as JSON.*unset DP_HARNESS_POLICY/],
  ['is no JSON', '{tiers', /cannot be read as JSON/],
  ['lacks its keys', '{}', /is not valid.*tiers/],
])('a policy that %s is an error that names the file', async (_name, text, words) => {
  const file = join(dir, 'policy.json');
  await rm(file, {force: true});
  if (text !== undefined) await writeFile(file, text);
  await expect(loadPolicy(file)).rejects.toThrow(words);
  await expect(loadPolicy(file)).rejects.toThrow(file);
});

test('DP_HARNESS_MAX_SNIPPET_ROUNDS goes before the policy, and must be a number', async () => {
  const policy = await loadPolicy(policyPath({}));
  expect(withSnippetRounds(policy, undefined)).toBe(policy);
  expect(withSnippetRounds(policy, '0').model?.snippet_rounds).toBe(0);
  expect(withSnippetRounds(policy, '10').model?.snippet_rounds).toBe(10);
  for (const wrong of ['-1', '11', 'five', '2.5'])
    expect(() => withSnippetRounds(policy, wrong)).toThrow(/DP_HARNESS_MAX_SNIPPET_ROUNDS.*got/);
});

test('texts are read once, and again after an edit of a prompt or a playbook', async () => {
  const own = join(dir, 'read-again');
  await cp(join(installRoot(), 'policy'), own, {recursive: true});
  const first = await checkedTexts(own);
  expect(await checkedTexts(own)).toBe(first);
  await writeFile(join(own, 'prompts/patch.md'), first.patch.replace('#', '##'));
  const edited = await checkedTexts(own);
  expect(edited.patch).not.toBe(first.patch);
  await writeFile(join(own, 'playbooks/mine.md'), '---\nname: mine\n---\nDo this.\n');
  expect((await checkedTexts(own)).playbooks).toHaveLength(first.playbooks.length + 1);
});

test('an unusable playbook or prompt is reported before any case uses it', async () => {
  expect((await checkedTexts()).playbooks.length).toBeGreaterThan(10);
  const own = join(dir, 'policy');
  await cp(join(installRoot(), 'policy'), own, {recursive: true});
  await writeFile(join(own, 'playbooks/mine.md'), '---\nname: mine\ntriggers: {colour: [red]}\n---\nDo this.\n');
  await expect(checkedTexts(own)).rejects.toThrow(/mine\.md: triggers has the unknown key "colour"/);
  await rm(join(own, 'playbooks/mine.md'));
  await writeFile(join(own, 'prompts/triage.md'), 'Triage it.');
  await expect(checkedTexts(own)).rejects.toThrow(/triage\.md must contain \{\{classes\}\}/);
});
