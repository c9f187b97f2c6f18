import {chmodSync, cpSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import type {Finding} from '../../src/cli/doctor/finding.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {NOWHERE, portwright, scratch} from './program.ts';

/** A worker that runs on this machine is none of the tests'. */
const NO_WORKER = {PORTWRIGHT_WORKER_URL: `http://${NOWHERE}`};

let place: ReturnType<typeof scratch>;
let model: Server;
let asked: string[];
beforeEach(async () => {
  place = scratch();
  asked = [];
  model = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    const good = request.headers.authorization === 'Bearer right';
    answer.writeHead(good ? 200 : 401).end(good ? '{"data":[{"id":"small"},{"id":"large"}]}' : 'no');
  });
  await new Promise<void>((done) => model.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await new Promise((done) => model.close(done));
  place.remove();
});

const base = (): string => `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;

async function findings(
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Promise<{code: number | undefined; of(name: string): Finding | undefined; all: Finding[]}> {
  const {code, stdout} = await portwright(['doctor', '--json', ...args], {LOGS_ROOT: place.dir, ...NO_WORKER, ...env});
  const all = JSON.parse(stdout) as Finding[];
  return {code, all, of: (name) => all.find((one) => one.name === name)};
}

test('each line is `level name: what was found`, and what to do; anything that fails is exit code 1', async () => {
  const {code, stdout} = await portwright(['doctor'], {LOGS_ROOT: place.dir, OPENCODE_URL: 'x', ...NO_WORKER});
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^fail temporal: Temporal at ${NOWHERE} cannot be reached .*Start \`portwright up\``, 'm'));
  expect(stdout).toMatch(/^fail model triage: No model is set for triage\. Set DP_HARNESS_TRIAGE_MODEL/m);
  expect(stdout).toMatch(/^warn dev-env: DP_HARNESS_ENV names none/m);
  expect(stdout).toMatch(/^ok policy: .*policy\.json is valid\.$/m);
  for (const line of stdout.trim().split('\n')) expect(line).toMatch(/^(ok|warn|fail) [\w .\-/]+: \S/);
});

test('models are asked for their list only, and a refused key, an unknown name and a silent server are told apart', async () => {
  const env = {
    DP_HARNESS_TRIAGE_MODEL: 'small',
    DP_HARNESS_TRIAGE_API_BASE: base(),
    DP_HARNESS_TRIAGE_API_KEY: 'right',
    DP_HARNESS_PATCH_MODEL: 'huge',
  };
  const good = await findings(env);
  expect(good.of('model triage')).toMatchObject({level: 'ok', found: `small at ${base()}.`});
  expect(good.of('model patch')).toMatchObject({
    level: 'warn',
    found: expect.stringContaining('does not list huge; it lists small, large'),
  });
  expect(new Set(asked)).toEqual(new Set(['GET /v1/models']));
  const wrong = await findings({...env, DP_HARNESS_TRIAGE_API_KEY: 'secret-wrong'});
  expect(wrong.of('model triage')).toMatchObject({level: 'fail', found: expect.stringContaining('refuses the key (HTTP 401)')});
  expect(JSON.stringify(wrong.all)).not.toContain('secret-wrong');
  const silent = await findings({...env, DP_HARNESS_TRIAGE_API_BASE: `http://${NOWHERE}/v1`});
  expect(silent.of('model triage')).toMatchObject({level: 'fail', found: expect.stringContaining('does not answer')});
});

test('a server whose token counts were implausible twice is reported, with what to do', async () => {
  const faults = (count: number) => ({count, model: 'small', at: '2026-01-01T00:00:00Z', problem: 'The server reports 0.'});
  const worker = createServer((_request, answer) =>
    answer.end(JSON.stringify({extra: {usage_faults: {triage: faults(2), patch: faults(1)}}})),
  );
  await new Promise<void>((done) => worker.listen(0, '127.0.0.1', done));
  const {of} = await findings({PORTWRIGHT_WORKER_URL: `http://127.0.0.1:${(worker.address() as AddressInfo).port}`});
  await new Promise((done) => worker.close(done));
  expect(of('model triage usage')).toEqual({
    level: 'warn',
    name: 'model triage usage',
    found: 'small: 2 implausible reports. The server reports 0.',
    todo: expect.stringContaining('count as our estimate'),
  });
  expect(of('model patch usage')).toBeUndefined();
  expect((await findings({PORTWRIGHT_WORKER_URL: 'http://127.0.0.1:1'})).of('model usage')).toBeUndefined();
});

test('the running worker is asked for its settings, which count where this shell has none', async () => {
  const models = {triage: {model: 'small', base: base()}, patch: null};
  const call = {purpose: 'triage', model: 'small', at: '2026-01-01T00:00:00Z', ok: false, error: 'HTTP 502'};
  const settings = {models, policy: '/etc/portwright/policy.json'};
  const extra = {pid: 7, version: '1.2.3', envs: ['df-main'], settings, model: {triage: call, patch: null}};
  const worker = createServer((_request, answer) => answer.end(JSON.stringify({extra})));
  await new Promise<void>((done) => worker.listen(0, '127.0.0.1', done));
  const env = {PORTWRIGHT_WORKER_URL: `http://127.0.0.1:${(worker.address() as AddressInfo).port}`};
  const bare = await findings(env);
  const other = await findings({...env, DP_HARNESS_TRIAGE_MODEL: 'large', DP_HARNESS_TRIAGE_API_BASE: base()});
  await new Promise((done) => worker.close(done));
  expect(bare.of('worker settings')?.found).toBe(
    `pid 7, version 1.2.3; triage by small at ${base()}, patch by no model, policy /etc/portwright/policy.json.`,
  );
  expect(bare.of('model triage')).toMatchObject({level: 'ok', found: expect.stringContaining('the worker has small')});
  expect(bare.of('dev-env')).toMatchObject({level: 'ok', found: expect.stringContaining('the worker uses df-main')});
  expect(bare.of('model triage call')).toMatchObject({level: 'warn', found: expect.stringContaining('failed: HTTP 502')});
  expect(other.of('worker triage')).toMatchObject({
    level: 'warn',
    found: expect.stringContaining(`this shell large at ${base()}`),
  });
  const silent = await findings({PORTWRIGHT_WORKER_URL: `http://${NOWHERE}`});
  expect(silent.of('worker settings')).toMatchObject({
    level: 'warn',
    found: `no worker answers at http://${NOWHERE} within 2 s; models, dev-envs and policy below are those of this shell.`,
  });
});

/** A dev-env whose exec answers a script by its arguments alone: the branch of freebsd-ports is the dev-env's name. */
const DEV_ENV = `#!/bin/sh
for last; do :; done
case $2 in
status)
  case $3 in gone) echo "no such env" >&2; exit 1 ;; esac
  status=ready
  [ "$3" != failed ] || status=failed
  printf '{"name":"%s","target":"@main","origin":null,"status":"%s","backend":"chroot","oracle_profile":"off","root_mounted":true,"env_dir":"/x"}\\n' "$3" "$status"
  ;;
exec)
  printf '\\036portwright started\\n' >&2
  case $last in
  @main) printf 'special special/Mk/diffs/@main\\nbranch %s\\n' "$5" ;;
  *) printf '\\n M ports/net/foo/overlay.dops\\000?? ports/net/bar/overlay.toml\\000' ;;
  esac
  ;;
esac
`;

test('each dev-env is asked for its status, and its trees are checked', async () => {
  const program = join(place.dir, 'dportsv3');
  writeFileSync(program, DEV_ENV);
  chmodSync(program, 0o755);
  const {of, all} = await findings({DPORTSV3_CMD: program, DP_HARNESS_ENV: 'main,failed gone other'});
  const [ready, special, dirty] = all.filter(({name}) => name === 'dev-env main');
  expect(ready).toMatchObject({level: 'ok', found: 'ready, target @main.'});
  expect(special).toMatchObject({level: 'warn', found: expect.stringMatching(/^I_COMPOSE_SPECIAL_TARGET_BOOTSTRAPPED: /)});
  expect(dirty).toMatchObject({level: 'warn', found: expect.stringContaining('uncommitted changes of net/foo; a case')});
  expect(of('dev-env other')).toMatchObject({
    level: 'fail',
    found: expect.stringMatching(/^no attempt can run in it: E_COMPOSE_TARGET_BRANCH_MISMATCH: .* it is on the branch other\.$/),
    todo: expect.stringContaining('Check out main'),
  });
  expect(of('dev-env failed')).toMatchObject({
    level: 'fail',
    found: expect.stringContaining('its status is failed'),
    todo: expect.stringContaining('dev-env status failed'),
  });
  expect(of('dev-env gone')).toMatchObject({level: 'fail', found: expect.stringContaining('no such env')});
});

test('hooks must be there, executable and ours, and their conf readable', async () => {
  const etc = join(place.dir, 'etc');
  cpSync(join(installRoot(), 'hooks'), etc, {recursive: true});
  const good = await findings({}, '--hooks', etc);
  expect(good.of('hooks')).toMatchObject({level: 'ok'});
  expect(good.of('hooks conf')).toMatchObject({level: 'ok', found: expect.stringContaining('none in')});
  chmodSync(join(etc, 'hook_run_end'), 0o644);
  rmSync(join(etc, 'hook_evidence.sh'));
  writeFileSync(join(etc, 'hook_pkg_failure'), '#!/bin/sh\n');
  writeFileSync(join(etc, 'dportsv3-hooks.conf'), 'if\n');
  const bad = await findings({}, '--hooks', etc);
  expect(bad.of('hooks')).toBeUndefined();
  expect(bad.of('hook_run_end')).toMatchObject({level: 'fail', todo: `Run: chmod 755 ${etc}/hook_run_end`});
  expect(bad.of('hook_evidence.sh')).toMatchObject({level: 'fail', found: expect.stringContaining('not in')});
  expect(bad.of('hook_pkg_failure')).toMatchObject({
    level: 'warn',
    found: expect.stringContaining('differs from that of this installation'),
  });
  expect(bad.of('hooks conf')).toMatchObject({level: 'warn', found: expect.stringContaining('sh cannot read')});
});

test('evidence, policy, and settings that are left behind', async () => {
  mkdirSync(join(place.dir, 'a', 'evidence'), {recursive: true});
  mkdirSync(join(place.dir, 'b'));
  writeFileSync(join(place.dir, 'policy.json'), '{"tiers":{}}');
  const LOGS_ROOT = ['a', 'b', 'c'].map((name) => join(place.dir, name)).join(':');
  const left = {
    OPENCODE_URL: 'x',
    VM_SSH_HOST: 'x',
    DP_WORKSPACE_CONFIG: 'x',
    ARTIFACT_STORE_URL: 'x',
    DP_HARNESS_MAX_PATCH_ATTEMPTS: '3',
  };
  const {all, of} = await findings({LOGS_ROOT, DP_HARNESS_POLICY: join(place.dir, 'policy.json'), ...left});
  expect(['a', 'b', 'c'].map((name) => of(`evidence ${place.dir}/${name}/evidence`)?.level)).toEqual(['ok', 'warn', 'fail']);
  expect(of('policy')).toMatchObject({level: 'fail', found: expect.stringContaining('classification_to_tier')});
  expect(all.filter(({name}) => name.startsWith('setting ')).map(({name}) => name.slice(8))).toEqual(Object.keys(left).sort());
  expect(of('setting DP_HARNESS_MAX_PATCH_ATTEMPTS')?.todo).toContain('`repeats` in the policy');
});

test('--build-host runs the part in sh', async () => {
  const {code, stdout} = await portwright(['doctor', '--build-host', '--hooks', place.dir]);
  expect(code).toBe(1);
  expect(stdout).toContain(`fail dsynth.ini: there is none in ${place.dir}.`);
  expect(await portwright(['doctor', '--build-host', '--json'])).toMatchObject({code: 2});
});
