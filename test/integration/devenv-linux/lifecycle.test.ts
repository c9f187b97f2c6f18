import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {DEV_ENV, Envs} from './support.ts';

const envs = new Envs();
let created: Awaited<ReturnType<Envs['create']>>;
beforeAll(async () => {
  created = await envs.create('env1', ['--origin', 'devel/good']);
});
afterAll(() => envs.remove());

const COMMIT = expect.stringMatching(/^[0-9a-f]{40}$/);

test('create prints what it composed, then the name', () => {
  expect(created.rc).toBe(0);
  expect(created.stdout).toBe('compose: ports=10 ops=3 applied=3 fallback=0 errors=0\nenv1');
});

test('status is one line of JSON with the keys of the contract and of both trees', async () => {
  const {rc, stdout} = await envs.run(['status', 'env1']);
  expect(rc).toBe(0);
  expect(stdout).not.toContain('\n');
  expect(JSON.parse(stdout)).toEqual({
    name: 'env1',
    target: '@2026Q2',
    origin: 'devel/good',
    status: 'ready',
    backend: 'linux',
    oracle_profile: 'off',
    root_mounted: true,
    env_dir: join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1'),
    isolation: true,
    deltaports: {branch: 'master', commit: COMMIT, dirty: false},
    freebsd_ports: {branch: '2026Q2', commit: COMMIT, dirty: false},
  });
});

test('env.json has schema 1 and is JSON', () => {
  const state = JSON.parse(readFileSync(join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1', 'env.json'), 'utf8'));
  expect(state).toMatchObject({schema: 1, name: 'env1', target: '@2026Q2', origin: 'devel/good', status: 'ready'});
});

test('list prints tabs, path prints one path', async () => {
  expect((await envs.run(['list'])).stdout).toBe('env1\tlinux\t@2026Q2\tdevel/good\tmounted\tready');
  const path = (await envs.run(['path', '--writable', 'env1'])).stdout;
  expect(path).toBe(join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1', 'writable'));
  expect(existsSync(join(path, 'work', 'DeltaPorts'))).toBe(true);
});

test('exec gives the code of the command, its streams, its input and its directory', async () => {
  expect((await envs.sh('env1', 'exit 7')).rc).toBe(7);
  expect((await envs.sh('env1', 'kill -9 $$')).rc).toBe(137);
  const cat = await envs.run(['exec', '--cwd', '/tmp', '--quiet', 'env1', '--', 'sh', '-c', 'pwd; cat; echo e >&2'], 'typed\n');
  expect(cat).toEqual({rc: 0, stdout: '/tmp\ntyped', stderr: 'e'});
  const argv = await envs.run(['exec', 'env1', '--', 'printf', '%s|', '$(id)', "a'b", 'c d', '']);
  expect(argv.stdout).toBe("$(id)|a'b|c d||");
  expect((await envs.sh('env1', 'read -r line || echo eof')).stdout).toBe('eof');
});

test('reset goes back to what create made, in every writable place', async () => {
  const change =
    'rm -rf DPorts/devel/good; echo x >DeltaPorts/new; touch obj/x /usr/local/x /usr/distfiles/x /tmp/x /construction/x; rm /etc/dsynth/*';
  expect((await envs.sh('env1', change)).rc).toBe(0);
  expect(JSON.parse((await envs.run(['status', 'env1'])).stdout).deltaports.dirty).toBe(true);
  expect((await envs.run(['reset', 'env1'])).rc).toBe(0);
  const found = await envs.sh(
    'env1',
    'ls DPorts/devel/good/Makefile /etc/dsynth; ls DeltaPorts obj /usr/local /tmp /construction; ls /usr/distfiles',
  );
  expect(found.stdout).toBe(
    'DPorts/devel/good/Makefile\n\n/etc/dsynth:\ndsynth.ini\nenv1-make.conf\n/construction:\n\n/tmp:\n\n/usr/local:\n\nDeltaPorts:\nports\n\nobj:\ngood-1.0.txt',
  );
  expect(JSON.parse((await envs.run(['status', 'env1'])).stdout).deltaports.dirty).toBe(false);
});

test('reset and destroy refuse while a command runs inside', async () => {
  const held = join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1', 'lock');
  const holder = execa('flock', ['-s', held, 'sh', '-c', 'echo held; read -r line'], {stdout: 'pipe', stdin: 'pipe'});
  await new Promise((done) => holder.stdout.once('data', done));
  const refused = await envs.run(['reset', 'env1']);
  holder.stdin.end();
  await holder.catch(() => undefined);
  expect(refused).toMatchObject({rc: 1, stderr: expect.stringContaining("Environment 'env1' is in use")});
}, 30_000);

test('arguments are checked, and the error has the rule, the value and what to do', async () => {
  const cases: [string[], string][] = [
    [['create', '--target', '2026Q2'], "--target must be a branch name with @ in front, such as @2026Q2; got '2026Q2'"],
    [['create', '--target', '@a/../b'], "got 'a/../b'"],
    [
      ['create', '--target', '@x', '--name', '../up'],
      "--name must be 1 to 64 of A-Z a-z 0-9 . _ + -, starting with a letter, digit or underscore; got '../up'",
    ],
    [['create', '--target', '@x', '--origin', 'a/b/c'], "An origin must be category/port; got 'a/b/c'"],
    [['create', '--target', '@x', '--memory', '4G'], "--memory must be a whole number of at most 15 digits; got '4G'"],
    [['create', '--target', '@x', '--bind', '/tmp:/usr/bin'], "got '/usr/bin'"],
    [['create', '--target', '@x', '--logs-dir', '/a/../b'], "got '/a/../b'"],
    [['create', '--target', '@x'], 'create needs --freebsd-ports DIR'],
    [['exec', 'env1', 'true'], 'exec needs: [--cwd DIR] [--quiet] NAME -- CMD...'],
    [['exec', '--cwd', 'tmp', 'env1', '--', 'true'], "got 'tmp'"],
    [['status', 'nowhere'], "No environment 'nowhere'"],
    [['status', '../env1'], "got '../env1'"],
    [['frob'], "got 'frob'"],
    [['destroy', 'env1'], 'dev-env destroy --yes env1'],
  ];
  for (const [args, text] of cases) {
    expect(await envs.run(args)).toMatchObject({rc: 1, stderr: expect.stringContaining(text)});
  }
  expect(await envs.create('env1')).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining("Environment 'env1' must not exist yet"),
  });
});

test('a create that cannot finish leaves nothing', async () => {
  const failed = await envs.run(['create', '--target', '@x', '--freebsd-ports', envs.trees, '--delta-root', envs.trees]);
  expect(failed).toMatchObject({rc: 1, stderr: expect.stringContaining('--delta-root must hold a directory ports/')});
  const unmade = await envs.create('env2', ['--framework', join(envs.trees, 'missing')]);
  expect(unmade).toMatchObject({rc: 1, stderr: expect.stringContaining('--framework must name a directory that exists')});
  expect(readdirSync(envs.env.PORTWRIGHT_ENVS_DIR)).toEqual(['env1']);
});

test('hooks given to create are there after a reset too', async () => {
  const hooks = join(envs.root, 'hooks');
  mkdirSync(hooks);
  writeFileSync(join(hooks, 'hook_run_end'), '#!/bin/sh\n', {mode: 0o755});
  expect((await envs.create('hooked', ['--hooks', hooks])).rc).toBe(0);
  await envs.sh('hooked', 'rm /etc/dsynth/hook_run_end');
  await envs.run(['reset', 'hooked']);
  expect((await envs.sh('hooked', 'test -x /etc/dsynth/hook_run_end')).rc).toBe(0);
  expect((await envs.run(['destroy', '--yes', 'hooked'])).rc).toBe(0);
});

test('an interrupted create ends with 130 and leaves nothing', async () => {
  const trees = ['freebsd-ports', 'framework'].flatMap((tree) => [`--${tree}`, join(envs.trees, tree)]);
  const args = ['create', '--target', '@cut', '--delta-root', join(envs.trees, 'delta'), ...trees];
  const create = execa(DEV_ENV, args, {env: envs.env, reject: false});
  const place = join(envs.env.PORTWRIGHT_ENVS_DIR, 'cut');
  while (!existsSync(join(place, 'writable/work/DeltaPorts/.git'))) await new Promise((done) => setTimeout(done, 1));
  create.kill('SIGINT');
  expect((await create).exitCode).toBe(130);
  expect(existsSync(place)).toBe(false);
});

test('a bound directory is written from inside, and dsynth.ini names the requested logs directory', async () => {
  const host = join(envs.root, 'logs');
  mkdirSync(host);
  expect((await envs.create('bulk', ['--bind', `${host}:/build/synth/logs`, '--logs-dir', '/build/synth/logs'])).rc).toBe(0);
  expect((await envs.sh('bulk', 'echo kept >/build/synth/logs/line; grep Directory_logs /etc/dsynth/dsynth.ini')).stdout).toBe(
    'Directory_logs= /build/synth/logs',
  );
  expect(readFileSync(join(host, 'line'), 'utf8')).toBe('kept\n');
  expect((await envs.run(['destroy', '--yes', 'bulk'])).rc).toBe(0);
  expect(readFileSync(join(host, 'line'), 'utf8')).toBe('kept\n');
});

test('destroy leaves nothing on disk and nothing mounted', async () => {
  await envs.sh('env1', 'mkdir -p obj/a && ln -s / obj/a/root && chmod 0 obj/a');
  expect((await envs.run(['destroy', '--yes', 'env1'])).rc).toBe(0);
  expect(readdirSync(envs.env.PORTWRIGHT_ENVS_DIR)).toEqual([]);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(envs.root);
  expect((await envs.run(['list'])).stdout).toBe('');
});
