import {readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import {execa} from 'execa';
import {closestChanges, similarChanges} from '../../src/activities/tree-memory.ts';
import type {DevEnv} from '../../src/devenv/client.ts';
import {selectRootCauses} from '../../src/evidence/root-causes.ts';
import {storedCommits} from '../../src/evidence/tree-store.ts';
import {EvidenceDir} from '../evidence/evidence-dir.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

let work: FakeWork;
let evidence: EvidenceDir;
let dir: string;
/** Blobs that were read from the checkout. */
let read: string[];
/** Number of commands that ran in the dev-env. */
let commands: number;
let env: DevEnv;
beforeEach(async () => {
  work = await fakeWork();
  evidence = new EvidenceDir();
  dir = evidence.bundle('20260101-101500Z');
  const log = "-- Phase: build\na.c:3:4: error: 'IFM_RARE_MODE' undeclared\n*** Error code 1\nFAILED 00:00:01\n";
  evidence.write(join(dir, 'logs/full.log').slice(evidence.root.length + 1), log);
  await selectRootCauses(dir);
  read = [];
  commands = 0;
  env = {
    ...work.env,
    exec: (argv, options) => {
      commands += 1;
      read.push(...`${options.stdin ?? ''}`.split('\n').filter((line) => line !== ''));
      return work.env.exec(argv, options);
    },
  };
});
afterEach(async () => {
  await work.end();
  evidence.remove();
});

const PORTS = '/work/DeltaPorts/ports';
const patch = (line: string): string => `--- a.c.orig\n+++ a.c\n@@ -1 +1,2 @@\n x\n+${line}\n`;

async function commit(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) await work.put(`${PORTS}/${path}`, text);
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: work.at('/work/DeltaPorts')});
  await git('add', '-A');
  await git('commit', '-q', '-m', 'More');
  return (await git('rev-parse', 'HEAD')).stdout;
}

async function titles(master?: string): Promise<string[]> {
  const port = {target: '@2026Q2', origin: 'net/foo'};
  const items = await closestChanges(env, {root: evidence.root, dir, port, flow: 'triage', master}, AbortSignal.timeout(60_000));
  return items.map(({title}) => title);
}

const OTHERS = Object.fromEntries(
  Array.from({length: 20}, (_, at) => [`misc/o${at}x/dragonfly/patch-a.c`, patch(`int other_${at};`)]),
);
const FIRST = {
  ...OTHERS,
  'net/near/dragonfly/patch-a.c': patch('#ifdef IFM_RARE_MODE'),
  'net/foo/dragonfly/patch-a.c': patch('#ifdef IFM_RARE_MODE'),
  'net/master/dragonfly/patch-m.c': patch('IFM_RARE_MODE;'),
  'net/near/README': 'IFM_RARE_MODE',
};

test('the tree is read once for each commit, and of a new commit only what is new', async () => {
  await symlink('/etc/passwd', work.at(`${PORTS}/net/foo/overlay.dops`));
  const first = await commit(FIRST);
  expect(await titles()).toEqual(['net/master/dragonfly/patch-m.c', 'net/near/dragonfly/patch-a.c']);
  expect(read).toHaveLength(23);
  expect(await titles('net/master')).toEqual(['net/near/dragonfly/patch-a.c']);
  expect(read).toHaveLength(23);

  await rm(work.at(`${PORTS}/net/near`), {recursive: true});
  const second = await commit({'net/new/dragonfly/patch-n.c': patch('(IFM_RARE_MODE)')});
  await work.put(`${PORTS}/net/dirty/dragonfly/patch-d.c`, patch('IFM_RARE_MODE'));
  expect(await titles('net/master')).toEqual(['net/new/dragonfly/patch-n.c']);
  expect(read).toHaveLength(24);
  expect(await storedCommits(evidence.root)).toEqual([second, first]);
});

test('a complete index in memory needs no stored one', async () => {
  await commit(FIRST);
  await titles();
  await rm(join(evidence.root, 'tree-index'), {recursive: true});
  expect(await titles()).toHaveLength(2);
  expect(read).toHaveLength(23);
});

test('once the tree is read a prompt asks the dev-env for its commit only, and sees a new commit at once', async () => {
  await commit({...FIRST, 'net/counted/STATUS': ''});
  await titles();
  const before = commands;
  expect(await titles('net/master')).toEqual(['net/near/dragonfly/patch-a.c']);
  expect(commands - before).toBe(1);
  await commit({'net/later/dragonfly/patch-n.c': patch('(IFM_RARE_MODE)')});
  expect(await titles('net/master')).toContain('net/later/dragonfly/patch-n.c');
});

test('a stored index may be damaged or deleted', async () => {
  // Commits of the same files in the same second are the same commit, whose index is in memory.
  const [name] = [`${await commit({...FIRST, 'net/damaged/STATUS': ''})}.json.gz`];
  await titles();
  await commit({'net/x/STATUS': ''});
  for (const one of await readdir(join(evidence.root, 'tree-index')))
    await writeFile(join(evidence.root, 'tree-index', one), 'x');
  expect(await titles('net/master')).toEqual(['net/near/dragonfly/patch-a.c']);
  await rm(join(evidence.root, 'tree-index'), {recursive: true});
  await commit({'net/y/STATUS': ''});
  expect(await titles('net/master')).toEqual(['net/near/dragonfly/patch-a.c']);
  expect(await readdir(join(evidence.root, 'tree-index'))).not.toContain(name);
});

test('nothing is shown where the log names no cause, and an aborted call ends', async () => {
  await commit(FIRST);
  const ended = AbortSignal.abort(new Error('ended'));
  const question = {root: evidence.root, dir, port: {target: '@2026Q2', origin: 'net/foo'}, flow: 'patch'} as const;
  await expect(closestChanges(env, question, ended)).rejects.toThrow('ended');
  expect(await titles()).toHaveLength(2);
  evidence.write(join(dir, 'analysis/root_causes.json').slice(evidence.root.length + 1), '{');
  expect(await titles()).toEqual([]);
});

/** Returns the command of the fake dev-env, whose status cannot be asked for: it would read the state of two complete trees. */
async function commandWithoutStatus(): Promise<string> {
  const command = join(dirname(work.work), 'dev-env');
  const fake = join(import.meta.dirname, '../support/fake-dev-env');
  await writeFile(command, `#!/bin/sh\n[ "$2" != status ] || exit 1\nexec ${fake} "$@"\n`, {mode: 0o755});
  return command;
}

test('a prompt has changes from a dev-env of its target, and none where no dev-env answers', async () => {
  await commit(FIRST);
  const settings = {
    ...process.env,
    DPORTSV3_CMD: await commandWithoutStatus(),
    PORTWRIGHT_FAKE_ENV: dirname(work.work),
  };
  const found = async (names: string, target = '@2026Q2'): Promise<number> => {
    const question = {root: evidence.root, dir, port: {target, origin: 'net/foo'}, flow: 'patch'} as const;
    const activity = new MockActivityEnvironment({}, {logger: new DefaultLogger('ERROR')});
    const context = {env: {...settings, DP_HARNESS_ENV: names}};
    return ((await activity.run(similarChanges, context, question)) as unknown[]).length;
  };
  expect(await found('gone fake')).toBe(2);
  expect(await found('fake', '@main')).toBe(0);
  expect(await found('gone')).toBe(0);
  expect(await found('')).toBe(0);
});
