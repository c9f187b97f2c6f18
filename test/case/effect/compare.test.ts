import {compareEffect, emptySnapshot, unknownEffect} from '../../../src/case/effect/index.ts';
import {FILES, file, type Given, MAKEFILES, snapshot, target} from './snapshots.ts';

const effect = (after: Given, before: Given = {}, failed: readonly string[] = []) =>
  compareEffect(snapshot(before), snapshot(after), {failedPatches: new Set(failed)});
const found = (...args: Parameters<typeof effect>): string[] => [
  ...new Set(effect(...args).findings.map(({rule, severity}) => `${severity} ${rule}`)),
];

const CFLAGS = '-O2 -pipe -fstack-protector-strong';

test('no difference: no finding, and the summary has it', () => {
  expect(effect({})).toEqual({
    changes: [],
    findings: [],
    missing: [],
    summary: 'The composed port is the same with and without the diff.',
  });
});

test.each<[string, Given, Given?, string[]?]>([
  ['a new patch', {files: [...FILES, file('dragonfly/patch-b.c')]}],
  ['a patch that moved', {files: [...FILES.slice(0, 3), file('dragonfly/patch-a.c')]}],
  [
    'entries of the plist',
    {
      texts: {'pkg-plist': 'bin/a\n@dir share/a\n%%DOCS%%man/a\n'},
      files: [file('pkg-plist', 'b'), ...FILES.slice(0, 2), FILES[3] as never],
    },
  ],
  [
    'another library',
    {variables: {LIB_DEPENDS: 'libssl.so:security/openssl libz.so:archivers/z libx.so:x11/x', USES: 'ssl gmake alias iconv'}},
  ],
  ['another version of a library', {variables: {LIB_DEPENDS: 'libssl.so.3:security/openssl libz.so:archivers/z'}}],
  [
    'flags of the compiler',
    {
      variables: {
        CFLAGS: '-O2 -pipe -fstack-protector-strong -I/usr/local/include -DHAVE_X -D_GNU_SOURCE -std=gnu17',
        MAKE_ENV: 'CC=cc CFLAGS=-O2\\ -pipe\\ -DHAVE_X',
      },
    },
  ],
  [
    'arguments',
    {
      variables: {
        CONFIGURE_ARGS: '--disable-nls --with-x',
        CMAKE_ARGS: '-DWITH_X=OFF',
        MESON_ARGS: '-Dwerror=false',
        MAKE_ARGS: 'PREFIX=/usr/local',
      },
    },
  ],
  [
    'an edit by sed',
    {
      targets: {
        'post-patch': target(["@${REINPLACE_CMD} -e 's|FreeBSD|DragonFly|' ${WRKSRC}/a.c"]),
        build: target([], ['configure', 'post-patch', 'do-build', '_checksum']),
      },
    },
  ],
  [
    'the framework’s loop over more dependencies',
    {targets: {'lib-depends': target(["@what='${:Ulibz.so\\:archivers/z:C/:.*//}'", "@what='${:Ulibx.so\\:x11/x:C/:.*//}'"])}},
  ],
  ['a revision', {variables: {PORTREVISION: '1', PKGNAME: 'foo-1.0_1'}}],
  [
    'another USES of the framework',
    {makefiles: [...MAKEFILES, '/usr/ports/Mk/Uses/iconv.mk', 'Makefile.DragonFly']},
    {makefiles: [...MAKEFILES, '/usr/ports/Mk/Uses/gmake.mk']},
  ],
  ['a source directory', {variables: {WRKSRC: '/construction/x/y/foo-1.1'}}],
])('%s passes without a finding', (_name, after, before = {}, failed = []) => {
  expect(found(after, before, failed)).toEqual([]);
});

test.each<[string, string[], Given, Given?, string[]?]>([
  ['checksums', ['refuse distinfo'], {files: [file('distinfo', 'b'), ...FILES.filter(({path}) => path !== 'distinfo')]}],
  ['distinfo is gone', ['refuse distinfo'], {files: FILES.filter(({path}) => path !== 'distinfo')}],
  [
    'distinfo by its mode',
    ['refuse distinfo'],
    {files: [file('distinfo', 'a', {mode: '600'}), ...FILES.filter(({path}) => path !== 'distinfo')]},
  ],
  ['NO_CHECKSUM', ['refuse checks'], {variables: {NO_CHECKSUM: 'yes'}}],
  ['MASTERDIR', ['refuse checks'], {variables: {MASTERDIR: '/usr/ports/x/y'}}],
  ['BROKEN', ['refuse hiding'], {variables: {BROKEN: 'x'}}],
  ['no BROKEN any more', ['ask hiding'], {variables: {BROKEN: ''}}, {variables: {BROKEN: 'x'}}],
  ['a check that does nothing', ['refuse checks'], {targets: {_checksum: target(['@true'])}}],
  ['a phase without its check', ['refuse checks'], {targets: {build: target([], ['configure', 'do-build'])}}],
  ['a target of the framework', ['ask check-target'], {targets: {'do-build': target(['@true'])}}],
  ['a target that had no commands', ['ask check-target'], {targets: {'do-configure': target(['@true'])}}],
  [
    'a phase with another step',
    ['ask check-target'],
    {targets: {build: target([], ['evil', 'configure', 'do-build', '_checksum'])}},
  ],
  ['a hook before the checks', ['ask check-target'], {targets: {'pre-fetch': target(['@${MKDIR} ${WRKDIR}'])}}],
  ['a hook with a shell', ['ask hook'], {targets: {'pre-build': target(['@printf x >${WRKSRC}/a.c'])}}],
  ['sites', ['ask downloads'], {variables: {MASTER_SITES: 'https://evil.example/'}}],
  ['a lost dependency', ['ask dependencies'], {variables: {LIB_DEPENDS: 'libz.so:archivers/z'}}],
  ['USES that is unknown', ['note dependencies'], {variables: {USES: 'ssl gmake'}}],
  ['USES=ssl', ['ask dependencies'], {variables: {USES: 'gmake alias'}}],
  ['a lost option', ['ask options'], {variables: {OPTIONS_DEFAULT: 'NLS'}}],
  ['an option that is excluded', ['ask options'], {variables: {OPTIONS_EXCLUDE: 'SSL'}}],
  ['the licence', ['ask identity'], {variables: {LICENSE: 'GPLv2'}}],
  ['the version', ['ask identity'], {variables: {PKGNAME: 'foo-2.0'}}],
  ['a compiler that does nothing', ['ask tools'], {variables: {CC: 'true'}}],
  ['another compiler by USES', ['note tools'], {variables: {CC: 'gcc13', USES: 'ssl gmake alias compiler:gcc-c++11-lib'}}],
  ['PATCHDIR', ['ask places'], {variables: {PATCHDIR: '/tmp/x'}}],
  ['no warnings', ['ask compiler-silenced'], {variables: {CFLAGS: '-O2 -pipe -fstack-protector-strong -w'}}],
  [
    'no warnings, by the environment of make',
    ['ask compiler-silenced'],
    {variables: {MAKE_ENV: 'CC=cc CFLAGS=-O2\\ -pipe\\ -w'}},
  ],
  ['no stack protector', ['ask hardening'], {variables: {CFLAGS: '-O2 -pipe'}}],
  ['undefined symbols', ['ask compiler-silenced'], {variables: {LDFLAGS: '-Wl,-z,undefs'}}],
  ['an included header', ['ask tools'], {variables: {CFLAGS: '-O2 -pipe -fstack-protector-strong -include /tmp/x.h'}}],
  ['the name of a system', ['ask reserved-macro'], {variables: {CPPFLAGS: '-D__FreeBSD__=13'}}],
  ['the name of a system beside USES=alias', ['ask reserved-macro'], {variables: {CFLAGS: `${CFLAGS} -D__FreeBSD__=9`}}],
  [
    'another version than USES=alias stood for',
    ['note dependencies', 'ask reserved-macro'],
    {variables: {USES: 'ssl gmake', CFLAGS: `${CFLAGS} -D__FreeBSD__=13`}},
  ],
  [
    'the flag that USES=alias stood for',
    ['note dependencies'],
    {
      variables: {
        USES: 'ssl gmake',
        CFLAGS: `${CFLAGS} -D__FreeBSD__=9`,
        MAKE_ENV: 'CC=cc CFLAGS=-O2\\ -pipe\\ -D__FreeBSD__=9',
      },
    },
  ],
  ['make that goes on', ['ask errors-ignored'], {variables: {MAKE_ARGS: '-ki'}}],
  ['a tool for make', ['ask tools'], {variables: {MAKE_ARGS: 'CC=true'}}],
  ['PATH', ['ask tools'], {variables: {MAKE_ENV: 'CC=cc CFLAGS=-O2\\ -pipe PATH=/tmp:/bin'}}],
  ['no TLS', ['ask hardening'], {variables: {CONFIGURE_ARGS: '--without-openssl'}}],
  ['a value with a command', ['ask hook'], {variables: {WRKSRC: 'x;curl'}}],
  ['a script of the package', ['ask install-script-file'], {files: [...FILES, file('pkg-install')]}],
  ['a start script', ['ask install-script'], {variables: {USE_RC_SUBR: 'evild'}}],
  [
    'a command of the plist',
    ['ask install-script'],
    {
      texts: {'pkg-plist': '%%X%%@postexec rm -rf /\n'},
      files: [file('pkg-plist', 'b'), ...FILES.filter(({path}) => path !== 'pkg-plist')],
    },
  ],
  ['a command in PLIST_FILES', ['ask install-script'], {variables: {PLIST_FILES: '"@postexec x"'}}],
  [
    'a mode of the plist',
    ['ask privileges'],
    {
      texts: {'pkg-plist': '@(root,wheel,4755) bin/a\n'},
      files: [file('pkg-plist', 'b'), ...FILES.filter(({path}) => path !== 'pkg-plist')],
    },
  ],
  ['a patch that is gone', ['ask patch-deleted'], {files: FILES.slice(0, 3)}],
  ['a patch by a name that is not applied', ['ask patch-deleted'], {files: [...FILES.slice(0, 3), file('files/patch-a.c.orig')]}],
  ['a patch that fails', ['note failed-patch-deleted'], {files: FILES.slice(0, 3)}, {}, ['patch-a.c']],
  ['a Makefile that make prefers', ['refuse checks'], {files: [...FILES, file('makefile')]}],
  ['a directory that make works in', ['refuse checks'], {files: [...FILES, file('obj/Makefile')]}],
  ['a link', ['refuse file-kind'], {files: [...FILES, file('x', '/etc/passwd', {kind: 'link'})]}],
  ['a command at parse time', ['ask runs-when-read'], {commands: ['uname -r', 'id']}],
  ['a Makefile from elsewhere', ['ask include'], {makefiles: [...MAKEFILES, '/work/obj/x.mk']}],
  ['another port’s Makefile', ['ask include'], {makefiles: [...MAKEFILES, '/usr/ports/Mk/../x/y/Makefile.inc']}],
  ['a Makefile of an odd name', ['ask include'], {makefiles: [...MAKEFILES, 'dragonfly/readme']}],
  ['the framework is not read', ['ask include'], {makefiles: MAKEFILES.slice(0, 2)}],
  ['what make could not evaluate', ['ask effect-unknown'], {missing: ['make failed.']}],
])('%s: %j', (_name, expected, after, before = {}, failed = []) => {
  expect(found(after, before, failed)).toEqual(expected);
});

test('a condition on the proof is refused: flags, targets, and what only a bulk build gets', () => {
  const [cflags, hook] = ['-O2 -pipe -fstack-protector-strong', target([`@\${REINPLACE_CMD} -e 's/a/b/' \${WRKSRC}/a.c`])];
  expect(found({variables: {CFLAGS: `${cflags} -DX`}, bulk: {variables: {CFLAGS: cflags}}})).toEqual(['refuse surroundings']);
  expect(found({targets: {'post-patch': hook}, bulk: {targets: {'post-patch': target([])}}})).toEqual(['refuse surroundings']);
  expect(found({bulk: {variables: {CFLAGS: `${cflags} -w`}}})).toEqual(['ask compiler-silenced', 'refuse surroundings']);
});

test('what differed between the surroundings before is no finding', () => {
  const differing = {variables: {PKGMESSAGE: 'a'}, bulk: {variables: {PKGMESSAGE: 'b'}}};
  expect(found({...differing, files: [...FILES, file('dragonfly/patch-b.c')]}, differing)).toEqual([]);
});

test('a flag that several variables show is one finding', () => {
  const {findings} = effect({
    variables: {CFLAGS: '-O2 -pipe -fstack-protector-strong -w', MAKE_ENV: 'CC=cc CFLAGS=-O2\\ -pipe\\ -w'},
  });
  expect(findings).toEqual([expect.objectContaining({reason: '-w lets an error or a warning pass, in CFLAGS'})]);
});

test('the summary names what changes, and says when only files do', () => {
  expect(effect({files: [...FILES, file('dragonfly/patch-b.c')]}).summary).toBe(
    'Only files change: dragonfly/patch-b.c (added). Variables, targets and the Makefiles that are read are the same.',
  );
  expect(effect({variables: {CC: 'gcc13'}, commands: ['uname -r', 'id']}).summary).toBe(
    'These change, nothing else: variables: CC; commands run when make reads the port: id.',
  );
});

test('an unknown effect asks', () => {
  expect(unknownEffect('Why.')).toMatchObject({findings: [{rule: 'effect-unknown', severity: 'ask'}], missing: ['Why.']});
});

test('what is not evaluated is no difference: it is asked about, and the rest is compared', () => {
  const none = compareEffect(snapshot(), emptySnapshot('No snapshot.'), {failedPatches: new Set()});
  expect(none.findings.map(({rule}) => rule)).toEqual(['effect-unknown']);
  expect(none).toMatchObject({changes: [], missing: ['With the diff: No snapshot.']});

  const after = snapshot({variables: {CC: 'true'}, missing: ['make failed (bulk).']});
  const half = {...after, evaluations: {...after.evaluations, bulk: {variables: {}, targets: {}, makefiles: []}}};
  const partly = compareEffect(snapshot(), half, {failedPatches: new Set()});
  expect(partly.findings.map(({rule}) => rule)).toEqual(['effect-unknown', 'tools']);
});

describe('a target that only reports an unknown value of USES, and fails', () => {
  const reports = ['@echo "/!\\\\ ERRORS /!\\\\"', '@echo', '@${ECHO_MSG} "Unknown USES=${:Ualias}" | ${FMT_80}', '@${FALSE}'];
  const without = (commands: readonly string[]) =>
    found({targets: {_sanity: target([])}}, {targets: {_sanity: target(commands)}});

  test('it may lose these commands: without the value there is nothing to report', () => {
    expect(without(reports)).toEqual([]);
  });

  test.each([
    ['a reason not to build', [...reports, '@echo "===>  foo-1.0 "${IGNORE:Q}.']],
    ['another command', [...reports, '@${CHECK}']],
    ['a report of something else', ['@echo "Unknown LICENSE=x"', '@false']],
  ])('with %s among them it may not', (_, commands) => {
    expect(without(commands)).toEqual(['refuse checks']);
  });
});
