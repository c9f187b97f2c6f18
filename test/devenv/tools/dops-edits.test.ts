import {readFile, rm} from 'node:fs/promises';
import {type FakeWork, fakeWork, PORT_MAKEFILE} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  await rm(fake.at('/work/DeltaPorts/ports/net/foo/Makefile.DragonFly'));
});
afterAll(() => fake.end());
const DOPS = '/work/DeltaPorts/ports/net/foo/overlay.dops';
const HEAD = 'port net/foo\ntype port\nreason "x"\n\ntarget @any\n';
const edit = (tool: string, args: object) => resultOf(fake.context, tool, args);
const read = () => readFile(fake.at(DOPS), 'utf8');

test('the first statement creates overlay.dops, and shows its effect on FreeBSD’s port', async () => {
  const {result, effects} = await call(fake.context, 'dops_add', {statement: 'mk set PORTNAME "bar" # new'});
  expect(result).toMatchObject({
    ok: true,
    path: DOPS,
    statements: ['7: mk set PORTNAME "bar"'],
    effect: expect.stringContaining('-PORTNAME=foo\n+PORTNAME= bar'),
    note: expect.stringContaining('created'),
  });
  expect(result).not.toHaveProperty('warnings');
  expect(effects).toEqual({edited: true});
  expect(await read()).toBe(
    'port net/foo\ntype port\nreason "Repairs the port on DragonFly"\n\ntarget @any\n\nmk set PORTNAME "bar"\n',
  );
});

test('statements are added behind one, replaced and removed, by line or text, and nothing else changes', async () => {
  await fake.put(DOPS, `${HEAD}# comment\nmk set A "1"   # why\nmk set B "2"\n`);
  const two = 'mk set C "3"\nmk target set x <<\'MK\'\n\techo\nMK';
  expect(await edit('dops_add', {statement: two, after: 7})).toMatchObject({
    statements: ['8: mk set C "3"', "9: mk target set x <<'MK'\n\techo\nMK"],
  });
  expect(await edit('dops_replace', {at: 'mk  set A "1"', statement: 'mk unset PORTNAME'})).toMatchObject({ok: true});
  expect(await edit('dops_remove', {at: '8'})).toMatchObject({ok: true});
  expect(await edit('dops_remove', {at: "mk target set x <<'MK'"})).toMatchObject({ok: true});
  expect(await read()).toBe(`${HEAD}# comment\nmk unset PORTNAME   # why\nmk set B "2"\n`);
});

test('a statement that is there already is not added again', async () => {
  const text = `${HEAD}mk add A b\n`;
  await fake.put(DOPS, text);
  expect(await edit('dops_add', {statement: 'mk add A b'})).toMatchObject({
    ok: false,
    kind: 'no_change',
    error: expect.stringMatching(/at line 6: .*"materialize_dports", "arguments": \{"origin":"net\/foo"\}/),
  });
  expect(await read()).toBe(text);
  expect(await edit('dops_add', {statement: 'mk add A b\nmk add A c'})).toMatchObject({ok: true});
  await fake.put(DOPS, `${text}target @main\nmk add A d\n`);
  expect(await edit('dops_add', {statement: 'mk add A d'})).toMatchObject({ok: true});
});

test.each(['', ' mk set D "4"'])('a statement behind itself or behind nothing, %j, is added at the end', async (after) => {
  await fake.put(DOPS, `${HEAD}mk set A "1"\n`);
  expect(await edit('dops_add', {statement: 'mk set D "4"', after})).toMatchObject({ok: true});
  expect(await read()).toBe(`${HEAD}mk set A "1"\nmk set D "4"\n`);
});

test.each([
  ['dops_add', {statement: 'mk add USES'}, 'syntax', 'line 1, column 12: E_PARSE_EXPECTED_TOKEN'],
  ['dops_add', {statement: 'mk add A b\nmk frob A'}, 'syntax', 'line 2, column 4'],
  ['dops_add', {statement: '# nothing'}, 'syntax', 'no statement'],
  ['dops_add', {statement: 'reason "again"'}, 'syntax', 'reason'],
  ['dops_replace', {at: '4', statement: 'mk add A b'}, 'not_found', '3: reason "x"'],
  ['dops_remove', {at: 'mk set A "1"'}, 'not_unique', '6, 7'],
])('%s with %j is refused as %s, and leaves the file', async (tool, args, kind, error) => {
  const text = `${HEAD}mk set A "1"\nmk set A "1"\n`;
  await fake.put(DOPS, text);
  expect(await edit(tool, args)).toMatchObject({ok: false, kind, error: expect.stringContaining(error)});
  expect(await read()).toBe(text);
});

test.each([
  ['mk remove USES ssl', 'line 6, column 1: E_APPLY_MISSING_SUBJECT', 'Read the file in FreeBSD’s port'],
  ['text replace-once file Makefile from "WRKSRC" to "X"', 'E_APPLY_AMBIGUOUS_MATCH', 'a longer text'],
  ['mk add PORTNAME foo', 'line 6, column 1: ', 'Remove the statement'],
  ['mk unset A on-missing noop', 'line 6, column 1: ', 'Remove the statement'],
  ['file materialize dragonfly/patch-a -> dragonfly/patch-a', 'does not exist', ''],
])('%s is written, with what is wrong with it on this port', async (statement, place, advice) => {
  await fake.put(DOPS, HEAD);
  const result = await edit('dops_add', {statement});
  expect(result).toMatchObject({ok: true, warnings: [expect.stringContaining(place)]});
  expect(result.warnings).toEqual([expect.stringContaining(advice)]);
  expect(result).not.toHaveProperty('effect');
});

test('a warning that was there before is not repeated, but one that the edit causes is', async () => {
  await fake.put(DOPS, `${HEAD}mk remove USES ssl\nmk set A "1"\nmk remove A 1\n`);
  expect(await edit('dops_add', {statement: 'mk set B "1"', after: 5})).not.toHaveProperty('warnings');
  expect(await edit('dops_remove', {at: 'mk set A "1"'})).toMatchObject({
    warnings: [expect.stringContaining('line 8, column 1: E_APPLY_MISSING')],
  });
});

test('what a patch of the port may change is not judged', async () => {
  await fake.put(
    '/work/DeltaPorts/ports/net/foo/diffs/Makefile.diff',
    '--- Makefile.orig\n+++ Makefile\n@@ -1 +1,2 @@\n PORTNAME=foo\n+USES=\tssl\n',
  );
  await fake.put(DOPS, `${HEAD}patch apply diffs/Makefile.diff\n`);
  expect(await edit('dops_add', {statement: 'mk remove USES ssl'})).not.toHaveProperty('warnings');
  await rm(fake.at('/work/DeltaPorts/ports/net/foo/diffs'), {recursive: true});
});

test('a repeated call whose first try had written does not add the statement twice', async () => {
  await fake.put(DOPS, HEAD);
  const context = (again: boolean) => ({...fake.context, call: {key: 'b'.repeat(32), again}});
  await resultOf(context(false), 'dops_add', {statement: 'mk set A "1"'});
  expect(await resultOf(context(true), 'dops_add', {statement: 'mk set A "1"'})).toMatchObject({ok: true, path: DOPS});
  expect(await read()).toBe(`${HEAD}mk set A "1"\n`);
});

test('the overlay of a new port is judged on its own Makefile, and a missing port on nothing', async () => {
  await fake.put('/work/DeltaPorts/ports/net/foo/newport/Makefile', PORT_MAKEFILE.replace('=foo', '=own'));
  await fake.put(DOPS, HEAD.replace('type port', 'type dport'));
  expect(await edit('dops_add', {statement: 'mk set PORTNAME "b"'})).toMatchObject({
    effect: expect.stringContaining('-PORTNAME=own'),
  });
  await fake.put('/work/DeltaPorts/ports/net/gone/overlay.dops', 'port net/gone\nmk remove A b\n');
  const gone = await resultOf({...fake.context, origin: 'net/gone'}, 'dops_add', {statement: 'mk remove B c'});
  expect(gone).not.toHaveProperty('warnings');
});
