import {RootCauseScan} from '../../../src/case/evidence/root-causes/index.ts';
import {applicable, RECIPES, type RecipeInput} from '../../../src/case/recipes/index.ts';
import {triageByRule} from '../../../src/case/triage/rule-triage.ts';
import {applied, composed, composedByDops, type Files, filesBelow, fixOf, ORIGIN} from './support.ts';

/** A failure as a log shows it, and the port without its overlay. */
interface Failure {
  readonly recipe: string;
  readonly phase: string;
  readonly log: readonly string[];
  /** The class that a rule of triage decides; none where the model decides. */
  readonly class?: string;
  readonly freebsd: Files;
  readonly sources?: Files;
  /** Lines that the recipe's search of the source finds. */
  readonly found?: readonly string[];
}

const CLASSES = ['compile-error', 'configure-error', 'patch-error', 'plist-error'];
const HEAD = `port ${ORIGIN}\ntype port\nreason "kept"\ntarget @any\n\n`;
const NEW = (reason: string) => `port ${ORIGIN}\ntype port\nreason "${reason}"\n\ntarget @any\n\n`;
const MAKEFILE = 'PORTNAME=\tfoo\nUSES=\tgmake\n\n.include <bsd.port.mk>\n';
const COMPAT = {'dragonfly/patch-z.c': '--- z.c.orig\n+++ z.c\n@@ -1 +1 @@\n-1\n+2\n'};

/** Applies the first fix to the overlay, as a case does: log, findings, rules, recipes, guard, git. */
async function repaired(failure: Failure, overlay: Files): Promise<Files> {
  const {recipe: wanted, phase, log, freebsd, sources = {}, found: lines = []} = failure;
  const failed = await inputFor(log, phase, overlay, freebsd);
  const searches = RECIPES.find(({name}) => name === wanted)?.searches?.(failed) ?? [];
  const input = {...failed, matches: searches.map((search) => ({...search, lines}))};
  expect(triageByRule(input.causes, input.files, CLASSES)?.classification).toBe(failure.class);
  const found = applicable(input).find(({recipe, wants}) => recipe.fix(input, sourcesOf(wants, sources)) !== undefined);
  expect(found?.recipe.name).toBe(wanted);
  if (found === undefined) throw new Error('No recipe has a fix.');
  return applied(fixOf(found.recipe, input, Object.fromEntries(sourcesOf(found.wants, sources))), overlay);
}

function sourcesOf(wants: readonly string[], sources: Files): Map<string, string> {
  return new Map(wants.flatMap((path) => (sources[path] === undefined ? [] : [[path, sources[path]]])));
}

async function inputFor(log: readonly string[], phase: string, overlay: Files, freebsd: Files): Promise<RecipeInput> {
  const scan = new RootCauseScan();
  const lines = ['-- Phase: extract', 'SUCCEEDED 00:00:01', `-- Phase: ${phase}`, ...log, '*** Error code 1', 'FAILED 00:00:01'];
  scan.take(Buffer.from(`${lines.join('\n')}\n`));
  const port = overlay['overlay.dops'] === undefined ? await composed(freebsd, overlay) : composedByDops(freebsd, overlay);
  return {
    port: {target: '@2026Q2', origin: ORIGIN},
    causes: scan.finish(),
    files: [...filesBelow('overlay/', overlay), ...filesBelow('port/', port)],
    freebsd: filesBelow('', freebsd),
  };
}

const USES: Failure = {
  recipe: 'error-unknown-uses',
  phase: 'check-sanity',
  log: ['Unknown USES=alias'],
  class: 'configure-error',
  freebsd: {Makefile: MAKEFILE},
};
const CHECK_PLIST: Failure = {
  recipe: 'error-plist-mismatch',
  phase: 'check-plist',
  log: ['Error: Orphaned: bin/new', 'Error: Missing: bin/old', '===> Error: Plist issues found.'],
  class: 'plist-error',
  freebsd: {Makefile: MAKEFILE, 'pkg-plist': 'bin/a\nbin/old\nbin/z\n'},
};
const unable = (path: string) => `pkg-static: Unable to access file /construction/net/foo/stage${path}:No such file or directory`;
const PACKAGE: Failure = {
  ...CHECK_PLIST,
  phase: 'package',
  log: [unable('/usr/local/bin/old'), unable('/usr/local/share/freebsd-only'), '*** [do-package] Error code 1'],
  freebsd: {Makefile: MAKEFILE, 'pkg-plist': 'bin/a\nbin/old\nbin/z\nshare/freebsd-only\n'},
};
const OPTION: Failure = {
  recipe: 'error-freebsd-only-features',
  phase: 'build',
  log: ['daemon.c:12:10: fatal error: blacklist.h: No such file or directory'],
  freebsd: {Makefile: MAKEFILE.replace('\n\n', '\nOPTIONS_DEFAULT=\tDOCS BLACKLISTD\n\n')},
};
const LICENSE: Failure = {
  recipe: 'error-missing-license-file',
  phase: 'check-sanity',
  log: ['===>  Missing license file for BSD2CLAUSE in /xports/COPYRIGHT'],
  class: 'configure-error',
  freebsd: {Makefile: MAKEFILE.replace('\n\n', '\nLICENSE=\tBSD2CLAUSE\nLICENSE_FILE=\t${.CURDIR}/../../COPYRIGHT\n\n')},
};

const REASONS = {
  plist: 'the files that the port installs on DragonFly',
  option: 'no blacklist.h, which the default option BLACKLISTD requires',
  license: 'no COPYRIGHT in the ports tree',
};
const PLIST_OPERATIONS =
  'text line-insert-after file pkg-plist anchor "bin/a" line "bin/new"\ntext line-remove file pkg-plist exact "bin/old"\n';
const PACKAGE_OPERATIONS =
  'text line-remove file pkg-plist exact "bin/old"\ntext line-remove file pkg-plist exact "share/freebsd-only"\n';
const OPTION_OPERATION = 'mk eval OPTIONS_DEFAULT "${OPTIONS_DEFAULT:NBLACKLISTD}"\n';

test.each<[string, Failure, string, string]>([
  ['an unknown USES', USES, 'mk add USES "alias"\nmk add CFLAGS -DA\n', 'mk add CFLAGS -DA\n'],
  ['a plist', CHECK_PLIST, '', PLIST_OPERATIONS],
  ['a package', PACKAGE, '', PACKAGE_OPERATIONS],
  ['a header of FreeBSD', OPTION, '', OPTION_OPERATION],
  ['a license file', LICENSE, '', 'mk unset LICENSE_FILE\n'],
])('a dops port: %s', async (_what, failure, before, after) => {
  expect(await repaired(failure, {'overlay.dops': HEAD + before})).toEqual({'overlay.dops': HEAD + after});
});

test.each<[string, Failure, string, string]>([
  ['a plist', CHECK_PLIST, REASONS.plist, PLIST_OPERATIONS],
  ['a package', PACKAGE, REASONS.plist, PACKAGE_OPERATIONS],
  ['a header of FreeBSD', OPTION, REASONS.option, OPTION_OPERATION],
  ['a license file', LICENSE, REASONS.license, 'mk unset LICENSE_FILE\n'],
])('a port without an overlay: %s', async (_what, failure, reason, operations) => {
  const wanted = {'overlay.dops': NEW(reason) + operations};
  expect(await repaired(failure, {})).toEqual(wanted);
  expect(await repaired(failure, {STATUS: 'PORT\nLast success: 1.0\n'})).toEqual(wanted);
});

test.each<[string, Failure, Files, Files]>([
  ['an unknown USES', USES, {'Makefile.DragonFly': 'USES+=\talias ssl\n'}, {'Makefile.DragonFly': 'USES+=\tssl\n'}],
  ['a plist', CHECK_PLIST, {}, {'diffs/pkg-plist.diff': expect.stringContaining('-bin/old') as never}],
  ['a package', PACKAGE, {}, {'diffs/pkg-plist.diff': expect.stringContaining('-share/freebsd-only') as never}],
  ['a header of FreeBSD', OPTION, {}, {'Makefile.DragonFly': 'OPTIONS_DEFAULT:= ${OPTIONS_DEFAULT:NBLACKLISTD}\n'}],
  ['a license file', LICENSE, {}, {'diffs/Makefile.diff': expect.stringContaining('-LICENSE_FILE=') as never}],
])('a compat port: %s', async (_what, failure, before, after) => {
  expect(await repaired(failure, {...COMPAT, ...before})).toEqual({...COMPAT, ...after});
});

const SOURCE = '#include <a.h>\n#ifdef __FreeBSD__\nsetup_terminal();\nopen_device();\n#endif\nreturn run_all();\n';
const CHANGED = SOURCE.replace('#ifdef __FreeBSD__', '#if defined(__FreeBSD__) || defined(__DragonFly__)');
const NAME = 'dragonfly/patch-main.c';
const PATCH =
  '--- main.c.orig\n+++ main.c\n@@ -1,5 +1,5 @@\n #include <a.h>\n-#ifdef __FreeBSD__\n+#if defined(__FreeBSD__) || defined(__DragonFly__)\n' +
  ' setup_terminal();\n open_device();\n #endif\n';
const patchFailure = (recipe: string, source: string, ...log: string[]): Failure => ({
  recipe,
  phase: 'patch',
  log: [...log, '===>  FAILED Applying dragonfly patch-main.c'],
  class: 'patch-error',
  freebsd: {Makefile: MAKEFILE},
  sources: {'main.c': source},
});
const UPSTREAM = patchFailure(
  'error-dragonfly-patch-upstream',
  CHANGED,
  'Ignoring previously applied (or reversed) patch.',
  '1 out of 1 hunks ignored--saving rejects to main.c.rej',
);
const MOVED = patchFailure(
  'error-dragonfly-patch-moved',
  SOURCE.replace('#include <a.h>', '#include <b.h>'),
  '1 out of 1 hunks failed--saving rejects to main.c.rej',
);
test('a patch that upstream has: with its statement from overlay.dops, from dragonfly/ of a compat port', async () => {
  const statement = `file materialize ${NAME} -> ${NAME}\n`;
  const dops = {'overlay.dops': `${HEAD}${statement}mk add CFLAGS -DA\n`, [NAME]: PATCH};
  expect(await repaired(UPSTREAM, dops)).toEqual({'overlay.dops': `${HEAD}mk add CFLAGS -DA\n`});
  expect(await repaired(UPSTREAM, {...COMPAT, [NAME]: PATCH})).toEqual(COMPAT);
});

test('a patch whose context changed: in place', async () => {
  const dops = {'overlay.dops': `${HEAD}file materialize ${NAME} -> ${NAME}\n`, [NAME]: PATCH};
  const after = await repaired(MOVED, dops);
  expect(after).toEqual({...dops, [NAME]: expect.stringContaining(' #include <b.h>\n-#ifdef __FreeBSD__\n')});
  expect(await repaired(MOVED, {...COMPAT, [NAME]: PATCH})).toEqual({...COMPAT, [NAME]: after[NAME]});
});

const GONE = {
  ...patchFailure(
    'error-dragonfly-patch-obsolete',
    '',
    'No file to patch.  Skipping...',
    '1 out of 1 hunks ignored--saving rejects to main.c.rej',
  ),
  sources: {},
};
const GUARD_GONE = patchFailure(
  'error-dragonfly-patch-obsolete',
  SOURCE.replace('#ifdef __FreeBSD__\n', '').replace('#endif\n', ''),
  '1 out of 1 hunks failed--saving rejects to main.c.rej',
);

test.each([
  ['whose file is gone', GONE],
  ['whose condition is gone', GUARD_GONE],
])('a patch %s: removed as one that upstream has', async (_what, failure) => {
  const dops = {'overlay.dops': `${HEAD}file materialize ${NAME} -> ${NAME}\nmk add CFLAGS -DA\n`, [NAME]: PATCH};
  expect(await repaired(failure, dops)).toEqual({'overlay.dops': `${HEAD}mk add CFLAGS -DA\n`});
  expect(await repaired(failure, {...COMPAT, [NAME]: PATCH})).toEqual(COMPAT);
});

const COMMAND: Failure = {
  recipe: 'error-patch-command-file-gone',
  phase: 'patch',
  log: [
    '===>   Applying dragonfly patches for foo-1.0',
    'chmod: /construction/net/foo/foo-1.0/src/codegen.py: No such file or directory',
  ],
  freebsd: {Makefile: MAKEFILE},
};

test('a command of the overlay whose file is gone: out of its target, in overlay.dops and Makefile.DragonFly', async () => {
  const [one, two] = ['\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/src/a.c\n', '\t@${CHMOD} +x ${WRKSRC}/src/codegen.py\n'];
  const dops = (...lines: string[]) => ({'overlay.dops': `${HEAD}mk target set dfly-patch <<'MK'\n${lines.join('')}MK\n`});
  expect(await repaired(COMMAND, dops(one, two))).toEqual(dops(one));
  const fragment = (...lines: string[]) => ({'Makefile.DragonFly': `dfly-patch:\n${lines.join('')}`});
  expect(await repaired(COMMAND, fragment(two, one))).toEqual(fragment(one));
});

const inSource = (recipe: string, log: readonly string[], file: string, source: string): Failure => ({
  recipe,
  phase: 'build',
  log,
  freebsd: {Makefile: MAKEFILE},
  sources: {[file]: source},
});
const CONDITION = inSource(
  'error-freebsd-condition',
  ["src/main.c:4:9: error: 'NAN' undeclared (first use in this function)"],
  'src/main.c',
  '#ifdef __FreeBSD__\n#include <math.h>\n#endif\nint x = NAN;\n',
);
const HEADER = inSource(
  'error-moved-header',
  [
    'In file included from ../src/disk.c:1:',
    '/usr/include/sys/disk.h:48:2: error: #error "This file should not be included by userland programs."',
  ],
  'src/disk.c',
  '#include <sys/disk.h>\n',
);
const CRATE: Failure = {
  ...inSource(
    'error-crate-target-os',
    [
      'error[E0432]: unresolved import `internal`',
      '  --> /construction/net/foo/foo-1.0/cargo-crates/mac-1.2/src/lib.rs:3:9',
      '3  | pub use internal::X;',
      'error: could not compile `mac` (lib) due to 1 previous error',
    ],
    'cargo-crates/mac-1.2/src/lib.rs',
    '#[cfg(target_os = "freebsd")]\nmod internal;\n',
  ),
  found: ['cargo-crates/mac-1.2/src/lib.rs:1:#[cfg(target_os = "freebsd")]'],
};
const withPort = (recipe: string, log: readonly string[], port: string): Failure => ({
  recipe,
  phase: 'build',
  log,
  freebsd: {Makefile: MAKEFILE.replace('USES=\tgmake\n', port)},
});
const WERROR: Failure = {
  ...withPort(
    'error-warnings-as-errors',
    [
      'In file included from /usr/local/include/w.h:32,',
      "/usr/local/include/w.h:646:23: error: implicit declaration of function 'round' [-Werror=implicit-function-declaration]",
    ],
    'USES=\tmeson\n',
  ),
  sources: {'meson.build': "project('foo', 'c', default_options: ['werror=true'])\n"},
};
const ICONV = withPort(
  'error-missing-library',
  ["CMakeFiles/foo.dir/foo.c.o:foo.c:function convert: error: undefined reference to 'libiconv'"],
  'USES=\tcmake iconv\n',
);
const FLAG = withPort(
  'error-rejected-flag',
  ["cc: error: unrecognized command-line option '-fno-x'; did you mean '-fno-y'?"],
  'USES=\tgmake\nCFLAGS+=\t-fno-x -DB\n',
);

test.each<[string, Failure, string]>([
  ['warnings as errors', WERROR, 'mk add MESON_ARGS -Dwerror=false\n'],
  ['libiconv', ICONV, 'mk add LDFLAGS "-L${LOCALBASE}/lib -liconv"\n'],
  ['a flag of another compiler', FLAG, 'mk remove CFLAGS -fno-x\n'],
])('an argument or a flag: %s', async (_what, failure, operation) => {
  expect(await repaired(failure, {'overlay.dops': HEAD})).toEqual({'overlay.dops': HEAD + operation});
  expect((await repaired(failure, {}))['overlay.dops']).toContain(operation);
  expect(Object.keys(await repaired(failure, COMPAT)).length).toBe(2);
});

test.each<[string, Failure, string, string]>([
  ['a header that DragonFly has elsewhere', HEADER, 'patch-src_disk.c', '+#include <sys/diskslice.h>\n'],
  [
    'a vendored crate',
    CRATE,
    'patch-cargo-crates_mac-1.2_src_lib.rs',
    '+#[cfg(any(target_os = "freebsd", target_os = "dragonfly"))]\n',
  ],
  ['a condition on FreeBSD', CONDITION, 'patch-src_main.c', '+#if defined(__FreeBSD__) || defined(__DragonFly__)\n'],
])('the source is patched: %s', async (_what, failure, name, line) => {
  const path = `dragonfly/${name}`;
  const operation = `file materialize ${path} -> ${path}\n`;
  const patch = expect.stringContaining(line);
  expect(await repaired(failure, {'overlay.dops': HEAD})).toEqual({'overlay.dops': HEAD + operation, [path]: patch});
  expect(await repaired(failure, COMPAT)).toEqual({...COMPAT, [path]: patch});
  expect((await repaired(failure, {}))[path]).toEqual(patch);
});

test('every recipe is here', () => {
  const here = [
    USES,
    CHECK_PLIST,
    OPTION,
    LICENSE,
    UPSTREAM,
    MOVED,
    GONE,
    COMMAND,
    CONDITION,
    HEADER,
    CRATE,
    WERROR,
    ICONV,
    FLAG,
  ].map(({recipe}) => recipe);
  expect([...here].sort()).toEqual(RECIPES.map(({name}) => name).sort());
});
