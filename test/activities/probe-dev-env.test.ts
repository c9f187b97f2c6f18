import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Client} from '@temporalio/client';
import {MockActivityEnvironment} from '@temporalio/testing';
import {devEnvActivities} from '../../src/activities/dev-env.ts';

/** A dev-env of @2026Q2 whose freebsd-ports are on the branch of its name; `broken` cannot be entered, `silent` does not answer. */
const DEV_ENV = `#!/bin/sh
case $2 in
status)
  [ "$3" != silent ] || exit 1
  printf '{"name":"%s","target":"@2026Q2","origin":null,"status":"ready","backend":"chroot","oracle_profile":"off","root_mounted":true,"env_dir":"/x"}\\n' "$3"
  ;;
exec)
  [ "$5" != broken ] || { echo "no mount" >&2; exit 1; }
  printf '\\036portwright started\\n' >&2
  printf 'special special/Mk/diffs/@2026Q2\\nbranch %s\\n' "$5"
  ;;
esac
`;

const dir = mkdtempSync(join(tmpdir(), 'portwright-probe-'));
afterAll(() => rmSync(dir, {recursive: true}));

test('a dev-env is leased only where its ports are on the branch of the target; what compose creates does not matter', async () => {
  const program = join(dir, 'dportsv3');
  writeFileSync(program, DEV_ENV);
  chmodSync(program, 0o755);
  const {probeDevEnv} = devEnvActivities({env: {DPORTSV3_CMD: program}, roots: [], client: {} as Client, taskQueue: ''});
  const probe = (env: string): Promise<unknown> => new MockActivityEnvironment().run(probeDevEnv, {env, target: '@2026Q2'});
  expect(await probe('2026Q2')).toBeNull();
  expect(await probe('main')).toBe(
    'E_COMPOSE_TARGET_BRANCH_MISMATCH: /work/freebsd-ports must be on the branch 2026Q2 of the target @2026Q2; it is on the branch main. ' +
      'Check out 2026Q2 in /work/freebsd-ports of the dev-env and run `regen` there, or create the dev-env again.',
  );
  expect(await probe('broken')).toContain('no mount');
});

test('of the dev-envs of a target, those that do not answer come last', async () => {
  const env = {DPORTSV3_CMD: join(dir, 'dportsv3'), DP_HARNESS_ENV: 'silent, 2026Q2'};
  const {findDevEnvs} = devEnvActivities({env, roots: [], client: {} as Client, taskQueue: ''});
  const find = (target: string) => new MockActivityEnvironment().run(findDevEnvs, target);
  expect(await find('@2026Q2')).toMatchObject({envs: ['2026Q2', 'silent']});
  expect(await find('@main')).toMatchObject({envs: ['silent']});
});

/** An ssh that reaches `up`, where the dev-env is deleted, and not `down`. */
const SSH = `#!/bin/sh
for word; do
  case $word in
  down) echo 'ssh: connect to host down port 22: Connection refused' >&2; exit 255 ;;
  esac
done
for command; do :; done
exec setsid -w sh -c "$command"
`;

test('a dev-env that does not answer is reported as its host, if that cannot be reached', async () => {
  writeFileSync(join(dir, 'ssh'), SSH);
  chmodSync(join(dir, 'ssh'), 0o755);
  const PORTWRIGHT_HOSTS = join(dir, 'hosts.json');
  const host = (address: string) => ({ssh: {address}, dportsv3: join(dir, 'gone'), dev_envs: ['2026Q2']});
  writeFileSync(PORTWRIGHT_HOSTS, JSON.stringify({hosts: {up: host('up'), down: host('down')}}));
  const env = {PORTWRIGHT_HOSTS, PORTWRIGHT_STATE_DIR: dir, PORTWRIGHT_RUN_DIR: dir, PATH: `${dir}:${process.env.PATH}`};
  const {probeDevEnv} = devEnvActivities({env, roots: [], client: {} as Client, taskQueue: ''});
  const probe = (name: string): Promise<unknown> =>
    new MockActivityEnvironment().run(probeDevEnv, {env: name, target: '@2026Q2'});
  expect(await probe('2026Q2@down')).toEqual({
    host: 'down',
    problem: expect.stringContaining('Nothing listens at down, port 22. Start sshd there'),
  });
  expect(await probe('2026Q2@up')).toMatch(/gone.* must print one line of JSON/);
  expect(await probe('2026Q3@up')).toMatch(/2026Q3@up is not/);
});
