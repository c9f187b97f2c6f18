import {existsSync, readFileSync} from 'node:fs';
import {buildId, version} from '../../src/worker/build-id.ts';
import {WORKER_OPTIONS} from '../../src/worker/options.ts';

test('code that runs from source names that, and the version', () => {
  expect(version()).toMatch(/^\d+\.\d+\.\d+$/);
  expect(buildId()).toBe(`${version()}+source`);
  expect(WORKER_OPTIONS.buildId).toBe(buildId());
});

test('compiled code names version and commit', () => {
  const file = new URL('../../dist/build-id', import.meta.url);
  // `pretest` builds; a run of this file alone may come before.
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8').trim()).toMatch(
    new RegExp(`^${version().replaceAll('.', '\\.')}(\\+[0-9a-f]{10}(\\.dirty)?)?$`),
  );
});
