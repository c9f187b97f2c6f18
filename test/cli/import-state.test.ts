import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {OldInstallation} from '../evidence/migration/old-installation.ts';
import {portwright} from './program.ts';

let old: OldInstallation;
beforeEach(() => {
  old = new OldInstallation();
});
afterEach(() => old.remove());

const KEY = 'sk-abcdef0123456789abcdef0123456789';

function run(...args: string[]) {
  const env = {LOGS_ROOT: dirname(old.root), PORTWRIGHT_STATE_DIR: join(old.place, 'state')};
  return portwright(['import', old.dir, '--env-file', join(old.dir, 'runner.env'), ...args], env);
}

function installation(): void {
  old.bundle('devel_foo-20260118-150000Z');
  old.write(
    'config/agentic-policy.json',
    '{"tiers": {"MANUAL": {}}, "classification_to_tier": {"unknown": "MANUAL"}, "confidence_floor": {}}',
  );
  old.write('dportsv3-hooks.conf', 'DPORTSV3_TRACKER_TARGET=@2026Q2\n');
  const env = old.write(
    'etc/runner.env',
    `DP_HARNESS_TRIAGE_MODEL=m\nDP_HARNESS_TRIAGE_API_KEY=${KEY}\nDP_HARNESS_POLICY=/old\n`,
  );
  symlinkSync(env, join(old.dir, 'runner.env'));
}

test('takes evidence and settings, prints the report, and does nothing the second time', async () => {
  installation();
  const dry = await run('--dry-run');
  expect(dry).toMatchObject({code: 0, stderr: ''});
  expect([existsSync(old.root), existsSync(join(old.place, 'state'))]).toEqual([false, false]);
  const {code, stdout} = await run();
  expect(code).toBe(0);
  expect(stdout).toBe(dry.stdout.replace(' (dry run: nothing is written)', ''));
  const proposals = join(old.place, 'state', 'imported');
  expect(stdout).toContain('taken bundle devel_foo-20260118-150000Z: complete\n');
  expect(stdout).toContain(`  DP_HARNESS_TRIAGE_API_KEY=[masked: key]\n  DP_HARNESS_POLICY=${join(proposals, 'policy.json')}\n`);
  expect(stdout).not.toContain(KEY);
  expect(readFileSync(join(proposals, 'portwright-hooks.conf'), 'utf8')).toContain('PORTWRIGHT_TARGET=@2026Q2\n');
  expect(JSON.parse(readFileSync(join(proposals, 'policy.json'), 'utf8'))).toMatchObject({tiers: {MANUAL: {}}, recipes: true});
  const again = JSON.parse((await run('--json')).stdout) as {items: {name: string; result: string}[]};
  const taken = again.items.filter(({result}) => result === 'taken').map(({name}) => name);
  expect(taken).toEqual(expect.not.arrayContaining(['devel_foo-20260118-150000Z', 'policy.json', 'portwright-hooks.conf']));
});

test('a broken policy fails alone, and a proposal that was changed is not written over', async () => {
  installation();
  old.write('config/agentic-policy.json', KEY);
  const conf = join(old.place, 'out', 'portwright-hooks.conf');
  mkdirSync(dirname(conf));
  writeFileSync(conf, 'mine');
  const {code, stdout} = await run('--out', dirname(conf));
  expect(code).toBe(1);
  expect(stdout).toContain(`failed policy ${join(old.dir, 'config/agentic-policy.json')}: it is no JSON`);
  expect(stdout).not.toContain(KEY.slice(0, 8));
  expect(stdout).toContain(`left hooks portwright-hooks.conf: ${conf} is there with another content`);
  expect(stdout).toContain('taken bundle devel_foo-20260118-150000Z');
  expect(readFileSync(conf, 'utf8')).toBe('mine');
});
