import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, statfsSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {execa} from 'execa';
import {until} from '../../support/processes.ts';
import {DEV_ENV, Envs} from './support.ts';

const envs = new Envs();
beforeAll(async () => {
  await envs.create('env1', ['--processes', '40', '--file-size', '1000000', '--memory', '500000000']);
});
afterAll(() => envs.remove());

test('only the places for work can be written', async () => {
  const script = 'for d in "$@"; do if (: >"$d/probe") 2>/dev/null; then echo "$d yes"; else echo "$d no"; fi; done';
  const places = ['/', '/usr', '/usr/bin', '/usr/share/mk', '/etc', '/var', '/proc/1', '/root/.dports-dev/bin'];
  const writable = ['/work', '/work/DeltaPorts', '/usr/local', '/usr/distfiles', '/tmp', '/construction', '/etc/dsynth'];
  const {stdout} = await envs.sh('env1', script, ...places, ...writable);
  expect(stdout.split('\n')).toEqual([...places.map((place) => `${place} no`), ...writable.map((place) => `${place} yes`)]);
});

test('nothing of this machine is seen: no files, users, processes or variables', async () => {
  writeFileSync(join(envs.root, 'secret'), 'secret');
  const script = 'cat "$1" /etc/shadow /root/.bash_history; ls /home /tmp; cat /etc/passwd | wc -l; echo /proc/[0-9]* | wc -w';
  const {stdout} = await envs.sh('env1', script, join(envs.root, 'secret'));
  expect(stdout).not.toContain('secret');
  const [users, processes] = stdout.trim().split('\n').slice(-2).map(Number);
  expect(users).toBe(1);
  expect(processes).toBeLessThan(6);
});

test('the environment is the list of the contract and nothing that the caller has', async () => {
  const {stdout} = await envs.run(['exec', 'env1', '--', 'env'], '', {API_KEY: 'k', PW_ANY: 'x', LD_PRELOAD: ''});
  const names = stdout.split('\n').map((line) => line.split('=')[0]);
  const dports = [
    'COMPOSE_ROOT',
    'DEV_ENV',
    'DSYNTH_PROFILE',
    'DSYNTH_ROOT',
    'HELPER_BIN',
    'LOCK_ROOT',
    'ORACLE_PROFILE',
    'ORIGIN',
    'TARGET',
    'TOUCHED_ORIGINS_FILE',
  ];
  const others = ['DELTAPORTS_ROOT', 'DISTDIR', 'FREEBSD_PORTS_ROOT', 'HOME', 'LANG', 'PATH', 'PWD', 'TERM', 'USER'];
  expect(names.sort()).toEqual([...others, ...dports.map((name) => `DPORTS_${name}`)].sort());
  expect(stdout).toContain('DPORTS_COMPOSE_ROOT=/work/artifacts/compose/@2026Q2');
});

test('bwrap itself has nothing of the caller in its environment, which can be read inside', async () => {
  const {stdout} = await envs.run(['exec', 'env1', '--', 'sh', '-c', "cat /proc/1/environ | tr '\\0' '\\n'"], '', {
    API_KEY: 'k',
    PW_ANY: 'x',
  });
  expect(stdout.split('\n').map((line) => line.split('=')[0])).toEqual(['PATH', 'PWD']);
});

const PROBE = 'for d in "$@"; do if (: >"$d/probe") 2>/dev/null; then echo "$d yes"; else echo "$d no"; fi; done';
const KEPT = ['/work/freebsd-ports', '/work/DPorts', '/usr/distfiles', '/etc/dsynth', '/work/DeltaPorts/.git'];
const EDITED = ['/work/DeltaPorts', '/work/artifacts/compose'];
const LEFT_OUT = ['/usr/local', '/var/db', '/tmp', '/var/tmp'];
const LASTING = ['/work/obj', '/work/dsynth/logs', '/construction'];

test.each([
  ['trees', [...KEPT, ...EDITED], [...LEFT_OUT, ...LASTING, '/work/dsynth/packages']],
  ['git', KEPT, [...EDITED, ...LEFT_OUT, ...LASTING]],
])(
  'exec --keep %s: what later work rests on cannot be written, and nothing stays in /usr/local and /tmp',
  async (keep, no, yes) => {
    await envs.sh('env1', 'echo old >/usr/local/old; rm -f "$@"', ...[...no, ...yes].map((place) => `${place}/probe`));
    const kept = (...words: string[]) => envs.run(['exec', '--keep', keep, '--cwd', '/work', 'env1', '--', ...words]);
    const {stdout} = await kept('sh', '-c', PROBE, 'probe', ...no, ...yes);
    expect(stdout.split('\n')).toEqual([...no.map((place) => `${place} no`), ...yes.map((place) => `${place} yes`)]);
    expect((await kept('cat', '/usr/local/old')).stdout).toBe('old');
    const left = await envs.sh('env1', 'ls "$@" 2>/dev/null', ...[...no, ...yes].map((place) => `${place}/probe`));
    expect(left.stdout.split('\n').sort()).toEqual(
      yes
        .filter((place) => !LEFT_OUT.includes(place))
        .map((place) => `${place}/probe`)
        .sort(),
    );
  },
);

test('exec --fresh: no package, option, log and installed file of before, and none stays', async () => {
  await envs.sh(
    'env1',
    'echo old | tee /usr/local/old /work/dsynth/packages/All/old.txz /work/dsynth/options/old /work/dsynth/logs/old',
  );
  const script =
    'cat /usr/local/old /work/dsynth/packages/All/old.txz /work/dsynth/options/* /work/dsynth/logs/*; mkdir -p /work/dsynth/packages/All; echo >/work/dsynth/packages/All/new.txz; ls /work/dsynth/packages/All';
  expect((await envs.run(['exec', '--fresh', '--keep', 'trees', 'env1', '--', 'sh', '-c', script])).stdout).toBe('new.txz');
  expect((await envs.sh('env1', 'ls /work/dsynth/packages/All')).stdout).toBe('old.txz');
});

test('a tree that was replaced by a link is not kept but refused', async () => {
  await envs.sh('env1', 'mv /work/DPorts /work/elsewhere; ln -s /etc /work/DPorts');
  expect(await envs.run(['exec', '--keep', 'trees', 'env1', '--', 'ls', '/work/DPorts'])).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining('/work/DPorts must be a directory and no link'),
  });
  await envs.sh('env1', 'rm /work/DPorts; mv /work/elsewhere /work/DPorts');
});

test('a command that fills the disk is ended, and one that makes room is not', async () => {
  const {bavail, bsize} = statfsSync(envs.root);
  await envs.create('full', ['--free', String(bavail * bsize - 50_000_000)]);
  const filled = await envs.sh('full', 'head -c 100000000 /dev/zero >/work/big; sleep 60; echo went on');
  expect(filled).toMatchObject({stdout: '', stderr: expect.stringMatching(/left \d+ bytes of the disk free; \d+ must stay so/)});
  expect((await envs.sh('full', 'rm /work/big; sleep 2; echo went on')).stdout).toBe('went on');
  await envs.run(['destroy', '--yes', 'full']);
}, 30_000);

test('there is no network, not even to this machine', async () => {
  const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const script = 'cat /proc/net/dev | grep -c :; exec 2>&1; bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && cat <&3" || echo refused';
  const {stdout} = await envs.sh('env1', script, String(port));
  server.close();
  expect(stdout.split('\n')[0]).toBe('1');
  expect(stdout).toContain('refused');
  expect(stdout).not.toContain('reached');
});

test('mounting, changing root and new user namespaces are refused; uname answers DragonFly', async () => {
  const script =
    'for c in "mount -t tmpfs t /tmp" "chroot / true" "unshare -U true" "mknod /tmp/n b 8 0"; do $c 2>/dev/null && echo "$c"; done; uname -srm';
  expect((await envs.sh('env1', script)).stdout).toBe('DragonFly 6.5-DEVELOPMENT x86_64');
});

test('memory, file size and the number of processes are limited', async () => {
  const big = await envs.sh('env1', 'head -c 2000000 /dev/zero >/tmp/big; ls -l /tmp/big | tr -s " " | cut -d" " -f5');
  expect(big.stdout).toBe('1000000');
  const memory = await envs.sh('env1', 'head -c 900000000 /dev/zero | tail -n 1 | wc -c');
  expect(Number(memory.stdout)).toBe(0);
  expect(memory.stderr).toMatch(/memory/);
  const owner = JSON.parse(readFileSync(join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1', 'env.json'), 'utf8')).host_uid;
  expect(owner).not.toBe(0);
  const forks = await envs.sh('env1', 'i=0; while [ $i -lt 100 ]; do sleep 60 & i=$((i + 1)); done; echo all');
  expect(forks.stdout).not.toContain('all');
});

test('two commands at once see each other', async () => {
  const first = envs.sh('env1', 'mkfifo /work/a /work/b && touch /work/made && cat /work/a && echo from-first >/work/b');
  const second = envs.sh('env1', 'until [ -e /work/made ]; do sleep 0.05; done; echo from-second >/work/a; cat /work/b');
  expect([(await first).stdout, (await second).stdout]).toEqual(['from-second', 'from-first']);
}, 20_000);

/** Ids of this machine's processes whose command line has `word`. */
function running(word: string): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

const tree = (seconds: string) => `sleep ${seconds} & setsid sleep ${seconds} & sleep ${seconds}`;

// Not connected to this process: what outlives its caller by mistake must fail the test, not hold it up.
const QUIET = {env: envs.env, reject: false, stdio: 'ignore'} as const;
afterEach(() => {
  for (const id of [...running('70001'), ...running('70002')]) process.kill(Number(id), 'SIGKILL');
});

test('killed with -9, the caller takes everything inside with it, also what left its session', async () => {
  const script = '"$@" & echo started; wait';
  const caller = execa('sh', ['-c', script, 'caller', DEV_ENV, 'exec', 'env1', '--', 'sh', '-c', tree('70001')], {
    env: envs.env,
    reject: false,
  });
  await until('3 processes of sleep 70001', () => running('70001').length === 3, 5000);
  expect(running('70001')).toHaveLength(3);
  caller.kill('SIGKILL');
  await until('0 processes of sleep 70001', () => running('70001').length === 0, 5000);
  expect(running('70001')).toEqual([]);
});

test('ended with TERM, exec takes everything inside with it', async () => {
  const exec = execa(DEV_ENV, ['exec', 'env1', '--', 'sh', '-c', tree('70002')], QUIET);
  await until('3 processes of sleep 70002', () => running('70002').length === 3, 5000);
  expect(running('70002')).toHaveLength(3);
  exec.kill('SIGTERM');
  expect((await exec).signal).toBe('SIGTERM');
  await until('0 processes of sleep 70002', () => running('70002').length === 0, 5000);
  expect(running('70002')).toEqual([]);
});

test('without isolation nothing is run, and the error names the requirement', async () => {
  const mounts = join(envs.root, 'bin');
  await execa('mkdir', [mounts]);
  writeFileSync(join(mounts, 'mount'), '#!/bin/sh\necho "mount: permission denied" >&2\nexit 32\n', {mode: 0o755});
  const refused = await envs.run(['exec', 'env1', '--', 'touch', '/work/ran'], '', {PATH: `${mounts}:${process.env.PATH}`});
  expect(refused).toMatchObject({rc: 1, stderr: expect.stringContaining('kernel.unprivileged_userns_clone=1')});
  expect(existsSync(join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1/writable/work/ran'))).toBe(false);
  writeFileSync(join(mounts, 'unshare'), '#!/bin/sh\necho "unshare: Operation not permitted" >&2\nexit 1\n', {mode: 0o755});
  const options = ['freebsd-ports', 'delta'].map((tree) => join(envs.trees, tree));
  const args = ['create', '--target', '@none', '--freebsd-ports', options[0] ?? '', '--delta-root', options[1] ?? ''];
  const unmade = await envs.run(args, '', {PATH: `${mounts}:${process.env.PATH}`});
  expect(unmade).toMatchObject({rc: 1, stderr: expect.stringContaining('A plain user needs user namespaces')});
  expect(readdirSync(envs.env.PORTWRIGHT_ENVS_DIR)).toEqual(['env1']);
});
