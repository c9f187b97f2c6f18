import {plistMismatch} from '../../../src/case/recipes/plist.ts';
import {applied, composed, type Files, fixOf, inputOf} from './support.ts';

const HEAD = 'port net/foo\ntype port\ntarget @any\nreason "test"\n\n';
const PORT = {'pkg-plist': 'bin/a\nbin/c\nshare/x\n@dir share/y\n'};
const fixed = async (facts: Record<string, string>, overlay: Files, port: Files = PORT) =>
  applied(fixOf(plistMismatch, inputOf(facts, overlay, port)), overlay);

test('lines come behind one that is there once, and go by what they say', async () => {
  const after = await fixed({orphaned: 'bin/b\nbin/bb', missing: 'share/x'}, {'overlay.dops': HEAD});
  expect(after['overlay.dops']).toBe(
    `${HEAD}text line-insert-after file pkg-plist anchor "bin/a" line "bin/b"\n` +
      'text line-insert-after file pkg-plist anchor "bin/b" line "bin/bb"\n' +
      'text line-remove file pkg-plist exact "share/x"\n',
  );
});

test('what overlay.dops itself puts into the plist goes from it', async () => {
  const overlay = {
    'overlay.dops': `${HEAD}text line-insert-after file pkg-plist \\\n  anchor "bin/a" \\\n  line "bin/b"\nmk add USES ssl\n`,
  };
  const port = {'pkg-plist': 'bin/a\nbin/b\nbin/c\n'};
  expect(await fixed({missing: 'bin/b'}, overlay, port)).toEqual({'overlay.dops': `${HEAD}mk add USES ssl\n`});
  const listed = {'overlay.dops': `${HEAD}mk add PLIST_FILES "bin/b"\n`};
  expect(await fixed({missing: 'bin/b'}, listed)).toEqual({'overlay.dops': HEAD});
});

test('what overlay.dops takes out and is installed now comes back', async () => {
  const overlay = {'overlay.dops': `${HEAD}text line-remove file pkg-plist exact "bin/b" on-missing warn\nmk add USES ssl\n`};
  expect(await fixed({orphaned: 'bin/b'}, overlay)).toEqual({'overlay.dops': `${HEAD}mk add USES ssl\n`});
  const listed = {'overlay.dops': `${HEAD}mk remove PLIST_FILES bin/b\n`};
  expect(await fixed({orphaned: 'bin/b'}, listed, {Makefile: 'PLIST_FILES=\tbin/a\n'})).toEqual({'overlay.dops': HEAD});
});

test('an entry that another operation needs is not taken away from under it', () => {
  const overlay = {
    'overlay.dops': `${HEAD}text line-insert-after file pkg-plist anchor "bin/a" line "bin/b"\ntext line-insert-after file pkg-plist anchor "bin/b" line "bin/bc"\n`,
  };
  const port = {'pkg-plist': 'bin/a\nbin/b\nbin/bc\n'};
  expect(plistMismatch.fix(inputOf({missing: 'bin/b'}, overlay, port), new Map())).toBeUndefined();
});

test('a diff that overlay.dops applies is cut anew, and goes with its line when nothing is left of it', async () => {
  const diff = '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1,2 +1,3 @@\n bin/a\n+bin/b\n bin/c\n';
  const overlay = {'overlay.dops': `${HEAD}patch apply diffs/pkg-plist.diff\n`, 'diffs/pkg-plist.diff': diff};
  const base = {'pkg-plist': 'bin/a\nbin/c\n'};
  const port = await composed(base, overlay);
  expect(await fixed({missing: 'bin/b'}, overlay, port)).toEqual({'overlay.dops': HEAD});
  const after = await fixed({missing: 'bin/c'}, overlay, port);
  expect(after['overlay.dops']).toBe(overlay['overlay.dops']);
  expect((await composed(base, after))['pkg-plist']).toBe('bin/a\nbin/b\n');
});

test('a port that lists its files in its Makefile', async () => {
  const port = {Makefile: 'PORTNAME=\tfoo\nPLIST_FILES=\tbin/a bin/b\n'};
  const after = await fixed({orphaned: 'bin/c', missing: 'bin/a'}, {'overlay.dops': HEAD}, port);
  expect(after['overlay.dops']).toBe(`${HEAD}mk add PLIST_FILES bin/c\nmk remove PLIST_FILES bin/a\n`);
  const overlay = {'overlay.dops': HEAD};
  expect(plistMismatch.fix(inputOf({orphaned: 'bin/c'}, overlay, {Makefile: 'PORTNAME=\tfoo\n'}), new Map())).toBeUndefined();
});

test.each([
  ['several scopes', `${HEAD}target @main\nmk add USES ssl\n`],
  ['a scope of another target', HEAD.replace('@any', '@main')],
  ['a heredoc that does not end', `${HEAD}mk target set x <<'MK'\n`],
])('no fix for %s', (_what, dops) => {
  expect(plistMismatch.fix(inputOf({orphaned: 'bin/b'}, {'overlay.dops': dops}, PORT), new Map())).toBeUndefined();
});

test('Makefile.DragonFly beside overlay.dops is dead and stays as it is', async () => {
  const overlay = {'overlay.dops': HEAD, 'Makefile.DragonFly': 'PLIST_FILES+=\tshare/x\n'};
  const after = await fixed({missing: 'share/x'}, overlay);
  expect(after['Makefile.DragonFly']).toBe(overlay['Makefile.DragonFly']);
  expect(after['overlay.dops']).toContain('text line-remove file pkg-plist exact "share/x"');
});
