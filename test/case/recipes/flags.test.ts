import {applyPatch} from 'diff';
import type {Recipe, RecipeInput} from '../../../src/case/recipes/index.ts';
import {missingLibrary} from '../../../src/case/recipes/missing-library.ts';
import {rejectedFlag} from '../../../src/case/recipes/rejected-flag.ts';
import {warningsAsErrors} from '../../../src/case/recipes/warnings-as-errors.ts';
import {applied, composedByDops, type Files, fixOf, inputOf, withText} from './support.ts';

const HEAD = 'port net/foo\ntarget @any\n';
const DOPS: Files = {'overlay.dops': HEAD};
const END = '\n.include <bsd.port.mk>\n';

function failing(text: string, makefile: string, facts: Record<string, string> = {}, overlay: Files = DOPS): RecipeInput {
  const freebsd = {Makefile: `PORTNAME=\tfoo\n${makefile}${END}`};
  const port = overlay['overlay.dops'] === undefined ? freebsd : composedByDops(freebsd, overlay);
  return withText(inputOf(facts, overlay, port, freebsd), text);
}

async function operations(recipe: Recipe, input: RecipeInput, sources: Files = {}): Promise<string | undefined> {
  const fix = fixOf(recipe, input, sources);
  expect(fix.review).toBeDefined();
  return (await applied(fix, DOPS))['overlay.dops']?.slice(HEAD.length);
}

const compat = async (recipe: Recipe, text: string, makefile: string, facts: Record<string, string>, sources: Files = {}) => {
  const overlay = {'Makefile.DragonFly': 'CFLAGS+=\t-DA\n'};
  return applied(fixOf(recipe, failing(text, makefile, facts, overlay), sources), overlay);
};

describe('warnings that are taken for errors', () => {
  const TEXT =
    "/usr/local/include/x.h:6:2: error: implicit declaration of function 'round' [-Werror=implicit-function-declaration]";
  const MESON = {'meson.build': "project('x', 'c', default_options: ['warning_level=2', 'werror=true'])\n"};

  test.each([
    TEXT,
    "a.c:1:2: error: unused variable 'x' [-Werror]",
    'a.c:1:2: error: x [-Werror,-Wunused]',
    'cc1: all warnings being treated as errors',
  ])('meson: %s', async (text) => {
    expect(await operations(warningsAsErrors, failing(text, 'USES=\tmeson\n'), MESON)).toBe('mk add MESON_ARGS -Dwerror=false\n');
  });

  test('configure, where it has the argument', async () => {
    const input = failing(TEXT, 'GNU_CONFIGURE=\tyes\n');
    expect(await operations(warningsAsErrors, input, {configure: '  --disable-werror  x\n'})).toBe(
      'mk add CONFIGURE_ARGS --disable-werror\n',
    );
    expect(warningsAsErrors.fix(input, new Map([['configure', 'x']]))).toBeUndefined();
  });

  test('a compat overlay', async () => {
    expect(await compat(warningsAsErrors, TEXT, 'USES=\tmeson\n', {}, MESON)).toEqual({
      'Makefile.DragonFly': 'CFLAGS+=\t-DA\nMESON_ARGS+=\t-Dwerror=false\n',
    });
  });

  test('no fix where the source does not ask for it', () => {
    expect(warningsAsErrors.fix(failing(TEXT, 'USES=\tmeson\n'), new Map([['meson.build', "project('x')\n"]]))).toBeUndefined();
  });

  test.each([
    [TEXT, 'USES=\tcmake\n'],
    [TEXT, 'USES=\tmeson\nMESON_ARGS=\t-Dwerror=true\n'],
    ["a.c:1:2: error: 'x' undeclared", 'USES=\tmeson\n'],
  ])('%s with %j is none of its failures', (text, makefile) => {
    expect(warningsAsErrors.wants(failing(text, makefile))).toBeUndefined();
  });
});

describe('a library that is not linked', () => {
  const TEXT = "x.o: undefined reference to 'libiconv_open'";
  const LDFLAGS = 'mk add LDFLAGS "-L${LOCALBASE}/lib -liconv"\n';
  const facts = {symbol: 'libiconv_open'};

  test('libiconv', async () => {
    expect(await operations(missingLibrary, failing(TEXT, 'USES=\ticonv cmake\n', facts))).toBe(LDFLAGS);
    expect(await operations(missingLibrary, failing(TEXT, 'USES=\tcmake\n', facts))).toBe(`${LDFLAGS}mk add USES iconv\n`);
    expect((await compat(missingLibrary, TEXT, 'USES=\ticonv\n', facts))['Makefile.DragonFly']).toContain('-liconv');
  });

  test('libintl', async () => {
    const intl = {symbol: 'libintl_dgettext'};
    const operation = 'mk add LDFLAGS "-L${LOCALBASE}/lib -lintl"\n';
    expect(await operations(missingLibrary, failing(TEXT, 'USES=\tgettext\n', intl))).toBe(operation);
    expect(await operations(missingLibrary, failing(TEXT, 'USES=\tgettext-tools\n', intl))).toBe(
      `${operation}mk add USES gettext-runtime\n`,
    );
  });

  test('no fix where it is linked already, or another symbol is missing', () => {
    const linked = failing(TEXT, 'USES=\ticonv\nLDFLAGS+=\t-L${LOCALBASE}/lib ${ICONV_LIB}\n', facts);
    expect(missingLibrary.fix(linked, new Map())).toBeUndefined();
    expect(missingLibrary.wants(failing(TEXT, '', {symbol: 'libiconvert'}))).toBeUndefined();
  });
});

describe('a flag that the compiler rejects', () => {
  const TEXT = "cc: error: unrecognized command-line option '-fno-x'; did you mean '-fno-y'?";

  test.each([
    [TEXT, 'CFLAGS+=\t-O2 -fno-x\n', 'mk remove CFLAGS -fno-x\n'],
    ["cc: error: unknown argument: '-fno-x'", 'CFLAGS+=\t-O2\nCFLAGS+=\t-fno-x\n', 'mk eval CFLAGS "${CFLAGS:N-fno-x}"\n'],
    ['cc1: error: -Werror=x: no option -Wx', 'CXXFLAGS+=\t-Werror=x -O\n', 'mk remove CXXFLAGS -Werror=x\n'],
    ["cc1: error: '-Werror=x': no option '-Wx'", 'CFLAGS+=\t-Wno-error=x -O\n', 'mk remove CFLAGS -Wno-error=x\n'],
    [
      "/usr/libexec/binutils234/elf/ld.bfd: unrecognized option '--undefined-version'",
      'LDFLAGS+=\t-s -Wl,--undefined-version\n',
      'mk remove LDFLAGS -Wl,--undefined-version\n',
    ],
  ])('%s', async (text, makefile, after) => {
    expect(await operations(rejectedFlag, failing(text, makefile))).toBe(after);
  });

  test('a compat overlay', async () => {
    const after = await compat(rejectedFlag, TEXT, 'CFLAGS+=\t-O2 -fno-x\n', {});
    expect(after['diffs/Makefile.diff']).toContain('+CFLAGS+=\t-O2\n');
  });

  test('no fix where the port does not add it, or it is needed', () => {
    expect(rejectedFlag.fix(failing(TEXT, 'CFLAGS+=\t-fno-xy\n'), new Map())).toBeUndefined();
    for (const flag of ['-std=c23', '-fstack-clash-protection', '-mavx', '-lfoo', '-DA'])
      expect(rejectedFlag.wants(failing(TEXT.replace('-fno-x', flag), `CFLAGS+=\t${flag}\n`))).toBeUndefined();
  });

  const inSource = (...lines: string[]) => {
    const input = failing(TEXT, '');
    const searches = rejectedFlag.searches?.(input) ?? [];
    return {...input, matches: searches.map((search) => ({...search, lines}))};
  };

  test.each([
    ['meson.build', "add_project_arguments('-O2', '-fno-x', language: 'c')\n", "add_project_arguments('-O2', language: 'c')\n"],
    ['src/CMakeLists.txt', 'add_compile_options(-O2 -fno-x)\n', 'add_compile_options(-O2 )\n'],
    ['Makefile.in', 'CFLAGS = -fno-x -O2\n', 'CFLAGS = -O2\n'],
  ])('in %s: %j', async (file, before, after) => {
    const input = inSource(`${file}:1:x`, 'ChangeLog:9:-fno-x');
    expect(rejectedFlag.wants(input)).toEqual([file]);
    const fixed = await applied(fixOf(rejectedFlag, input, {[file]: before}), DOPS);
    const [patch] = Object.entries(fixed).flatMap(([path, text]) => (path.startsWith('dragonfly/') ? [text] : []));
    expect(applyPatch(before, patch ?? '', {fuzzFactor: 0})).toBe(after);
  });

  test('no fix in several files, or where a call would be left empty', () => {
    const two = inSource('a/Makefile:1:x', 'b/Makefile:1:x');
    expect(rejectedFlag.fix(two, new Map([['a/Makefile', 'A = -fno-x\n']]))).toBeUndefined();
    const call = new Map([['CMakeLists.txt', 'add_compile_options(-fno-x)\n']]);
    expect(rejectedFlag.fix(inSource('CMakeLists.txt:1:x'), call)).toBeUndefined();
  });

  test.each(['--no-such', '--version-script=x'])('the linker’s %s is not dropped', (option) => {
    expect(rejectedFlag.wants(failing(`ld: unrecognized option '${option}'`, ''))).toBeUndefined();
  });
});
