import {readdir, readFile, rm} from 'node:fs/promises';
import type {ToolContext} from '../../../src/devenv/tools/tool.ts';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

const HOME = '/work/DeltaPorts/ports/net/foo';
const PLIST = Array.from({length: 20}, (_, at) => `share/foo/${at}`).join('\n');
const HEADER = 'port net/foo\ntype port\nreason "r"\ntarget @any\n\n';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
  await rm(fake.at(`${HOME}/Makefile.DragonFly`));
  await fake.put('/work/freebsd-ports/net/foo/pkg-plist', `${PLIST}\n`);
});
afterEach(() => fake.end());
const read = (path: string) => readFile(fake.at(`${HOME}/${path}`), 'utf8');
const edit = (old_text: string, new_text: string) => ({old_text, new_text});
const patch = (edits: readonly object[], path = 'pkg-plist', context: ToolContext = fake.context) =>
  resultOf(context, 'patch_source', {path, edits});
/** Edits of every second line, too many for statements. */
const many = (from: string, to: string) =>
  Array.from({length: 8}, (_, at) => edit(`share/foo/${from}${2 * at}\n`, `share/foo/${to}${2 * at}\n`));

test('a small edit of a port file becomes statements, and its undoing removes them', async () => {
  const done = await call(fake.context, 'patch_source', {path: 'pkg-plist', edits: [edit('share/foo/3\n', '')]});
  const statement = 'text line-remove file pkg-plist exact "share/foo/3"';
  expect(done).toMatchObject({
    result: {ok: true, form: 'overlay.dops', statements: [expect.stringContaining(statement)], edits: [{line: 4}]},
    effects: {edited: true},
  });
  expect(await read('overlay.dops')).toContain(`${statement}\n`);
  expect(await patch([edit('share/foo/3', 'x')])).toMatchObject({ok: false, kind: 'not_found'});
  expect(await patch([edit('share/foo/2\n', 'share/foo/2\nshare/foo/3\n')], 'port/pkg-plist')).toMatchObject({
    ok: true,
    removed: statement,
  });
  expect(await read('overlay.dops')).not.toContain('text ');
});

test('more edits become a diff with its statement, which later calls refresh and at last delete', async () => {
  await fake.put(`${HOME}/overlay.dops`, `${HEADER}mk set A "1"\n`);
  const path = '/work/freebsd-ports/net/foo/pkg-plist';
  expect(await patch(many('', 'b'), path)).toMatchObject({
    ok: true,
    form: 'diffs/pkg-plist.diff',
    patch: expect.stringContaining('--- pkg-plist.orig\n+++ pkg-plist\n@@ -1,18 +1,18 @@\n-share/foo/0\n+share/foo/b0\n'),
  });
  expect(await read('overlay.dops')).toBe(`${HEADER.trimEnd()}\npatch apply diffs/pkg-plist.diff\n\nmk set A "1"\n`);
  const first = await read('diffs/pkg-plist.diff');
  expect(await patch([edit('share/foo/b0', 'share/foo/c0')], path)).toMatchObject({ok: true, form: 'diffs/pkg-plist.diff'});
  expect(await read('diffs/pkg-plist.diff')).toBe(first.replace('+share/foo/b0', '+share/foo/c0'));
  const back = [edit('share/foo/c0', 'share/foo/0'), ...many('b', '').slice(1)];
  expect(await patch(back, path)).toMatchObject({
    ok: true,
    deleted: true,
    removed_statements: ['patch apply diffs/pkg-plist.diff'],
  });
  expect(await read('overlay.dops')).toBe(`${HEADER}mk set A "1"\n`);
  expect(await readdir(fake.at(HOME))).toEqual(['overlay.dops']);
});

test('a stored diff keeps its name and its parts on other files, and its failing hunks are dropped with a hint', async () => {
  const other =
    '--- Makefile.orig\n+++ Makefile\n@@ -1,2 +1,2 @@\n-PORTNAME=foo\n+PORTNAME=bar\n WRKDIR=${WRKDIRPREFIX}/net/foo\n';
  const gone = '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1,3 +1,3 @@\n-share/old/0\n+share/new/0\n share/old/1\n share/old/2\n';
  await fake.put(`${HOME}/diffs/own.diff`, `diff -u a b\n${gone}diff -u c d\n${other}`);
  await fake.put(`${HOME}/overlay.dops`, `${HEADER}patch apply diffs/own.diff\n`);
  expect(await patch([edit('share/foo/1\n', 'share/foo/one\n')])).toMatchObject({
    ok: true,
    form: 'diffs/own.diff',
    hint: expect.stringContaining('in part only'),
  });
  const diff = await read('diffs/own.diff');
  expect(diff).toContain(`${other}--- pkg-plist.orig\n+++ pkg-plist\n`);
  expect(diff).toContain('-share/foo/1\n+share/foo/one\n');
  expect(diff).not.toMatch(/share\/(?:old|new)/);
  expect(await readdir(fake.at(`${HOME}/diffs`))).toEqual(['own.diff']);
});

test('a compat overlay gets a diff, unless the policy takes no compat overlays', async () => {
  await fake.put(`${HOME}/Makefile.DragonFly`, 'A=1\n');
  const compat = {...fake.context, overlayForm: 'dops'} as const;
  expect(await patch([edit('share/foo/1\n', '')], 'pkg-plist', compat)).toMatchObject({ok: false, kind: 'compat_refused'});
  await fake.put('/work/freebsd-ports/net/foo/files/my_conf.in', 'a\nb\n');
  expect(await patch([edit('a', 'c')], 'files/my_conf.in')).toMatchObject({
    ok: true,
    form: 'diffs/files_my__conf.in.diff',
    patch: '--- files/my_conf.in.orig\n+++ files/my_conf.in\n@@ -1,2 +1,2 @@\n-a\n+c\n b\n',
  });
  expect(await readdir(fake.at(HOME))).toEqual(['Makefile.DragonFly', 'diffs']);
});

test('files that are not FreeBSD’s are refused with where they are edited', async () => {
  const dops = (more: string) => fake.put(`${HOME}/overlay.dops`, more);
  await dops(`${HEADER}file materialize files/x -> pkg-plist\nfile remove Makefile\n`);
  const one = [edit('a', 'b')];
  expect(await patch(one)).toMatchObject({kind: 'other_base', error: expect.stringContaining(`${HOME}/files/x`)});
  expect(await patch(one, 'Makefile')).toMatchObject({kind: 'other_base', error: expect.stringContaining('at line 7')});
  expect(await patch(one, 'src/main.c')).toMatchObject({kind: 'missing', error: expect.stringContaining('below wrksrc')});
  await dops(HEADER.replace('type port', 'type dport'));
  expect(await patch(one)).toMatchObject({kind: 'other_base', error: expect.stringContaining('newport/')});
  await dops('port net/foo\nmk\n');
  expect(await patch(one)).toMatchObject({kind: 'dops_errors'});
  expect(await patch(one, '../x')).toMatchObject({kind: 'bad_path'});
  expect(await resultOf(fake.context, 'put_file', {path: '/work/freebsd-ports/net/foo/pkg-plist', content: 'x'})).toMatchObject({
    error: expect.stringContaining('patch_source'),
  });
});

test('a call that has written already is not done twice', async () => {
  await fake.put(`${HOME}/overlay.dops`, HEADER);
  const first = {...fake.context, call: {key: 'a'.repeat(32), again: false}};
  const again = {...first, call: {...first.call, again: true}};
  for (const edits of [[edit('share/foo/3\n', '')], many('', 'b')]) {
    expect(await patch(edits, 'pkg-plist', first)).toMatchObject({ok: true});
    const text = await read('overlay.dops');
    expect(await patch(edits, 'pkg-plist', again)).toMatchObject({ok: true});
    expect(await read('overlay.dops')).toBe(text);
  }
});
