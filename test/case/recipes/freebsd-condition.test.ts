import {applyPatch} from 'diff';
import {extendCondition} from '../../../src/case/recipes/c-conditions.ts';
import {freebsdCondition} from '../../../src/case/recipes/freebsd-condition.ts';
import {applied, composedByDops, type Files, fixOf, inputOf, withText} from './support.ts';

const HEAD = 'port net/foo\ntarget @any\n';
const FREEBSD = {Makefile: 'PORTNAME=\tfoo\n'};
const EMPTY: Files = {'overlay.dops': HEAD};
const AT = '/construction/net/foo/foo-1.0';

function failing(text: string, overlay: Files = EMPTY) {
  const port = overlay['overlay.dops'] === undefined ? {...FREEBSD, ...overlay} : composedByDops(FREEBSD, overlay);
  return withText(inputOf({}, overlay, port, FREEBSD), text);
}

/** The source after the patch that the recipe adds for it. */
async function repaired(text: string, file: string, source: string): Promise<string | false> {
  const fix = fixOf(freebsdCondition, failing(text), {[file]: source});
  expect(fix.review).toContain(file);
  const after = await applied(fix, EMPTY);
  const [name, ...others] = Object.keys(after).filter((path) => path !== 'overlay.dops');
  expect(others).toEqual([]);
  expect(after['overlay.dops']).toBe(`${HEAD}file materialize ${name} -> ${name}\n`);
  return applyPatch(source, after[name ?? ''] ?? '', {fuzzFactor: 0});
}

function noFix(text: string, file: string, source: string, overlay: Files = EMPTY): void {
  expect(freebsdCondition.fix(failing(text, overlay), new Map([[file, source]]))).toBeUndefined();
}

test.each([
  ['#ifdef __FreeBSD__', '#if defined(__FreeBSD__) || defined(__DragonFly__)'],
  [' #  ifdef\t__FreeBSD__ /* x */', ' #  if\tdefined(__FreeBSD__) || defined(__DragonFly__) /* x */'],
  ['#ifndef __FreeBSD__', '#if !defined(__FreeBSD__) && !defined(__DragonFly__)'],
  ['#if defined(__FreeBSD__)', '#if defined(__FreeBSD__) || defined(__DragonFly__)'],
  ['#elif defined __FreeBSD__ // x', '#elif defined __FreeBSD__ || defined __DragonFly__ // x'],
  ['#if defined (A) || defined (__FreeBSD__)', '#if defined (A) || defined (__FreeBSD__) || defined (__DragonFly__)'],
  ['#if !defined(__FreeBSD__) && A', '#if !defined(__FreeBSD__) && !defined(__DragonFly__) && A'],
  ['#if defined(__FreeBSD__) && A', '#if (defined(__FreeBSD__) || defined(__DragonFly__)) && A'],
  ['#if A && defined(__FreeBSD__)', '#if A && (defined(__FreeBSD__) || defined(__DragonFly__))'],
  ['#if __FreeBSD__', '#if __FreeBSD__ || defined(__DragonFly__)'],
  ['#if (__FreeBSD__) || A', '#if (__FreeBSD__ || defined(__DragonFly__)) || A'],
  [
    '#if A || \\\n    defined(__FreeBSD__) \\\n    || B',
    '#if A || \\\n    defined(__FreeBSD__) || defined(__DragonFly__) \\\n    || B',
  ],
])('the condition %j becomes %j', (before, after) => {
  expect(extendCondition(before.split('\n'))?.lines.join('\n')).toBe(after);
});

test.each([
  '#ifdef __linux__',
  '#if defined(__FreeBSD__) || defined(__DragonFly__)',
  '#if __FreeBSD__ >= 10',
  '#if 9 < __FreeBSD__',
  '#if defined(__FreeBSD__) && __FreeBSD_version > 1300000',
  '#if defined(__FreeBSD__) && __FreeBSD__ > 9',
  '#else /* __FreeBSD__ */',
  '#ifdef __FreeBSD__X',
])('the condition %j is left alone', (condition) => {
  expect(extendCondition(condition.split('\n'))).toBeUndefined();
});

const ONE =
  '#include <a.h>\n#ifdef __linux__\n#include <l.h>\n#elif defined(__FreeBSD__)\n#include <math.h>\n#endif\nint x = NAN;\n';

test.each<[string, string, string]>([
  ['a symbol, with one branch of includes', "src/a.c:7:9: error: 'NAN' undeclared (first use in this function)", ONE],
  ['the same by clang', "src/a.c:7:9: error: use of undeclared identifier 'NAN'", ONE],
  ['a type', 'src/a.c:7:9: error: storage size of ‘sas’ isn’t known', ONE],
  ['a header beside the branch', 'src/a.c:3:9: fatal error: l.h: No such file or directory', ONE],
  ['an absolute path', `${AT}/src/a.c:7:9: error: 'NAN' undeclared`, ONE],
  ['a path from another directory', "../src/a.c:7:9: error: 'NAN' undeclared", ONE],
])('%s', async (_what, text, source) => {
  const after = source.replace('defined(__FreeBSD__)', 'defined(__FreeBSD__) || defined(__DragonFly__)');
  expect(await repaired(text, 'src/a.c', source)).toBe(after);
});

const LINES = (...lines: string[]) => `${lines.join('\n')}\n`;
const IF = '#if defined(__FreeBSD__) || defined(__DragonFly__)';

test.each<[string, string, string[], string[]]>([
  [
    'the branch that has the symbol, of several',
    "a.c:9:1: error: 'struct s' has no member named 'caps'",
    [
      '#ifdef __FreeBSD__',
      '#include <x.h>',
      '#endif',
      'struct s {',
      '#ifdef __FreeBSD__',
      'int caps;',
      '#endif',
      '};',
      's.caps = 1;',
    ],
    ['#ifdef __FreeBSD__', '#include <x.h>', '#endif', 'struct s {', IF, 'int caps;', '#endif', '};', 's.caps = 1;'],
  ],
  [
    'a branch of macros that choose what headers declare',
    "a.c:4:1: error: 'NAN' undeclared",
    ['#if defined(__NetBSD__) || defined (__FreeBSD__)', '#define __BSD_VISIBLE 1', '#endif', 'int x = NAN;'],
    [
      '#if defined(__NetBSD__) || defined (__FreeBSD__) || defined (__DragonFly__)',
      '#define __BSD_VISIBLE 1',
      '#endif',
      'int x = NAN;',
    ],
  ],
  [
    'one of such macros for other systems',
    "a.c:5:1: error: 'NAN' undeclared",
    ['#ifndef __FreeBSD__', '// hides names', '#define _XOPEN_SOURCE 600', '#endif', 'int x = NAN;'],
    [
      '#if !defined(__FreeBSD__) && !defined(__DragonFly__)',
      '// hides names',
      '#define _XOPEN_SOURCE 600',
      '#endif',
      'int x = NAN;',
    ],
  ],
  [
    'a branch for other systems',
    'a.c:2:10: fatal error: sys/statfs.h: No such file or directory',
    ['#ifndef __FreeBSD__', '#include <sys/statfs.h>', '#endif'],
    ['#if !defined(__FreeBSD__) && !defined(__DragonFly__)', '#include <sys/statfs.h>', '#endif'],
  ],
  [
    'an #error in the last branch, with a nested condition',
    'a.c:8:2: error: #error Unknown system',
    [
      '#if defined(__linux__)',
      'l',
      '#elif defined(__FreeBSD__)',
      '#ifdef A',
      'f',
      '#endif',
      '#else',
      '#error Unknown system',
      '#endif',
    ],
    [
      '#if defined(__linux__)',
      'l',
      IF.replace('#if', '#elif'),
      '#ifdef A',
      'f',
      '#endif',
      '#else',
      '#error Unknown system',
      '#endif',
    ],
  ],
])('%s', async (_what, text, before, after) => {
  expect(await repaired(text, 'a.c', LINES(...before))).toBe(LINES(...after));
});

test.each<[string, string, string, string]>([
  [
    'MATCHES',
    'elseif(CMAKE_SYSTEM_NAME MATCHES "FreeBSD")',
    'elseif(CMAKE_SYSTEM_NAME MATCHES "FreeBSD|DragonFly")',
    'CMakeLists.txt',
  ],
  [
    'MATCHES, one of several',
    'elseif(${X} MATCHES "NetBSD|FreeBSD")',
    'elseif(${X} MATCHES "NetBSD|FreeBSD|DragonFly")',
    'CMakeLists.txt',
  ],
  ['MATCHES, anchored', 'elseif(X MATCHES "^FreeBSD$")', 'elseif(X MATCHES "^(FreeBSD|DragonFly)$")', 'CMakeLists.txt'],
  [
    'STREQUAL',
    'elseif(${X} STREQUAL "FreeBSD")',
    'elseif(${X} STREQUAL "FreeBSD" OR ${X} STREQUAL "DragonFly")',
    'CMakeLists.txt',
  ],
])('a message of CMake: %s', async (_what, before, after, file) => {
  const source = (condition: string) =>
    LINES('if(WIN32)', 'a()', condition, 'b()', 'else()', 'message(FATAL_ERROR "no")', 'endif()');
  expect(await repaired('CMake Error at CMakeLists.txt:6 (message):', file, source(before))).toBe(source(after));
});

test.each([
  ["elif host == 'freebsd'", "elif host == 'freebsd' or host == 'dragonfly'"],
  ["elif host_machine.system() == 'freebsd'", "elif host_machine.system() == 'freebsd' or host_machine.system() == 'dragonfly'"],
  ["elif host in ['linux', 'freebsd']", "elif host in ['linux', 'freebsd', 'dragonfly']"],
])('a message of meson: %s', async (before, after) => {
  const source = (condition: string) => LINES("if host == 'x'", 'a = 1', condition, 'b = 1', 'else', "  error('no')", 'endif');
  const text = '../meson.build:6:2: ERROR: Problem encountered: no';
  expect(await repaired(text, 'meson.build', source(before))).toBe(source(after));
});

test.each<[string, string, string]>([
  ['no condition on FreeBSD', "a.c:1:1: error: 'NAN' undeclared", 'int x = NAN;\n'],
  ['one that knows DragonFly', "a.c:4:1: error: 'NAN' undeclared", LINES(IF, '#include <math.h>', '#endif', 'int x = NAN;')],
  [
    'a chain that knows DragonFly',
    "a.c:6:1: error: 'NAN' undeclared",
    LINES('#ifdef __DragonFly__', '#include <x.h>', '#elif defined(__FreeBSD__)', '#include <math.h>', '#endif', 'int x = NAN;'),
  ],
  [
    'two branches of includes',
    "a.c:7:1: error: 'NAN' undeclared",
    LINES('#ifdef __FreeBSD__', '#include <a.h>', '#endif', '#ifdef __FreeBSD__', '#include <b.h>', '#endif', 'int x = NAN;'),
  ],
  ['a branch of code', "a.c:4:1: error: 'NAN' undeclared", LINES('#ifdef __FreeBSD__', 'call();', '#endif', 'int x = NAN;')],
  [
    'a header outside of a chain',
    'a.c:4:1: fatal error: x.h: No such file or directory',
    LINES('#ifdef __FreeBSD__', '#include <a.h>', '#endif', '#include <x.h>'),
  ],
  [
    'a header in the branch of FreeBSD',
    'a.c:2:1: fatal error: a.h: No such file or directory',
    LINES('#ifdef __FreeBSD__', '#include <a.h>', '#else', '#endif'),
  ],
  ['unbalanced conditions', "a.c:3:1: error: 'NAN' undeclared", LINES('#ifdef __FreeBSD__', '#include <math.h>', 'int x = NAN;')],
])('no fix for %s', (_what, text, source) => {
  noFix(text, 'a.c', source);
});

test.each([
  "/usr/include/x.h:3:1: error: 'NAN' undeclared",
  "a.c:3:1: error: expected ';' before 'x'",
  "a.go:3:1: error: 'NAN' undeclared",
  'CMake Error at CMakeLists.txt:43 (find_package):',
])('%j is none of its failures', (text) => {
  expect(freebsdCondition.wants(failing(text))).toBeUndefined();
});

const PATCH =
  '--- src/a.c.orig\n+++ src/a.c\n@@ -1,3 +1,3 @@\n-#include <a.h>\n+#include <b.h>\n #ifdef __linux__\n #include <l.h>\n';
const NAME = 'dragonfly/patch-src_a.c';
const ERROR = "src/a.c:7:9: error: 'NAN' undeclared";

test('a patch of the overlay for the same file gets the change too', async () => {
  const overlay = {'overlay.dops': `${HEAD}file materialize ${NAME} -> ${NAME}\n`, [NAME]: `why\n${PATCH}`};
  const after = await applied(fixOf(freebsdCondition, failing(ERROR, overlay), {'src/a.c': ONE}), overlay);
  expect(after).toEqual({...overlay, [NAME]: expect.stringMatching(/^why\n/)});
  const patched = ONE.replace('<a.h>', '<b.h>').replace('defined(__FreeBSD__)', 'defined(__FreeBSD__) || defined(__DragonFly__)');
  expect(applyPatch(ONE, after[NAME] ?? '', {fuzzFactor: 0})).toBe(patched);
});

test('a compat overlay gets a patch, a port without an overlay an overlay.dops', async () => {
  const compat = {'Makefile.DragonFly': 'CFLAGS+=\t-DA\n'};
  const fixed = await applied(fixOf(freebsdCondition, failing(ERROR, compat), {'src/a.c': ONE}), compat);
  expect(Object.keys(fixed).sort()).toEqual(['Makefile.DragonFly', NAME]);
  const fresh = await applied(fixOf(freebsdCondition, withText(inputOf({}, {}, FREEBSD), ERROR), {'src/a.c': ONE}), {});
  expect(fresh['overlay.dops']).toContain(`file materialize ${NAME} -> ${NAME}\n`);
});

test('no fix where two patches of the overlay change the file, or one does not apply', () => {
  const second = 'dragonfly/patch-z';
  const dops = (...names: string[]) => HEAD + names.map((name) => `file materialize ${name} -> ${name}\n`).join('');
  noFix(ERROR, 'src/a.c', ONE, {
    'overlay.dops': dops(NAME, second),
    [NAME]: PATCH,
    [second]: PATCH.replaceAll(/<[ab].h>/g, '<b.h>'),
  });
  noFix(ERROR, 'src/a.c', ONE.replace('<a.h>', '<c.h>'), {'overlay.dops': dops(NAME), [NAME]: PATCH});
});
