import {type CaseTexts, findUnclean} from '../../src/eval/clean.ts';
import type {EvalCase} from '../../src/eval/eval-case.ts';
import {known} from './made.ts';

const HEAD = 'port comms/kermit\ntype port\nreason "x"\ntarget @any\n\n';
const MAKEFILE = 'PORTNAME=\tkermit\nDISTVERSION=\t9.0.3\nPLIST_SUB=\tSHLIB=libk-2.1\n\n.include <bsd.port.mk>\n';
const FREEBSD = new Map([
  ['Makefile', MAKEFILE],
  ['pkg-plist', 'bin/kermit\n'],
]);
const TEXTS: CaseTexts = {overlay: new Map([['overlay.dops', HEAD]]), composed: FREEBSD, freebsd: FREEBSD};

/** A git diff that adds a file to kermit's overlay. */
function added(file: string, text: string): string {
  const path = `ports/comms/kermit/${file}`;
  const lines = text.replace(/\n$/, '').split('\n');
  const body = lines.map((line) => `+${line}\n`).join('');
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${body}`;
}

/** A git diff that appends statements to kermit's overlay.dops. */
function operations(...statements: readonly string[]): string {
  const path = 'ports/comms/kermit/overlay.dops';
  const context = HEAD.slice(0, -1)
    .split('\n')
    .map((line) => ` ${line}\n`)
    .join('');
  const body = statements.map((line) => `+${line}\n`).join('');
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,5 +1,${5 + statements.length} @@\n${context}${body}`;
}

const PATCH = '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-int a;\n+long a;\n';
const USED = 'file materialize dragonfly/patch-a.c -> dragonfly/patch-a.c';
const judge = (diff: string, more: Partial<EvalCase> = {}, texts = TEXTS): string[] =>
  findUnclean({known: known({target: '@main', ...more}), diff, texts}).map(({why}) => why);

test('a patch with its operation, a token and an operation with an effect are clean', () => {
  expect(judge(added('dragonfly/patch-a.c', PATCH) + operations(USED))).toEqual([]);
  expect(judge(operations('text line-insert-after file pkg-plist anchor "bin/kermit" line "lib/%%SHLIB%%.so"'))).toEqual([]);
});

test('a patch that no operation uses is dead', () => {
  expect(judge(added('dragonfly/patch-a.c', PATCH)).join()).toContain('no operation uses it');
});

test('a patch whose hunks change nothing is dead', () => {
  const noop = PATCH.replace('+long a;', '+int a;');
  expect(judge(added('dragonfly/patch-a.c', noop) + operations(USED)).join()).toContain('changes nothing');
});

test('an operation without an effect is not clean where FreeBSD’s port is known', () => {
  const diff = operations('text line-remove file pkg-plist exact "bin/other" on-missing noop');
  expect(judge(diff).join()).toMatch(/^overlay\.dops, line 6: /);
  expect(judge(diff, {}, {...TEXTS, freebsd: undefined})).toEqual([]);
});

test.each([
  ['PORTVERSION', 'text line-insert-after file pkg-plist anchor "bin/kermit" line "lib/libkermit.so.9.0.3"'],
  ['SHLIB', 'text line-insert-after file pkg-plist anchor "bin/kermit" line "lib/libk-2.1.so"'],
  ['DATADIR', 'text line-insert-after file pkg-plist anchor "bin/kermit" line "share/kermit/rc"'],
])('a literal for %s is not clean', (token, operation) => {
  const tokens = {'%%DATADIR%%': 'share/kermit'};
  expect(judge(operations(operation), {tokens}).join()).toContain(`is written for %%${token}%%`);
});

test('a longer version than that of the token is another one', () => {
  const line = 'text line-insert-after file pkg-plist anchor "bin/kermit" line "lib/libz.so.9.0.31"';
  expect(judge(operations(line))).toEqual([]);
});

test('a file that is replaced by a copy in the overlay is not clean', () => {
  const diff = added('files/pkg-plist', 'bin/kermit\nbin/new\n') + operations('file materialize files/pkg-plist -> pkg-plist');
  expect(judge(diff)).toEqual(['pkg-plist is replaced as a whole by a copy in the overlay']);
});

test('a command that edits the source is not clean where a patch is the custom', () => {
  const diff = operations("mk target set dfly-patch <<'EOT'", "\t@${REINPLACE_CMD} -e 's/int/long/' ${WRKSRC}/a.c", 'EOT');
  expect(judge(diff)).toEqual([]);
  expect(judge(diff, {custom: 'patch'}).join()).toContain('a command edits the source');
});

test('a form that the corpus forbids is not clean, with its reason', () => {
  const forbidden = [{why: 'no flags', added: 'CFLAGS'}];
  const diff = operations('mk add CFLAGS "-DX"');
  expect(findUnclean({known: known(), diff, texts: TEXTS, forbidden})).toEqual([{fault: 'forbidden form', why: 'no flags'}]);
});
