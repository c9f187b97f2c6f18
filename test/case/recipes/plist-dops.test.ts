import {plistMismatch} from '../../../src/case/recipes/plist.ts';
import {applied, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const HEAD = 'port net/foo\ntype port\ntarget @any\nreason "test"\n\n';
const NEW = 'port net/foo\ntype port\nreason "the files that the port installs on DragonFly"\n\ntarget @any\n\n';
const MAKEFILE = 'PORTNAME=\tfoo\n\n.include <bsd.port.mk>\n';
const PORT = {Makefile: MAKEFILE, 'pkg-plist': 'bin/a\nbin/c\nshare/x\n@dir share/y\n'};

/** The overlay after the fix, and the port that it composes; `operations` undefined: the port has no overlay. */
async function fixed(
  facts: Record<string, string>,
  operations: string | undefined,
  freebsd: Files = PORT,
  more: Files = {},
): Promise<{overlay: Files; port: Files}> {
  const overlay = operations === undefined ? more : {...more, 'overlay.dops': HEAD + operations};
  const port = operations === undefined ? freebsd : composedByDops(freebsd, overlay);
  const after = await applied(fixOf(plistMismatch, inputOf(facts, overlay, port, freebsd)), overlay);
  return {overlay: after, port: composedByDops(freebsd, after)};
}

function noFix(facts: Record<string, string>, overlay: Files, port: Files = PORT, freebsd: Files = port): void {
  expect(plistMismatch.fix(inputOf(facts, overlay, port, freebsd), new Map())).toBeUndefined();
}

test('lines are inserted behind one that occurs once, and removed by their text', async () => {
  const {overlay, port} = await fixed({orphaned: 'bin/b\nbin/bb', missing: 'share/x'}, '');
  expect(overlay['overlay.dops']).toBe(
    `${HEAD}text line-insert-after file pkg-plist anchor "bin/a" line "bin/b"\n` +
      'text line-insert-after file pkg-plist anchor "bin/b" line "bin/bb"\n' +
      'text line-remove file pkg-plist exact "share/x"\n',
  );
  expect(port['pkg-plist']).toBe('bin/a\nbin/b\nbin/bb\nbin/c\n@dir share/y\n');
});

test('a port without an overlay gets an overlay.dops, which replaces STATUS', async () => {
  const {overlay, port} = await fixed({orphaned: '@dir share/z', missing: 'bin/c'}, undefined, PORT, {STATUS: 'PORT\n'});
  expect(overlay).toEqual({
    'overlay.dops': `${NEW}text line-insert-after file pkg-plist anchor "@dir share/y" line "@dir share/z"\ntext line-remove file pkg-plist exact "bin/c"\n`,
  });
  expect(port['pkg-plist']).toBe('bin/a\nshare/x\n@dir share/y\n@dir share/z\n');
});

test('a port that exists only in DeltaPorts gets one of its type', async () => {
  const own = {STATUS: 'DPORT\n', 'newport/pkg-plist': 'bin/a\nbin/b\n'};
  const fix = fixOf(plistMismatch, inputOf({missing: 'bin/a'}, own, {'pkg-plist': 'bin/a\nbin/b\n'}, {}));
  const after = await applied(fix, own);
  expect(after['overlay.dops']).toContain('\ntype dport\n');
  expect(after.STATUS).toBeUndefined();
  expect(composedByDops({}, after)['pkg-plist']).toBe('bin/b\n');
});

test('an entry that overlay.dops itself puts into the plist is removed from it', async () => {
  const inserted = 'text line-insert-after file pkg-plist \\\n  anchor "bin/a" \\\n  line "bin/b"\nmk add USES ssl\n';
  expect((await fixed({missing: 'bin/b'}, inserted)).overlay).toEqual({'overlay.dops': `${HEAD}mk add USES ssl\n`});
  const listed = await fixed({missing: 'bin/b'}, 'mk add PLIST_FILES "bin/b"\nmk add USES ssl\n');
  expect(listed.overlay).toEqual({'overlay.dops': `${HEAD}mk add USES ssl\n`});
});

test('an overlay without another operation stays with its header, since the composer needs an overlay', async () => {
  expect((await fixed({missing: 'bin/b'}, 'mk add PLIST_FILES "bin/b"\n')).overlay).toEqual({'overlay.dops': HEAD});
});

test('an entry that overlay.dops removes and that is installed now comes back', async () => {
  const freebsd = {...PORT, 'pkg-plist': 'bin/a\nbin/b\n'};
  const removed = 'text line-remove file pkg-plist exact "bin/b" on-missing warn\nmk add USES ssl\n';
  expect((await fixed({orphaned: 'bin/b'}, removed, freebsd)).overlay).toEqual({'overlay.dops': `${HEAD}mk add USES ssl\n`});
  const listing = {Makefile: 'PLIST_FILES=\tbin/a bin/b\n'};
  const {overlay} = await fixed({orphaned: 'bin/b'}, 'mk remove PLIST_FILES bin/b\n', listing);
  expect(overlay).toEqual({'overlay.dops': HEAD});
});

test('an entry that another operation needs is not removed', () => {
  const overlay = {
    'overlay.dops': `${HEAD}text line-insert-after file pkg-plist anchor "bin/a" line "bin/b"\ntext line-insert-after file pkg-plist anchor "bin/b" line "bin/bc"\n`,
  };
  noFix({missing: 'bin/b'}, overlay, composedByDops(PORT, overlay), PORT);
});

test('a diff that overlay.dops applies is regenerated, and removed with its statement if it becomes empty', async () => {
  const diff = '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1,2 +1,3 @@\n bin/a\n+bin/b\n bin/c\n';
  const files = {'diffs/pkg-plist.diff': diff};
  const freebsd = {...PORT, 'pkg-plist': 'bin/a\nbin/c\n'};
  const empty = await fixed({missing: 'bin/b'}, 'patch apply diffs/pkg-plist.diff\n', freebsd, files);
  expect(empty.overlay).toEqual({'overlay.dops': HEAD});
  const {overlay, port} = await fixed({missing: 'bin/c'}, 'patch apply diffs/pkg-plist.diff\n', freebsd, files);
  expect(overlay['overlay.dops']).toBe(`${HEAD}patch apply diffs/pkg-plist.diff\n`);
  expect(port['pkg-plist']).toBe('bin/a\nbin/b\n');
});

test('a port that lists its files in its Makefile', async () => {
  const freebsd = {Makefile: 'PORTNAME=\tfoo\nPLIST_FILES=\tbin/a share/${PORTNAME}/b\n'};
  const {overlay, port} = await fixed({orphaned: 'bin/c', missing: 'bin/a\nshare/foo/b'}, '', freebsd);
  expect(overlay['overlay.dops']).toBe(
    `${HEAD}mk add PLIST_FILES bin/c\nmk remove PLIST_FILES bin/a\nmk remove PLIST_FILES \${PORTNAME}/b\n`.replace(
      '${PORTNAME}',
      'share/${PORTNAME}',
    ),
  );
  expect(port.Makefile).toBe('PORTNAME=\tfoo\nPLIST_FILES= bin/c\n');
});

test('a port without any list gets PLIST_FILES and PLIST_DIRS, unless a master may set them later', async () => {
  const {port} = await fixed({orphaned: 'bin/c\n@dir share/foo'}, undefined, {Makefile: MAKEFILE});
  expect(port.Makefile).toBe('PORTNAME=\tfoo\n\nPLIST_FILES= bin/c\nPLIST_DIRS= share/foo\n.include <bsd.port.mk>\n');
  noFix({orphaned: 'bin/c'}, {}, {Makefile: `MASTERDIR=\t\${.CURDIR}/../bar\n${MAKEFILE}`});
});

test('an entry that the plist lacks is removed from the Makefile', async () => {
  const freebsd = {...PORT, Makefile: `PLIST_FILES=\tbin/a2 bin/b\n${MAKEFILE}`};
  const {overlay, port} = await fixed({orphaned: 'bin/d', missing: 'bin/b'}, undefined, freebsd);
  expect(overlay['overlay.dops']).toBe(
    `${NEW}text line-insert-after file pkg-plist anchor "bin/c" line "bin/d"\nmk remove PLIST_FILES bin/b\n`,
  );
  expect(port.Makefile).toBe(`PLIST_FILES= bin/a2\n${MAKEFILE}`);
});

test('an absolute entry that is orphaned as a relative one is made relative, its keyword retained', async () => {
  const freebsd = {...PORT, 'pkg-plist': 'bin/xrdp\n/etc/X11/xrdp/xorg.conf\nlib/x.so\n@dir /etc/X11/xrdp\n'};
  const facts = {
    orphaned: 'etc/X11/xrdp/xorg.conf\n@dir etc/X11/xrdp',
    missing: '/etc/X11/xrdp/xorg.conf\n@dir /etc/X11/xrdp',
  };
  const {port} = await fixed(facts, undefined, freebsd);
  expect(port['pkg-plist']).toBe('bin/xrdp\netc/X11/xrdp/xorg.conf\nlib/x.so\n@dir etc/X11/xrdp\n');
});

test.each([
  ['several scopes', `${HEAD}target @main\nmk add USES ssl\n`],
  ['a scope of another target', HEAD.replace('@any', '@main')],
  ['a heredoc that does not end', `${HEAD}mk target set x <<'MK'\n`],
  ['a plist that is materialized', `${HEAD}file materialize dragonfly/pkg-plist -> pkg-plist\n`],
  ['a locked port', HEAD.replace('type port', 'type lock')],
])('no fix for %s', (_what, dops) => {
  noFix({orphaned: 'bin/b'}, {'overlay.dops': dops, 'dragonfly/pkg-plist': PORT['pkg-plist']});
});

test('no fix if the port of FreeBSD is not the one that was built', () => {
  noFix({missing: 'bin/c'}, {'overlay.dops': HEAD}, PORT, {...PORT, 'pkg-plist': 'bin/a\n'});
  const {freebsd: _none, ...input} = inputOf({missing: 'bin/c'}, {'overlay.dops': HEAD}, PORT);
  expect(plistMismatch.fix(input, new Map())).toBeUndefined();
});

test('Makefile.DragonFly beside overlay.dops has no effect and stays as it is', async () => {
  const dead = {'Makefile.DragonFly': 'PLIST_FILES+=\tshare/x\n'};
  const {overlay} = await fixed({missing: 'share/x'}, '', PORT, dead);
  expect(overlay['Makefile.DragonFly']).toBe(dead['Makefile.DragonFly']);
  expect(overlay['overlay.dops']).toContain('text line-remove file pkg-plist exact "share/x"');
});

describe('an orphan under a directory or a version that PLIST_SUB has', () => {
  const listed = async (substituted: string, orphaned: string): Promise<string | undefined> => {
    const makefile = `PORTNAME=\tfoo\nDISTVERSION=\t2.4.1\n${substituted}\n.include <bsd.port.mk>\n`;
    const {port} = await fixed({orphaned}, '', {Makefile: makefile, 'pkg-plist': 'bin/a\n'});
    return port['pkg-plist']?.split('\n')[1];
  };

  test.each([
    ['PLIST_SUB=\tVERSION=${PORTVERSION}', 'lib/liba.so.2.4.1', 'lib/liba.so.%%VERSION%%'],
    ['PLIST_SUB=\tVERSION="${DISTVERSION}"', '@dir share/a-2.4.1/x', '@dir share/a-%%VERSION%%/x'],
    ['PLIST_SUB=\tDATA="share/a-2.4.1" VERSION=2.4.1', 'share/a-2.4.1/x', '%%DATA%%/x'],
    [
      '.if 1\nPLIST_SUB+=\tDATA=share/a GUI=""\n.else\nPLIST_SUB+=\tDATA=share/a GUI="@comment "\n.endif',
      'share/a/x',
      '%%DATA%%/x',
    ],
  ])('is written with its token: %s', async (substituted, orphan, line) => {
    expect(await listed(substituted, orphan)).toBe(line);
  });

  test.each([
    ['PLIST_SUB=\tVERSION=${PORTVERSION}', 'lib/liba.so.2.4.10'],
    ['PLIST_SUB=\tVERSION=${PORTVERSION}', 'lib/liba.so.12.4.1'],
    ['PLIST_SUB=\tNAME=foo', 'share/foo/x'],
    ['PLIST_SUB=\tDATA=share/a\nPLIST_SUB+=\tDATA=share/b', 'share/a/x'],
    ['PLIST_SUB=\tDATA=share/a', 'myshare/a/x'],
    ['', 'lib/liba.so.2.4.1'],
  ])('is written as it is where no token has just that value: %s', async (substituted, orphan) => {
    expect(await listed(substituted, orphan)).toBe(orphan);
  });
});

test('a file that was installed outside PREFIX is listed for review only', () => {
  const fix = fixOf(plistMismatch, inputOf({orphaned: '/etc/init.d/food\nbin/b'}, {'overlay.dops': HEAD}, PORT, PORT));
  expect(fix.review).toBe('Check whether these belong outside PREFIX: /etc/init.d/food.');
});

test('a plist of a port with several flavors is left to a model, and that of a port with one is not', () => {
  const fixes = (makefile: string, more: Files = {}, flavor = 'gui'): boolean => {
    const port = {Makefile: `${makefile}.include <bsd.port.mk>\n`, 'pkg-plist': 'bin/a\n', ...more};
    const input = inputOf({orphaned: 'bin/b'}, {}, port, port);
    return plistMismatch.fix({...input, port: {...input.port, flavor}}, new Map()) !== undefined;
  };
  expect(fixes('FLAVORS=\tconsole gui\n')).toBe(false);
  expect(fixes('FLAVORS=\tgui\n')).toBe(true);
  expect(fixes('USES=\tpython\n', {}, 'py311')).toBe(true);
  expect(fixes('FLAVORS=\tconsole gui\n', {'pkg-plist': '', 'pkg-plist-gui': 'bin/a\n'})).toBe(false);
});
