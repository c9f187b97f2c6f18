import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {buildHost} from '../../../src/case/host/host.ts';
import {withoutDsynth} from '../../../src/cli/doctor/hooks.ts';
import {parseFindings, pushFault} from '../../../src/cli/doctor/host/dsynth.ts';
import {checkHostEvidence} from '../../../src/cli/doctor/host/evidence.ts';
import {checkClock} from '../../../src/cli/doctor/hosts.ts';
import {portwright, scratch} from '../program.ts';

/** A dev-env of @2026Q2, on whose branch its ports are, in which no dsynth is installed. */
const DPORTSV3 = `#!/bin/sh
case $2 in
status)
  printf '{"name":"%s","target":"@2026Q2","origin":null,"status":"ready","backend":"chroot","oracle_profile":"off","root_mounted":true,"env_dir":"/x"}\\n' "$3"
  ;;
exec)
  printf '\\036portwright started\\n' >&2
  printf 'branch 2026Q2\\nmissing dsynth\\n'
  ;;
esac
`;

/** An ssh whose host has a csh as login shell; \`down\` is a host where nothing listens. */
const SSH = `#!/bin/sh
for word; do
  [ "$word" != down ] || { echo 'ssh: connect to host down port 22: Connection refused' >&2; exit 255; }
done
for command; do :; done
exec setsid -w tcsh -c "$command"
`;

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

function executable(name: string, text: string): string {
  const file = join(place.dir, name);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

test('each thing that a case needs on a host has a line, with what to do', async () => {
  executable('ssh', SSH);
  const dportsv3 = executable('dportsv3', DPORTSV3);
  const logs = join(place.dir, 'logs');
  mkdirSync(join(logs, 'evidence', 'queue'), {recursive: true});
  chmodSync(join(logs, 'evidence', 'queue'), 0o777);
  const hosts = {
    b1: {ssh: {address: 'b1'}, dportsv3, dev_envs: ['q2'], logs: [logs, '/nowhere/logs']},
    b2: {ssh: {address: 'b2', identity: join(place.dir, 'id')}, dev_envs: ['q2']},
    b3: {ssh: {address: 'down'}, dev_envs: ['q2']},
    other: {ssh: {address: 'b4'}, dportsv3, dev_envs: ['q2'], targets: ['@2026Q3']},
  };
  const file = join(place.dir, 'hosts.json');
  writeFileSync(file, JSON.stringify({hosts}));
  const env = {
    PATH: `${place.dir}:${process.env.PATH}`,
    PORTWRIGHT_HOSTS: file,
    PORTWRIGHT_STATE_DIR: place.dir,
    PORTWRIGHT_RUN_DIR: place.dir,
  };
  const {code, stdout, stderr} = await portwright(['host', 'check'], env);
  expect({code, stderr}).toEqual({code: 1, stderr: ''});
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'ok b1 ssh: b1 is reached, and its login shell runs commands.',
      'ok b1 tools: all tools of the hooks are there.',
      'ok b1 clock: it agrees with that of this machine.',
      expect.stringMatching(/^(ok|fail) b1 dsynth\.ini: /),
      expect.stringMatching(/^fail b1 evidence .*: .*\/queue must be directories of the ssh user .* Run chown and `chmod go-w`/),
      'fail b1 evidence /nowhere/logs: /nowhere/logs is not there. Correct `logs` in the hosts file, or make it.',
      'ok dev-env q2@b1: ready, target @2026Q2.',
      'fail dev-env q2@b1: not there: dsynth. Install them in the dev-env, or create it again.',
      expect.stringMatching(/^fail b2 identity: .*\/id is not there, or not readable\. Make a key: ssh-keygen -t ed25519 -f /),
      expect.stringMatching(/^fail b3 ssh: Nothing listens at down, port 22\. Start sshd there/),
      expect.stringMatching(/^fail dev-env q2@other: its target is @2026Q2, and the hosts file has @2026Q3 for other/),
    ]),
  );
  expect(stdout).not.toMatch(/ (b2|b3) tools|q2@b3/);

  const one = await portwright(['host', 'check', 'b3', '--json'], env);
  expect(JSON.parse(one.stdout)).toEqual([
    {level: 'fail', name: 'b3 ssh', found: 'Nothing listens at down, port 22.', todo: expect.stringContaining('Start sshd')},
  ]);
});

test('the lines of doctor-build-host are findings, with what to do apart', () => {
  expect(
    parseFindings(
      'ok dsynth.ini: /etc/dsynth, profile LiveSystem, logs in /build/synth/logs.\n' +
        'noise of a shell\n' +
        'fail hooks: not in /etc/dsynth: hook_run_end. Copy them there.\nwarn space: df reports nothing\n',
    ),
  ).toEqual([
    {level: 'ok', name: 'dsynth.ini', found: '/etc/dsynth, profile LiveSystem, logs in /build/synth/logs.'},
    {level: 'fail', name: 'hooks', found: 'not in /etc/dsynth: hook_run_end.', todo: 'Copy them there.'},
    {level: 'warn', name: 'space', found: 'df reports nothing'},
  ]);
});

test('a host that should push is a failure while its hooks have no destination', () => {
  const hooks = {level: 'ok', name: 'hooks', found: 'all there and executable.'} as const;
  const push = {level: 'ok', name: 'PORTWRIGHT_PUSH', found: 'portwright@worker b1.'} as const;
  expect(pushFault({evidence: 'push'}, [hooks])).toEqual([
    {
      level: 'fail',
      name: 'PORTWRIGHT_PUSH',
      found: expect.stringMatching(/nothing is sent/),
      todo: expect.stringMatching(/^Set PORTWRIGHT_PUSH/),
    },
  ]);
  expect(pushFault({evidence: 'push'}, [hooks, push])).toEqual([]);
  expect(pushFault({evidence: 'collect'}, [hooks])).toEqual([]);
  expect(pushFault({evidence: 'push'}, [])).toEqual([]);
});

test('a worker host without dsynth is no fault where build hosts are checked', () => {
  expect(withoutDsynth(['b1', 'b2'])).toEqual({
    level: 'ok',
    name: 'hooks',
    found: expect.stringMatching(/those of b1, b2 are checked/),
  });
  expect(withoutDsynth([])).toMatchObject({level: 'warn', todo: expect.stringMatching(/^Run `sh doctor-build-host`/)});
});

const NOW = Date.UTC(2026, 10, 30);

test.each([
  ['the same second', 0, 'ok'],
  ['a minute and what the answer took', -62_000, 'ok'],
  ['more than a minute behind', -63_000, 'warn'],
  ['more than a minute ahead', 63_000, 'warn'],
  ['more than ten minutes', 700_000, 'fail'],
])('a clock of %s', (_name, off, level) => {
  expect(checkClock(buildHost('b1', {local: true}), NOW + off, NOW - 1000, NOW + 1000)).toMatchObject({level});
});

test('evidence whose check does not come to its end is not reported as good', async () => {
  executable('ssh', SSH);
  executable('find', '#!/bin/sh\nkill -s KILL "$PPID"\n');
  const logs = join(place.dir, 'logs');
  mkdirSync(join(logs, 'evidence'), {recursive: true});
  const env = {PATH: `${place.dir}:${process.env.PATH}`, PORTWRIGHT_STATE_DIR: place.dir, PORTWRIGHT_RUN_DIR: place.dir};
  const [found] = await checkHostEvidence(buildHost('b1', {ssh: {address: 'b1'}, logs: [logs]}), env);
  expect(found).toMatchObject({level: 'fail', found: expect.stringMatching(/^it could not be checked within 60 seconds: /)});
});
