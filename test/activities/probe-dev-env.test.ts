import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Client} from '@temporalio/client';
import {MockActivityEnvironment} from '@temporalio/testing';
import {devEnvActivities} from '../../src/activities/dev-env.ts';

/** A dev-env of @2026Q2 whose freebsd-ports are on the branch of its name; `broken` cannot be entered. */
const DEV_ENV = `#!/bin/sh
case $2 in
status)
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
