import {guardDiff} from '../../../src/case/guard/index.ts';
import {isPortDiff, isSourcePatch} from '../../../src/case/guard/names.ts';

interface Change {
  readonly removed?: readonly string[];
  readonly added?: readonly string[];
  readonly index?: string;
}

const HOME = 'ports/net/foo';

/** A diff of an existing file, which is deleted if nothing is added. */
function diffOf(path: string, {removed = [], added = [], index = '1111111..2222222'}: Change): string {
  const gone = added.length === 0;
  return [
    `diff --git a/${HOME}/${path} b/${HOME}/${path}`,
    ...(gone ? ['deleted file mode 100644'] : []),
    `index ${index}${gone ? '' : ' 100644'}`,
    `--- a/${HOME}/${path}`,
    gone ? '+++ /dev/null' : `+++ b/${HOME}/${path}`,
    `@@ -${removed.length ? 1 : 0},${removed.length} +${gone ? 0 : 1},${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
}

function findings(diff: string, failed: readonly string[] = []): string[] {
  return guardDiff(diff, 'net/foo', {failedPatches: new Set(failed)}).map(({rule, severity}) => `${severity} ${rule}`);
}

const lines = (count: number): string[] => Array.from({length: count}, (_, at) => `A${at}=1`);

test('3 effective lines of an overlay may go, 4 are asked about; comments and empty lines do not count', () => {
  for (const file of ['Makefile.DragonFly', 'Makefile', 'newport/Makefile']) {
    expect(findings(diffOf(file, {removed: lines(3)}))).toEqual([]);
    expect(findings(diffOf(file, {removed: lines(4)}))).toEqual(['ask overlay-deleted']);
    expect(findings(diffOf(file, {removed: [...lines(3), '', '  # x', ' ']}))).toEqual([]);
  }
  expect(findings(diffOf('other/Makefile', {removed: lines(4)}))).toEqual([]);
  expect(findings(diffOf('Makefile', {removed: lines(4), added: ['CFLAGS+=\t-DX']}))).toEqual([]);
});

test('2000 added lines are for a person to read, 2001 too many', () => {
  expect(findings(diffOf('dragonfly/x', {added: lines(2000)}))).toEqual([]);
  expect(findings(diffOf('dragonfly/x', {added: lines(2001)}))).toEqual(['ask large']);
});

test.each(['pkg-install', 'pkg-deinstall', 'files/pkg-install.in', 'pkg-pre_x', 'pkg-post', 'files/pkg-preinstall'])(
  '%s is a script of the installation, unless it is deleted',
  (path) => {
    expect(findings(diffOf(path, {added: ['x']}))).toContain('ask install-script-file');
    expect(findings(diffOf(path, {removed: ['x']}))).toEqual([]);
  },
);

test.each(['pkg-message', 'xpkg-install', 'pkg-install.sh', 'pkg-descr', 'xpkg-post', 'pkg-post.txt'])('%s is none', (path) => {
  expect(findings(diffOf(path, {added: ['x']}))).not.toContain('ask install-script-file');
});

test('a new file that is executable is noted', () => {
  const fresh = (mode: string) =>
    diffOf('x', {added: ['x']}).replace(
      'index 1111111..2222222 100644',
      `new file mode ${mode}
index 0..1`,
    );
  expect(findings(fresh('100755'))).toEqual(['note executable']);
  expect(findings(fresh('100644'))).toEqual([]);
});

test('a patch that goes is asked about unless the log shows that it fails', () => {
  const gone = diffOf('dragonfly/patch-a', {removed: ['x']});
  expect(findings(gone)).toEqual(['ask patch-deleted']);
  expect(findings(gone, ['patch-a'])).toEqual(['note failed-patch-deleted']);
  expect(findings(gone, ['patch-b'])).toEqual(['ask patch-deleted']);
  expect(findings(diffOf('diffs/REMOVE', {added: [' dragonfly/patch-a ', '', 'files/patch-b']}), ['patch-b'])).toEqual([
    'ask patch-deleted',
    'note failed-patch-deleted',
  ]);
  expect(findings(diffOf('dragonfly/patch-a', {removed: ['x'], added: ['y'], index: '1111111..e69de29'}))).toEqual([
    'ask patch-deleted',
  ]);
  const reasons = guardDiff(diffOf('diffs/REMOVE', {added: ['files/patch-a', 'files/patch-b']}), 'net/foo', {
    failedPatches: new Set(),
  });
  expect(reasons[0]?.reason).toMatch(/^files\/patch-a, files\/patch-b /);
});

test('a secret over two lines of a diff is shown masked', () => {
  const [found, ...others] = guardDiff(diffOf('dragonfly/x', {added: ['A=1', `T=ghp_${'aB3'.repeat(12)}`]}), 'net/foo', {
    failedPatches: new Set(),
  });
  expect(others).toEqual([]);
  expect(found).toMatchObject({rule: 'secret', severity: 'ask'});
  expect(found?.reason).not.toContain('aB3aB3');
});

test('hidden text is quoted with at most 120 characters', () => {
  const [found] = guardDiff(diffOf('dragonfly/x', {added: [`\u200b${'y'.repeat(300)}`]}), 'net/foo', {failedPatches: new Set()});
  expect(found?.reason).toMatch(/"\u200by{119}"$/);
});

test.each([
  ['dragonfly/patch-a.c', true],
  ['patch-a', true],
  ['xpatch-a', false],
  ['patch-a/x', false],
  ['patch-', false],
])('%s is a patch of the source: %s', (name, expected) => {
  expect(isSourcePatch(name)).toBe(expected);
});

test.each([
  ['diffs/Makefile.diff', true],
  ['newport/diffs/a.diff', true],
  ['xdiffs/a.diff', false],
  ['diffs/a.diff.orig', false],
  ['diffs/a/b.diff', false],
])('%s is a diff of the port: %s', (name, expected) => {
  expect(isPortDiff(name)).toBe(expected);
});

test.each([
  ['distinfo', ['x'], 'refuse distinfo'],
  ['sub/distinfo.i386', ['x'], 'refuse distinfo'],
  ['diffs/distinfo.diff', ['+x'], 'refuse distinfo'],
  ['.gitattributes', ['x'], 'refuse git-file'],
  ['a/.github/x', ['x'], 'refuse git-file'],
  ['dragonfly/patch-a', ['--- /etc/x', '+++ /etc/x', '@@ -1 +1 @@', '+x'], 'refuse patch-path'],
  ['dragonfly/patch-a', ['--- ../x', '+++ b', '@@ -1 +1 @@', '+x'], 'refuse patch-path'],
  ['dragonfly/patch-a', ['Index: a/../../x', '@@ -1 +1 @@', '+x'], 'refuse patch-path'],
  ['diffs/Makefile.diff', ['--- a', '+++ ../distfiles', '@@ -1 +1 @@', '+x'], 'refuse patch-path'],
  ['diffs/a.diff', ['--- sub/distinfo.orig', '+++ b', '@@ -1 +1 @@', '+x'], 'refuse distinfo'],
])('%s with %j: %s', (path, added, expected) => {
  expect(findings(diffOf(path, {added}))).toContain(expected);
});

test.each([
  ['dragonfly/mydistinfo', ['x']],
  ['newport/distinfo.d/x', ['x']],
  ['dragonfly/agit', ['x']],
  ['dragonfly/patch-a', ['--- /dev/null', '+++ b', '@@ -0,0 +1 @@', '+x']],
  ['dragonfly/patch-a', ['--- a', '+++ b', '@@ -1 +1 @@', '+ see --- /etc/x']],
  ['dragonfly/patch-a', ['--- distinfo', '+++ b', '@@ -1 +1 @@', '+x']],
  ['dragonfly/x', ['--- /etc/x']],
])('%s with %j is within bounds', (path, added) => {
  expect(findings(diffOf(path, {added}))).toEqual([]);
});

test('submodules are refused as links are', () => {
  const diff = diffOf('x', {added: ['Subproject commit 1']}).replace(
    'index 1111111..2222222 100644',
    'new file mode 160000\nindex 0..1',
  );
  expect(findings(diff)).toContain('refuse file-kind');
});

test('lines that are continued count as one', () => {
  const added = ['CFLAGS+=\t-I/x \\', '\t-Wno-error', 'a=\tb\\\\', 'xBROKEN=1 \\'];
  expect(findings(diffOf('Makefile.DragonFly', {added}))).toEqual(['ask compiler-silenced']);
  expect(findings(diffOf('Makefile.DragonFly', {added: ['a=b \\', 'BROKEN=1']}))).toEqual([]);
  expect(findings(diffOf('Makefile.DragonFly', {added: ['a=b\\\\', 'BROKEN=1']}))).toEqual(['refuse hiding']);
  expect(findings(diffOf('Makefile.DragonFly', {added: ['BROKEN=1 \\']}))).toEqual(['refuse hiding']);
});

test.each([
  ['Makefile.DragonFly', 'BROKEN=x', true],
  ['files/a.mk', 'BROKEN=x', true],
  ['dragonfly/a.mk.in', 'BROKEN=x', false],
  ['dragonfly/xMakefile', 'BROKEN=x', false],
  ['pkg-plist', '@exec x', true],
  ['PLIST.1', '@exec x', true],
  ['my-plist', '@exec x', true],
  ['dragonfly/readme', '@exec x', false],
  ['overlay.dops', 'mk set BROKEN x', true],
  ['a/b.dops', 'mk set BROKEN x', true],
  ['dragonfly/b.dops.txt', 'mk set BROKEN x', false],
])('%s with %j has a finding: %s', (path, line, expected) => {
  expect(findings(diffOf(path, {added: [line]})).length > 0).toBe(expected);
});

test('a patch of overlay.dops that is materialized no longer is dropped, unless it is again', () => {
  const line = 'file materialize dragonfly/patch-a -> dragonfly/patch-a';
  expect(findings(diffOf('overlay.dops', {removed: [line], added: ['target @any']}))).toEqual(['ask patch-deleted']);
  expect(findings(diffOf('overlay.dops', {removed: [line], added: [`${line} `]}))).toEqual([]);
  expect(findings(diffOf('overlay.dops', {added: ['file remove files/patch-a']}))).toEqual(['ask patch-deleted']);
});
