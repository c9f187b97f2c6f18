import {type GuardDecisions, guardDiff as guard, passes} from '../../../src/case/guard/index.ts';
import type {Finding} from '../../../src/case/types.ts';

const added = (path: string, lines: string[], mode = '100644'): string =>
  [
    `diff --git a/${path} b/${path}`,
    `new file mode ${mode}`,
    'index 0000000..1111111',
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
    '',
  ].join('\n');

const guardDiff = (diff: string, origin: string, failed: string[] = [], decided: GuardDecisions = {}): Finding[] =>
  guard(diff, origin, {failedPatches: new Set(failed)}, decided);

const rules = (findings: Finding[]): string[] => findings.map((finding) => finding.rule);

const FRAGMENT = 'ports/net/foo/Makefile.DragonFly';

test('a dragonfly patch and a make fragment of the port itself pass', () => {
  const diff =
    added('ports/net/foo/dragonfly/patch-a.c', ['--- a.c.orig', '+++ a.c', '@@ -1 +1 @@', '-int a', '+int b']) +
    added(FRAGMENT, ['CFLAGS+=\t-DX']);
  expect(guardDiff(diff, 'net/foo')).toEqual([]);
});

test.each([
  ['an empty diff', '', 'empty'],
  ['text that is no diff', 'I fixed it\n', 'unreadable'],
  ['another port', added('ports/net/foobar/Makefile.DragonFly', ['X=1']), 'outside'],
  ['a way out of the port', added('ports/net/foo/../bar/Makefile', ['X=1']), 'outside'],
  ['a file beside ports', added('scripts/x', ['X=1']), 'outside'],
  ['a symbolic link', added('ports/net/foo/x', ['/etc/passwd'], '120000'), 'file-kind'],
  ['BROKEN', added(FRAGMENT, ['BROKEN=\tdoes not build']), 'hiding'],
  ['IGNORE for one system', added(FRAGMENT, ['IGNORE_DragonFly=\tno']), 'hiding'],
  ['NO_CHECKSUM', added(FRAGMENT, ['NO_CHECKSUM=yes']), 'hiding'],
  [
    'BROKEN inside a diff of the Makefile',
    added('ports/net/foo/diffs/Makefile.diff', ['--- Makefile', '+++ Makefile', '@@ -1 +1,2 @@', ' A=1', '+BROKEN=no']),
    'hiding',
  ],
  ['distinfo', added('ports/net/foo/distinfo', ['SHA256 (a) = 1']), 'distinfo'],
  [
    'a diff of distinfo',
    added('ports/net/foo/diffs/sums.diff', ['--- distinfo.orig', '+++ distinfo', '@@ -1 +1 @@', '-a', '+b']),
    'distinfo',
  ],
  ['distinfo removed by REMOVE', added('ports/net/foo/diffs/REMOVE', ['distinfo']), 'distinfo'],
  ['STATUS', added('ports/net/foo/STATUS', ['MASK']), 'status'],
])('%s is refused', (_name, diff, rule) => {
  const findings = guardDiff(diff, 'net/foo');
  expect(rules(findings)).toContain(rule);
  expect(findings.find((finding) => finding.rule === rule)?.severity).toBe('refuse');
  expect(passes(findings)).toBe(false);
});

test.each([
  ['another download', added(FRAGMENT, ['MASTER_SITES=\thttps://evil.example/']), 'downloads'],
  ['an overridden plist check', added(FRAGMENT, ['check-plist:', '\t@true']), 'check-target'],
])('%s is for the operator to judge', (_name, diff, rule) => {
  const findings = guardDiff(diff, 'net/foo');
  expect(findings).toEqual([expect.objectContaining({rule, severity: 'ask', path: FRAGMENT})]);
  expect(passes(findings)).toBe(false);
});

test('a patch that is taken away is a note where the log shows that it fails, and a question where it does not', () => {
  const deleted =
    'diff --git a/ports/net/foo/dragonfly/patch-a b/ports/net/foo/dragonfly/patch-a\ndeleted file mode 100644\nindex 1..0\n--- a/ports/net/foo/dragonfly/patch-a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n';
  const removed = added('ports/net/foo/diffs/REMOVE', ['files/patch-a']);
  const emptied = deleted
    .replace('deleted file mode 100644\nindex 1..0', 'index 1111111..e69de29 100644')
    .replace('/dev/null', 'b/ports/net/foo/dragonfly/patch-a');
  const byOps = added('ports/net/foo/overlay.dops', ['file remove files/patch-a']);
  for (const diff of [deleted, removed, emptied, byOps]) {
    const seen = guardDiff(diff, 'net/foo', ['patch-a']);
    expect(rules(seen)).toEqual(['failed-patch-deleted']);
    expect(passes(seen)).toBe(true);
    const unseen = guardDiff(diff, 'net/foo', ['patch-b']);
    expect(unseen).toEqual([expect.objectContaining({rule: 'patch-deleted', severity: 'ask'})]);
  }
  expect(
    rules(
      guardDiff(deleted + added(FRAGMENT, ['dfly-patch:', "\t${REINPLACE_CMD} -e 's/a/b/' ${WRKSRC}/x"]), 'net/foo', ['patch-a']),
    ),
  ).toEqual(['failed-patch-deleted', 'replaced-by-command', 'patch-to-command']);
});

test('a policy sets severities, an operator answers what is asked, and neither loosens where a fix may write', () => {
  const silenced = added(FRAGMENT, ['CFLAGS+=\t-Wno-error']);
  const broken = added(FRAGMENT, ['BROKEN=\tno']);
  const outside = added('ports/net/bar/x', ['a']);
  const judged = {by: 'ann', rules: ['compiler-silenced', 'hiding', 'outside']};
  expect(passes(guardDiff(silenced, 'net/foo', [], {policy: {'compiler-silenced': 'note'}}))).toBe(true);
  expect(guardDiff(silenced, 'net/foo', [], {policy: {'compiler-silenced': 'refuse'}, judged})[0]?.severity).toBe('refuse');
  expect(guardDiff(silenced, 'net/foo', [], {judged})).toEqual([
    expect.objectContaining({severity: 'note', reason: expect.stringMatching(/\(accepted by ann\)$/)}),
  ]);
  expect(guardDiff(broken, 'net/foo', [], {judged})[0]?.severity).toBe('refuse');
  expect(guardDiff(outside, 'net/foo', [], {policy: {outside: 'note'}, judged})[0]?.severity).toBe('refuse');
});

test('lines that are removed or only context do not count', () => {
  const diff = [
    `diff --git a/${FRAGMENT} b/${FRAGMENT}`,
    'index 1111111..2222222 100644',
    `--- a/${FRAGMENT}`,
    `+++ b/${FRAGMENT}`,
    '@@ -1,2 +1,2 @@',
    ' IGNORE=\tbefore',
    '-BROKEN=\tyes',
    '+LDFLAGS+=\t-lx',
    '',
  ].join('\n');
  expect(guardDiff(diff, 'net/foo')).toEqual([]);
});

test.each([
  ['as git writes it with --binary', 'GIT binary patch\nliteral 3\nKcmZQz00aO40RaF2\n\nliteral 0\nHcmV?d00001\n'],
  ['as git writes it without', 'Binary files /dev/null and b/ports/net/foo/files/logo.png differ\n'],
])('a binary file cannot be read in review, %s', (_, body) => {
  const path = 'ports/net/foo/files/logo.png';
  const diff = `diff --git a/${path} b/${path}\nnew file mode 100644\nindex 0000000..1234567\n${body}`;
  const findings = guardDiff(`${added(FRAGMENT, ['X=1'])}${diff}`, 'net/foo');
  expect(findings.filter(({rule}) => rule === 'binary')).toEqual([expect.objectContaining({path, severity: 'ask'})]);
});

test('a text that speaks of binary files is none', () => {
  const words = ['GIT binary patch', 'Binary files a and b differ'];
  expect(guardDiff(added('ports/net/foo/files/note.txt', words), 'net/foo').filter(({rule}) => rule === 'binary')).toEqual([]);
});
