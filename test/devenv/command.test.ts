import {access, chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {devEnvCommand, isOwnDevEnv, ownDevEnv} from '../../src/devenv/command.ts';

test('DPORTSV3_CMD is split at blanks', () => {
  expect(devEnvCommand({DPORTSV3_CMD: ' ssh  host /usr/local/bin/dportsv3 '})).toEqual([
    'ssh',
    'host',
    '/usr/local/bin/dportsv3',
  ]);
});

test('unset: dportsv3 on PATH, else our own', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-path-'));
  await writeFile(join(dir, 'dportsv3'), '');
  expect(devEnvCommand({PATH: dir, DPORTSV3_CMD: ''})).toEqual([ownDevEnv()]);
  await chmod(join(dir, 'dportsv3'), 0o755);
  expect(devEnvCommand({PATH: `/nonexistent::${dir}`})).toEqual(['dportsv3']);
  await rm(dir, {recursive: true});
});

test('our own is found from src and from dist', async () => {
  await access(ownDevEnv());
  expect(isOwnDevEnv([ownDevEnv()])).toBe(true);
  expect(isOwnDevEnv(['dportsv3'])).toBe(false);
  const dir = await mkdtemp(join(tmpdir(), 'portwright-root-'));
  await writeFile(join(dir, 'package.json'), '{}');
  expect(ownDevEnv(join(dir, 'dist', 'devenv'))).toBe(join(dir, 'src', 'devenv', 'linux', 'dev-env'));
  await rm(dir, {recursive: true});
});
