import type {GuardedDiff} from '../../../src/case/guard/finding.ts';
import {rolesOf} from '../../../src/case/guard/roles.ts';
import {ADJUSTABLE, RULES} from '../../../src/case/guard/rules.ts';
import type {LineKind, TouchedFile} from '../../../src/case/guard/touched.ts';

const none = {make: [], fragment: [], plist: [], source: [], build: [], script: [], other: []};
const CONTENT = RULES.filter(({name}) => ADJUSTABLE.some((one) => one.name === name));
const DIFF: GuardedDiff = {failedPatches: new Set(), home: 'ports/net/foo/', files: [], roles: rolesOf([])};

function touched(kind: LineKind, added: readonly string[], removed: readonly string[] = []): TouchedFile {
  return {
    path: 'ports/net/foo/x',
    within: 'dragonfly/x',
    oldPath: 'ports/net/foo/x',
    type: 'modify',
    modes: [],
    binary: false,
    raw: added,
    shown: added,
    complete: false,
    added: {...none, [kind]: added},
    removed: {...none, [kind]: removed},
    patched: [],
    patchedBefore: [],
    targets: [],
    sources: [],
    lost: [],
    unset: [],
    faults: [],
    dropped: [],
    edited: [],
    written: [],
  };
}

/** Names of the rules that find something in one added line. */
function rulesOf(kind: LineKind, line: string, removed: readonly string[] = []): string[] {
  const file = touched(kind, [line], removed);
  return CONTENT.filter((rule) => rule.check(file, DIFF) !== undefined).map(({name}) => name);
}

/** The same without the rules on forms that ordinary repairs do not have. */
function specificRulesOf(kind: LineKind, line: string): string[] {
  return rulesOf(kind, line).filter((name) => !name.startsWith('unusual-'));
}

test.each<[string, string]>([
  ['BROKEN=x', 'hiding'],
  ['BROKEN_aarch64 =x', 'hiding'],
  [' . IGNORE?=x', 'hiding'],
  ['FORBIDDEN:=x', 'hiding'],
  ['NOT_FOR_ARCHS=x', 'hiding'],
  ['NO_CHECKSUM!=x', 'hiding'],
  ['MASTER_SITES+=x', 'downloads'],
  ['DISTFILES_foo=x', 'downloads'],
  ['\tcurl x', 'network'],
  ['\t${CD} x && wget x', 'network'],
  ['\tgit  clone x', 'network'],
  ['\tsvn  co x', 'network'],
  ['\tsvn checkout x', 'network'],
  ['\tpip install x', 'network'],
  ['\tpip3  install x', 'network'],
  ['\tnpm  ci', 'network'],
  ['\tnpm i x', 'network'],
  ['\tcargo  fetch', 'network'],
  ['\tgo  get x', 'network'],
  ['\t${FETCH_CMD} x', 'network'],
  ['\tfetch  https://x', 'network'],
  ['check-foo:', 'check-target'],
  ['do-install :', 'check-target'],
  ['pre-fetch:', 'check-target'],
  ['post-checksum:', 'check-target'],
  ['\t-rm x', 'errors-ignored'],
  ['\t  @-rm x', 'errors-ignored'],
  ['\t@+-rm x', 'errors-ignored'],
  ['\trm x ||  true', 'errors-ignored'],
  ['\trm x || : ;', 'errors-ignored'],
  ['\t(rm x || exit 0)', 'errors-ignored'],
  ['\trm x ||${TRUE}', 'errors-ignored'],
  ['\tset +e; rm x', 'errors-ignored'],
  ['.IGNORE: all', 'errors-ignored'],
  ['MAKE_ARGS+=\tA=1 -k', 'errors-ignored'],
  ['  MAKE_FLAGS_x = -i', 'errors-ignored'],
  ['MAKE_ARGS=--keep-going', 'errors-ignored'],
  ['CFLAGS+=\t-Wno-error', 'compiler-silenced'],
  ['CXXFLAGS=-fpermissive', 'compiler-silenced'],
  ['CFLAGS:= -w', 'compiler-silenced'],
  ['CFLAGS_x = -O2 -w', 'compiler-silenced'],
  ['CFLAGS=-w', 'compiler-silenced'],
  ['CFLAGS+=-D__FreeBSD__', 'reserved-macro'],
  ['CFLAGS+=-U_WIN32', 'reserved-macro'],
  ['X!=\tid', 'runs-when-read'],
  ['  ${A}_x.y !=id', 'runs-when-read'],
  ['A=\t${B:!id!}', 'runs-when-read'],
  ['A=\t${B:sh}', 'runs-when-read'],
  ['  .SHELL: path=x', 'runs-when-read'],
  ['.MAKEFLAGS: -k', 'runs-when-read'],
  [' SHELL =\t/bin/x', 'runs-when-read'],
  ['${A}=x', 'computed-name'],
  [' X_${A}_Y +=x', 'computed-name'],
  ['$(A)?=x', 'computed-name'],
  ['A=\t${B::=x}', 'computed-name'],
  ['.include "/etc/x"', 'include'],
  ['. -include <../x>', 'include'],
  ['.sinclude "a/../x"', 'include'],
  ['.include "${PORTSDIR}/x"', 'include'],
  ['  . include "${X}/y"', 'include'],
  ['PORTVERSION=2', 'identity'],
  ['LICENSE_PERMS=x', 'identity'],
  ['\tinstall -m 4755 x', 'privileges'],
  ['\tinstall -m02755 x', 'privileges'],
  ['\tchmod  u+s x', 'privileges'],
  ['\tchmod 06755 x', 'privileges'],
  ['\t${CHMOD}  +s x', 'privileges'],
  ['\t${CHMOD} 4755 x', 'privileges'],
  ['\tsed  -i x', 'replaced-by-command'],
  ['\t${REINPLACE_CMD} x', 'replaced-by-command'],
  ['\t${PERL5}  -pi x', 'replaced-by-command'],
  ['\t${PERL} -i x', 'replaced-by-command'],
  ['\t${SED}  -i x', 'replaced-by-command'],
])('%j in a Makefile: %s', (line, rule) => {
  expect(rulesOf('make', line)).toContain(rule);
});

test.each([
  'XBROKEN=x',
  'BROKENX=x',
  '# BROKEN=x',
  '  # MASTER_SITES=x',
  'DESCR=\tMASTER_SITES=x',
  'curl x',
  '\tcurlx x',
  '\trecurl',
  '\t${ECHO} fetch this: x',
  'xcheck-foo:',
  'do-install:=x',
  'post-install:',
  'do-installation:',
  '\trm -x',
  '\trm x || trueish',
  '\treset +e',
  '\tset +ex',
  'X.IGNORE: all',
  'XMAKE_ARGS=-k',
  'MAKE_ARGS=-kx',
  'CFLAGS+=X-Wno-error',
  'CFLAGS+=-fpermissive-x',
  'CFLAGS=-wx',
  '\tgrep -w a',
  'CFLAGS+=-D_GNU_SOURCE -D__STDC_FORMAT_MACROS',
  'CFLAGS+=-D_lower',
  'A=\t${B:shx}',
  'A_SHELL=x',
  'SHELLX=x',
  'A=${B}',
  '.include <bsd.port.mk>',
  '.include "${.CURDIR}/x.mk"',
  '.include "${PORTSDIR}/Mk/x.mk"',
  'A=.include "/x"',
  'LICENSE_FILE=x',
  'X_PORTNAME=x',
  '\tinstall -m 0755 x',
  '\tinstall -m 47551 x',
  '\tchmod u+x x',
  '\tchmod 47551 x',
  '\tused  -i x',
])('%j in a Makefile is no finding of a specific rule', (line) => {
  expect(specificRulesOf('make', line)).toEqual([]);
});

test.each<[LineKind, string, string[]]>([
  ['source', '#pragma GCC diagnostic ignored "-Wx"', ['compiler-silenced']],
  ['source', '#  pragma  clang  diagnostic  ignored "-Wx"', ['compiler-silenced']],
  ['source', 'x = "-Wno-error"', ['compiler-silenced']],
  ['source', "flags=['-fpermissive']", ['compiler-silenced']],
  ['source', 'a-Wno-error', []],
  ['source', '  #  define __FreeBSD__ 13', ['reserved-macro']],
  ['source', '#undef __linux__', ['reserved-macro']],
  ['source', '#define _WIN32', ['reserved-macro']],
  ['source', '#define _WIN32X', []],
  ['source', 'x #define __FreeBSD__', []],
  ['source', '#define _GNU_SOURCE', []],
  ['source', ' #  if  0', ['source-disabled']],
  ['source', '#if 01', []],
  ['source', 'x #if 0', []],
  ['plist', '@(root,wheel,4755) bin/x', ['privileges']],
  ['plist', '@(,, 02755 ) bin/x', ['privileges']],
  ['plist', '@mode  4755', ['privileges']],
  ['plist', '@mode u+s', ['privileges']],
  ['plist', '@(root,wheel,755) bin/x', []],
  ['plist', 'x @mode 4755', []],
  ['plist', 'x@(a,b,4755)', []],
  ['plist', '@exec x', ['install-script']],
  ['plist', '@unexec x', ['install-script']],
  ['plist', '@preunexec x', ['install-script']],
  ['plist', '@postexec x', ['install-script']],
  ['plist', '@executable x', ['install-script']],
  ['plist', '@exampledir x', []],
  ['plist', 'x @exec y', []],
  ['other', 'BROKEN=x', []],
])('%s line %j', (kind, line, expected) => {
  expect(rulesOf(kind, line)).toEqual(expected);
});

test('a switch or macro that the old line has too is not new, a second one is', () => {
  expect(rulesOf('make', 'CFLAGS=-Wno-a -I/x', ['CFLAGS=-Wno-a'])).toEqual([]);
  expect(rulesOf('make', 'CFLAGS=-Wno-a -Wno-b', ['CFLAGS=-Wno-a'])).toEqual(['compiler-silenced']);
  expect(rulesOf('make', 'CFLAGS=-w -I/x', ['CFLAGS=-w'])).toEqual([]);
  expect(rulesOf('make', 'CFLAGS=-w -Wno-x', ['CFLAGS=-Wno-x'])).toEqual(['compiler-silenced']);
  expect(rulesOf('make', 'BROKEN=y', ['BROKEN=y'])).toEqual(['hiding']);
});

test('a finding quotes the first line that matches, at most 200 characters of it', () => {
  const rule = CONTENT.find(({name}) => name === 'hiding');
  const long = `BROKEN=${'y'.repeat(300)}`;
  const reason = rule?.check(touched('make', ['A=1', `  ${long}`, 'IGNORE=z']), DIFF);
  expect(reason).toMatch(/: BROKEN=y{193}$/);
});
