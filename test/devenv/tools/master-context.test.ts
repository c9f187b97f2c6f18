import {readFile} from 'node:fs/promises';
import {toolByName} from '../../../src/devenv/tools/index.ts';
import {contextOfCall} from '../../../src/devenv/tools/master-context.ts';
import type {ToolContext, ToolResult} from '../../../src/devenv/tools/tool.ts';
import {type FakeWork, fakeWork, PORT_MAKEFILE} from '../../support/fake-work.ts';

const SLAVE = 'net/foo-lite';
const HOME = '/work/DeltaPorts/ports';
let fake: FakeWork;
let ofCase: ToolContext;
beforeAll(async () => {
  fake = await fakeWork();
  await fake.put(`${HOME}/${SLAVE}/Makefile.DragonFly`, 'A=\tb\n');
  await fake.put(`/work/freebsd-ports/${SLAVE}/Makefile`, `MASTERDIR=\${.CURDIR}/../foo\n${PORT_MAKEFILE}`);
  await fake.put(`${HOME}/${SLAVE}/Makefile.DragonFly`, 'OLD=\tyes\n');
  ofCase = {...fake.context, origin: SLAVE, master: 'net/foo'};
});
afterAll(() => fake.end());

async function call(name: string, args: Record<string, unknown>, context = ofCase): Promise<ToolResult> {
  return ((await toolByName(name)?.run(args, contextOfCall(name, args, context)))?.result ?? {ok: false}) as ToolResult;
}

test('a call is for the master by its origin or a path in its overlay, and for the own port elsewhere', () => {
  const of = (name: string, args: object, context = ofCase) => contextOfCall(name, {...args}, context);
  const masters = {origin: 'net/foo', slave: SLAVE};
  expect(of('emit_diff', {origin: 'net/foo'})).toMatchObject(masters);
  expect(of('put_file', {path: `${HOME}/net/foo/overlay.dops`})).toMatchObject(masters);
  expect(of('put_file', {path: `${HOME}//net/foo/overlay.dops`})).toMatchObject(masters);
  expect(of('put_file', {path: `${HOME}/net/foobar/overlay.dops`})).toBe(ofCase);
  expect(of('emit_diff', {origin: SLAVE})).toBe(ofCase);
  expect(of('dsynth_build', {origin: 'net/foo'})).toBe(ofCase);
  expect(of('emit_diff', {origin: 'net/foo'}, fake.context)).toBe(fake.context);
});

test('the overlays of both are written, composed and built upon; no other is', async () => {
  const paths = [`${HOME}/net/foo/Makefile.DragonFly`, `${HOME}/${SLAVE}/Makefile.DragonFly`] as const;
  expect(await call('materialize_dports', {origin: SLAVE})).toMatchObject({ok: true});
  for (const path of paths) expect(await call('put_file', {path, content: 'FIXED=\tyes\n'})).toMatchObject({ok: true, path});
  expect(await call('put_file', {path: `${HOME}/net/other/STATUS`, content: 'x\n'})).toMatchObject({ok: false, kind: 'outside'});
  const escaping = `${HOME}/net/foo/../other/STATUS`;
  expect(await call('put_file', {path: escaping, content: 'x\n'})).toMatchObject({ok: false, kind: 'outside'});
  expect(await call('emit_diff', {origin: 'net/foo', relpath: ''})).toMatchObject({diff: expect.stringContaining('+FIXED')});
  const args = {origin: SLAVE};
  const materialized = await toolByName('materialize_dports')?.run(args, ofCase);
  const composedTree = materialized?.effects?.composedTree ?? '';
  const compose = fake.at('/work/artifacts/compose/@2026Q2');
  for (const origin of ['net/foo', SLAVE])
    expect(await readFile(`${compose}/${origin}/Makefile.DragonFly`, 'utf8')).toBe('FIXED=\tyes\n');
  expect(await call('dsynth_build', args, {...ofCase, composedTree})).toMatchObject({ok: true, rebuild_ok: true});
  await call('put_file', {path: paths[0], content: 'FIXED=\tmore\n'});
  expect(await call('dsynth_build', args, {...ofCase, composedTree})).toMatchObject({ok: false, kind: 'stale_compose'});
});

test('patches of the slave port’s source are installed in the overlay of the master', async () => {
  await fake.put('/work/genpatch-out/net_foo-lite/patch-src_main.c', '--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n');
  const destination = `${HOME}/net/foo/dragonfly`;
  expect(await call('install_patches', {origin: 'net/foo'})).toMatchObject({
    ok: true,
    destination,
    installed: ['patch-src_main.c'],
  });
});

test('a statement is added to the overlay.dops of the master', async () => {
  await fake.put('/work/freebsd-ports/net/next/Makefile', PORT_MAKEFILE);
  const next = {...ofCase, master: 'net/next'};
  const statement = 'mk add USES alias';
  expect(await call('dops_add', {statement}, next)).toMatchObject({
    ok: true,
    path: `${HOME}/net/next/overlay.dops`,
  });
  expect(await readFile(fake.at(`${HOME}/net/next/overlay.dops`), 'utf8')).toContain('mk add USES alias');
});
