import {mkdir} from 'node:fs/promises';
import {execa} from 'execa';
import {dirtyPorts, probeTrees} from '../../src/devenv/probe.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());

const git = (tree: string, ...args: string[]) =>
  execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: fake.at(`/work/${tree}`)});
async function commitPorts(branch: string): Promise<void> {
  await git('freebsd-ports', 'init', '-q', '-b', branch);
  await git('freebsd-ports', 'commit', '-q', '--allow-empty', '-m', 'Start');
}

test('freebsd-ports must be a git checkout on the branch of the target', async () => {
  expect((await probeTrees(fake.env, '@2026Q2')).fault?.code).toBe('E_COMPOSE_FREEBSD_NOT_GIT');
  await commitPorts('2026Q2');
  expect(await probeTrees(fake.env, '@2026Q2')).toEqual({fault: undefined, notice: undefined});
  expect((await probeTrees(fake.env, '@2026Q3')).fault).toEqual({
    code: 'E_COMPOSE_TARGET_BRANCH_MISMATCH',
    found: '/work/freebsd-ports must be on the branch 2026Q3 of the target @2026Q3; it is on the branch 2026Q2.',
    todo: expect.stringContaining('Check out 2026Q3'),
  });
  await git('freebsd-ports', 'checkout', '-q', '--detach');
  expect((await probeTrees(fake.env, '@2026Q2')).fault?.found).toContain('it is on a detached HEAD');
});

test('directories of the target that the composer will create are a notice', async () => {
  await commitPorts('2026Q2');
  await mkdir(fake.at('/work/DeltaPorts/special/Mk/diffs/@2026Q2'), {recursive: true});
  await mkdir(fake.at('/work/DeltaPorts/special/treetop/replacements'), {recursive: true});
  const {fault, notice} = await probeTrees(fake.env, '@2026Q2');
  expect(fault).toBeUndefined();
  expect(notice).toMatchObject({
    code: 'I_COMPOSE_SPECIAL_TARGET_BOOTSTRAPPED',
    found: expect.stringContaining(
      'special/Mk/replacements/@2026Q2, special/treetop/diffs/@2026Q2, special/treetop/replacements/@2026Q2.',
    ),
  });
  expect((await probeTrees(fake.env, '@main')).notice).toBeUndefined();
});

test('an overlay that git cannot read is a fault', async () => {
  await commitPorts('2026Q2');
  await fake.put('/work/DeltaPorts/.git/HEAD', 'nonsense\n');
  expect((await probeTrees(fake.env, '@2026Q2')).fault?.found).toMatch(/git must read \/work\/DeltaPorts in fake; it does not/);
});

test('ports with changes are named, but for what the composer writes and the case at work', async () => {
  expect(await dirtyPorts(fake.env)).toBeUndefined();
  await fake.put('/work/DeltaPorts/ports/net/stale/overlay.toml', 'removed_in = ["@2026Q2"]\n');
  await fake.put('/work/DeltaPorts/special/Mk/diffs/@2026Q2/a.diff', 'x\n');
  expect(await dirtyPorts(fake.env)).toBeUndefined();
  await fake.put('/work/DeltaPorts/ports/net/foo/Makefile.DragonFly', 'changed\n');
  await fake.put('/work/DeltaPorts/ports/net/other/x.orig', 'ignored\n');
  expect(await dirtyPorts(fake.env)).toMatchObject({
    found: expect.stringContaining('uncommitted changes of net/foo, net/other;'),
    todo: expect.stringContaining('dev-env reset-port fake ORIGIN'),
  });
  const linux = {...fake.env, reset: () => Promise.resolve()};
  expect((await dirtyPorts(linux))?.todo).toContain('(`portwright dev-env reset fake` discards all changes in the dev-env)');
  await fake.put('/work/DeltaPorts/.git/portwright-case', 'port:@2026Q2:net/foo@py311\n');
  expect((await dirtyPorts(fake.env))?.found).toContain('changes of net/other;');
});
