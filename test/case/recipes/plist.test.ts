import fc from 'fast-check';
import {wordsAssigned} from '../../../src/case/recipes/fragment.ts';
import {plistMismatch} from '../../../src/case/recipes/plist.ts';
import {applied, composed, type Files, fixOf, inputOf} from './support.ts';

const MAKEFILE = 'PORTNAME=\tfoo\n\n.include <bsd.port.mk>\n';
const fixFor = (facts: Record<string, string>, overlay: Files, port: Files) =>
  plistMismatch.fix(inputOf(facts, overlay, port), new Map());

/** A file that makes an overlay compat, without a part in the plist. */
const COMPAT = {'dragonfly/patch-a.c': 'x\n'};

test('in a compat overlay orphans are listed in Makefile.DragonFly', async () => {
  const orphaned = 'libexec/nut/microsol-apc\nman/man8/microsol-apc.8.gz';
  const port = {Makefile: MAKEFILE, 'pkg-plist': 'bin/nut\n'};
  const fix = fixOf(plistMismatch, inputOf({orphaned}, COMPAT, port));
  expect(await applied(fix, COMPAT)).toEqual({
    ...COMPAT,
    'Makefile.DragonFly': 'PLIST_FILES+=\tlibexec/nut/microsol-apc \\\n\t\tman/man8/microsol-apc.8.gz\n',
  });
  expect(fix).toEqual({diff: fix.diff, note: expect.stringContaining('libexec/nut/microsol-apc')});
});

test('orphans go to the list that is there, before the targets, and directories to their own variable', async () => {
  const overlay = {'Makefile.DragonFly': 'USES+=\tssl\n\n# why\ndfly-install:\n\ttrue\n'};
  const once = await applied(fixOf(plistMismatch, inputOf({orphaned: 'bin/a'}, overlay, {})), overlay);
  expect(once['Makefile.DragonFly']).toBe('USES+=\tssl\nPLIST_FILES+=\tbin/a\n\n# why\ndfly-install:\n\ttrue\n');
  const twice = await applied(fixOf(plistMismatch, inputOf({orphaned: 'bin/b\n@dir share/b'}, once, {})), once);
  expect(twice['Makefile.DragonFly']).toBe(
    'USES+=\tssl\nPLIST_FILES+=\tbin/a \\\n\t\tbin/b\nPLIST_DIRS+=\tshare/b\n\n# why\ndfly-install:\n\ttrue\n',
  );
});

test('a missing entry that the overlay lists itself is taken out there', async () => {
  const overlay = {'Makefile.DragonFly': 'PLIST_FILES+=\tbin/a \\\n\t\tbin/b\nUSES+=\tssl\n'};
  const fix = fixOf(plistMismatch, inputOf({missing: 'bin/a'}, overlay, {'pkg-plist': 'bin/c\n'}));
  expect(await applied(fix, overlay)).toEqual({'Makefile.DragonFly': 'PLIST_FILES+=\tbin/b\nUSES+=\tssl\n'});
  expect(fix.review).toContain('bin/a');
});

test('a fragment that only listed what is missing goes', async () => {
  const overlay = {STATUS: 'PORT\n', 'Makefile.DragonFly': 'PLIST_FILES+=\tbin/a\n'};
  expect(await applied(fixOf(plistMismatch, inputOf({missing: 'bin/a'}, overlay)), overlay)).toEqual({STATUS: 'PORT\n'});
});

test('a missing entry that the overlay’s diff brings in goes from the diff, the diff with its last line', async () => {
  const base = {Makefile: MAKEFILE, 'pkg-plist': 'bin/foo\nshare/foo/x\n'};
  const diff =
    '--- pkg-plist.orig\t2024-01-01 00:00:00 UTC\n+++ pkg-plist\n@@ -1,2 +1,3 @@\n bin/foo\n+bin/foo-old\n share/foo/x\n';
  const overlay = {STATUS: 'PORT\n', 'diffs/pkg-plist.diff': diff};
  const port = await composed(base, overlay);
  expect(port['pkg-plist']).toBe('bin/foo\nbin/foo-old\nshare/foo/x\n');
  expect(await applied(fixOf(plistMismatch, inputOf({missing: 'bin/foo-old'}, overlay, port)), overlay)).toEqual({
    STATUS: 'PORT\n',
  });
  const more = await applied(fixOf(plistMismatch, inputOf({missing: 'share/foo/x'}, overlay, port)), overlay);
  expect((await composed(base, more))['pkg-plist']).toBe('bin/foo\nbin/foo-old\n');
});

test('an orphan that the overlay’s diff took out comes back where it was', async () => {
  const base = {Makefile: MAKEFILE, 'pkg-plist': 'bin/foo\n%%DATADIR%%/a\nbin/late\nshare/foo/x\n'};
  const diff = '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1,4 +1,3 @@\n bin/foo\n %%DATADIR%%/a\n-bin/late\n share/foo/x\n';
  const overlay = {STATUS: 'PORT\n', 'diffs/pkg-plist.diff': diff};
  const port = await composed(base, overlay);
  expect(await applied(fixOf(plistMismatch, inputOf({orphaned: 'bin/late'}, overlay, port)), overlay)).toEqual({
    STATUS: 'PORT\n',
  });
  const more = await applied(fixOf(plistMismatch, inputOf({orphaned: 'bin/late\nbin/b'}, overlay, port)), overlay);
  expect((await composed(base, more))['pkg-plist']).toBe(`bin/b\n${base['pkg-plist']}`);
});

test('an absolute entry that is orphaned as a relative one is made relative, its keyword kept', async () => {
  const base = {Makefile: MAKEFILE, 'pkg-plist': 'bin/xrdp\n/etc/X11/xrdp/xorg.conf\nlib/x.so\n@dir /etc/X11/xrdp\n'};
  const facts = {
    orphaned: 'etc/X11/xrdp/xorg.conf\n@dir etc/X11/xrdp',
    missing: '/etc/X11/xrdp/xorg.conf\n@dir /etc/X11/xrdp',
  };
  const fix = fixOf(plistMismatch, inputOf(facts, COMPAT, base));
  const after = await composed(base, await applied(fix, COMPAT));
  expect(after['pkg-plist']).toBe('bin/xrdp\netc/X11/xrdp/xorg.conf\nlib/x.so\n@dir etc/X11/xrdp\n');
  expect(fix.review).toBeUndefined();
});

test('the directory of such a file goes its way, though check-plist does not name it', async () => {
  const facts = {orphaned: 'etc/X11/xrdp/xorg.conf', missing: '/etc/X11/xrdp/xorg.conf'};
  const lines = ['@dir /etc/X11/xrdp', '/etc/X11/xrdp/xorg.conf', 'lib/a.so', 'lib/b.so', ''];
  const base = {Makefile: MAKEFILE, 'pkg-plist': lines.join('\n')};
  const after = await composed(base, await applied(fixOf(plistMismatch, inputOf(facts, COMPAT, base)), COMPAT));
  expect(after['pkg-plist']).toBe('@dir etc/X11/xrdp\netc/X11/xrdp/xorg.conf\nlib/a.so\nlib/b.so\n');
  const more = {Makefile: MAKEFILE, 'pkg-plist': [...lines.slice(0, -1), '/etc/X11/xrdp/other', ''].join('\n')};
  const kept = await composed(more, await applied(fixOf(plistMismatch, inputOf(facts, COMPAT, more)), COMPAT));
  expect(kept['pkg-plist']).toContain('@dir /etc/X11/xrdp\n');
});

test('an orphan does not come under a mode or an owner that is another’s', async () => {
  const base = {Makefile: MAKEFILE, 'pkg-plist': 'bin/a\n@mode 4755\nbin/c\nbin/old\n@mode\n@dir var/a\n'};
  const fix = fixOf(plistMismatch, inputOf({orphaned: 'bin/d\n@dir var/b', missing: 'bin/old'}, COMPAT, base));
  const after = await composed(base, await applied(fix, COMPAT));
  expect(after['pkg-plist']).toBe('bin/a\nbin/d\n@dir var/b\n@mode 4755\nbin/c\n@mode\n@dir var/a\n');
});

test('entries with variables are found by the path they stand for, but not where two could be meant', async () => {
  const base = {
    Makefile: MAKEFILE,
    'pkg-plist': 'bin/foo\n%%PORTDOCS%%%%DOCSDIR%%/README\nlib/libfoo.so.%%VER%%\nlib/a\nlib/b\n@comment lib/c\n',
  };
  const fix = fixOf(plistMismatch, inputOf({missing: 'share/doc/foo/README\nlib/libfoo.so.3'}, COMPAT, base));
  expect((await composed(base, await applied(fix, COMPAT)))['pkg-plist']).toBe('bin/foo\nlib/a\nlib/b\n@comment lib/c\n');
  const double = {...base, 'pkg-plist': 'lib/%%A%%.so\nlib/%%B%%.so\nbin/x\nbin/y\n'};
  expect(fixFor({missing: 'lib/q.so'}, COMPAT, double)).toBeUndefined();
  expect(fixFor({missing: 'lib/c'}, COMPAT, base)).toBeUndefined();
});

test('entries of the port’s own Makefile go by a diff of it', async () => {
  const base = {Makefile: 'PORTNAME=\tfoo\n\nPLIST_FILES=\tbin/foo \\\n\t\tbin/bar \\\n\t\tbin/baz\n\n.include <bsd.port.mk>\n'};
  const after = await composed(base, await applied(fixOf(plistMismatch, inputOf({missing: 'bin/bar'}, COMPAT, base)), COMPAT));
  expect(after.Makefile).toBe('PORTNAME=\tfoo\n\nPLIST_FILES=\tbin/foo \\\n\t\tbin/baz\n\n.include <bsd.port.mk>\n');
});

test('a port of DeltaPorts’ own is edited where it lies', async () => {
  const overlay = {...COMPAT, STATUS: 'DPORT\n', 'newport/pkg-plist': 'bin/a\nbin/b\n'};
  const fix = fixOf(plistMismatch, inputOf({missing: 'bin/a'}, overlay, {'pkg-plist': 'bin/a\nbin/b\n'}));
  expect(await applied(fix, overlay)).toEqual({...overlay, 'newport/pkg-plist': 'bin/b\n'});
});

test('a file that pkg could not pack is missing too, without check-plist', async () => {
  const base = {Makefile: MAKEFILE, 'pkg-plist': 'bin/a\nbin/old\n/etc/old\n'};
  const facts = [{unstaged: '/usr/local/bin/old\n/etc/old'}, {unstaged: '/etc/old'}];
  const fix = fixOf(plistMismatch, inputOf(facts, COMPAT, base));
  expect((await composed(base, await applied(fix, COMPAT)))['pkg-plist']).toBe('bin/a\n');
});

test.each([
  ['a path that leads out', {orphaned: '../etc/passwd'}, {}],
  ['shell text', {orphaned: 'bin/$(id)'}, {}],
  ['a path with blanks', {orphaned: 'bin/a b'}, {}],
  ['a missing entry that nobody lists', {missing: 'bin/nowhere'}, {}],
  ['a plist that is gone for the most part', {missing: 'bin/a\nbin/b\nbin/c\nbin/d'}, {}],
  ['more entries than findings name', {orphaned: Array.from({length: 200}, (_, index) => `bin/x${index}`).join('\n')}, {}],
  ['a file that is named for a version of FreeBSD', {unstaged: '/usr/local/lib/_data__freebsd99_.py'}, {}],
  ['an entry whose variable is not defined', {unstaged: '/usr/local/%%UI%%bin/a'}, {}],
  ['another cause before it', [{header: 'a.h'}, {orphaned: 'bin/new'}], {}],
  ['an overlay file that was cut', {orphaned: 'bin/new'}, {'Makefile.DragonFly': 'X'.repeat(65_536)}],
  [
    'a diff that is not what composed the plist',
    {missing: 'bin/a'},
    {'diffs/pkg-plist.diff': '--- pkg-plist\n+++ pkg-plist\n@@ -1 +1 @@\n-x\n+y\n'},
  ],
  ['a file where only its name is a directory’s', {missing: 'share/d'}, {}],
  [
    'a plist that two diffs change',
    {missing: 'bin/a'},
    {
      'diffs/a.diff': '--- pkg-plist\n+++ pkg-plist\n@@ -0,0 +1 @@\n+bin/a\n',
      'diffs/pkg-plist.diff': '--- pkg-plist\n+++ pkg-plist\n@@ -4,0 +5 @@\n+bin/e\n',
    },
  ],
  ['a locked port', {missing: 'bin/a'}, {STATUS: 'LOCK\n'}],
] as const)('no fix for %s', (_what, facts, overlay) => {
  const port = {'pkg-plist': 'bin/a\nbin/b\nbin/c\nbin/d\nbin/e\n@dir share/d\n'};
  expect(plistMismatch.fix(inputOf(facts as never, overlay as Files, port), new Map())).toBeUndefined();
  expect(plistMismatch.fix(inputOf(facts as never, {...COMPAT, ...overlay}, port), new Map())).toBeUndefined();
});

const KEPT = ['bin/0', 'bin/1', 'bin/2', 'bin/3', 'bin/4', 'bin/5', 'bin/6', 'bin/7'];

test('every orphan is listed and every missing entry gone, whoever listed it', async () => {
  const path = fc.stringMatching(/^(bin|lib|share\/doc)\/[a-z][a-z0-9._+-]{0,8}$/);
  const paths = fc.uniqueArray(path, {minLength: 6, maxLength: 20});
  const property = fc.asyncProperty(paths, fc.infiniteStream(fc.integer({min: 0, max: 3})), async (all, where) => {
    const [listed, added, own, orphaned] = [0, 1, 2, 3].map(() => [] as string[]) as [string[], string[], string[], string[]];
    for (const one of all) [listed, added, own, orphaned][where.next().value]?.push(one);
    const base = {Makefile: MAKEFILE, 'pkg-plist': [...KEPT, ...listed, ''].join('\n')};
    const missing = [...listed.slice(0, 2), ...added.slice(0, 2), ...own.slice(0, 2)];
    const overlay = {
      ...COMPAT,
      ...(own.length > 0 ? {'Makefile.DragonFly': `PLIST_FILES+=\t${own.join(' ')}\n`} : {}),
      ...(added.length > 0 ? {'diffs/pkg-plist.diff': addingDiff(base['pkg-plist'], added)} : {}),
    };
    if (missing.length + orphaned.length === 0) return;
    const port = await composed(base, overlay);
    const fix = fixOf(plistMismatch, inputOf({orphaned: orphaned.join('\n'), missing: missing.join('\n')}, overlay, port));
    const after = await composed(base, await applied(fix, overlay));
    const wanted = [...KEPT, ...all.filter((one) => !missing.includes(one))];
    expect(plistOf(after).sort()).toEqual(wanted.sort());
  });
  await fc.assert(property, {numRuns: 60});
});

function addingDiff(plist: string, added: readonly string[]): string {
  const lines = plist.trim().split('\n');
  const head = `@@ -1,${lines.length} +1,${lines.length + added.length} @@`;
  return [
    '--- pkg-plist.orig',
    '+++ pkg-plist',
    head,
    ...lines.map((line) => ` ${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
}

function plistOf(port: Files): string[] {
  const words = wordsAssigned(port['Makefile.DragonFly'] ?? '', 'PLIST_FILES');
  return [...(port['pkg-plist'] ?? '').split('\n').filter((line) => line !== ''), ...words];
}
