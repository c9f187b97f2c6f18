import {FREEBSD_CONDITIONS} from '../../../src/case/recipes/alias-flags.ts';
import {unknownUses} from '../../../src/case/recipes/unknown-uses.ts';
import {applied, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const facts = {uses: 'alias'};
const FREEBSD = {Makefile: 'PORTNAME=\tfoo\nUSES=\tgmake\n\n.include <bsd.port.mk>\n'};
const HEAD = 'port net/foo\ntype port\ntarget @any\n';
const fixed = async (overlay: Files) => applied(fixOf(unknownUses, inputOf(facts, overlay)), overlay);
const fixedByDops = async (operations: string, more: Files = {}) => {
  const overlay = {...more, 'overlay.dops': HEAD + operations};
  const input = inputOf(facts, overlay, composedByDops(FREEBSD, overlay), FREEBSD);
  return applied(fixOf(unknownUses, input), overlay);
};
const noFix = (overlay: Files, port: Files = FREEBSD) => {
  expect(unknownUses.fix(inputOf(facts, overlay, port), new Map())).toBeUndefined();
};

test.each([
  ['USES+=\talias ncurses\n\ndfly-patch:\n\ttrue\n', 'USES+=\tncurses\n\ndfly-patch:\n\ttrue\n'],
  ['USES+=\t\tncurses alias:build,env\n', 'USES+=\t\tncurses\n'],
  ['USES+=\talias\nCFLAGS+=\t-DNEED_HTOBE32\n', 'CFLAGS+=\t-DNEED_HTOBE32\n'],
])('the value is removed from %j, and all else stays', async (before, after) => {
  const patches = {'dragonfly/patch-ckucmd.c': 'x\n', 'dragonfly/patch-ckufio.c': 'y\n'};
  expect(await fixed({...patches, 'Makefile.DragonFly': before})).toEqual({...patches, 'Makefile.DragonFly': after});
});

test.each(['USES+=\talias\n', '# for the sources\nUSES+=\talias\n\n'])(
  'a fragment that had nothing but %j is deleted',
  async (text) => {
    expect(await fixed({STATUS: 'PORT\n', 'Makefile.DragonFly': text})).toEqual({STATUS: 'PORT\n'});
  },
);

test('the removal of alias is marked for review, since the source may then take other branches', () => {
  const overlay = {'Makefile.DragonFly': 'USES+=\talias gone ssl\n'};
  const reviewOf = (uses: string) => unknownUses.fix(inputOf({uses}, overlay), new Map())?.review;
  expect(reviewOf('alias')).toContain('__FreeBSD__');
  expect(unknownUses.fix(inputOf({uses: 'gone'}, overlay), new Map())).toMatchObject({note: expect.any(String)});
  expect(reviewOf('gone')).toBeUndefined();
});

test('only a value that the overlay brings in is removed', () => {
  noFix({'Makefile.DragonFly': 'USES+=\tssl aliases\n'}, {Makefile: 'USES=\talias\n'});
  noFix({}, {Makefile: 'USES=\talias\n'});
});

test.each([
  ['mk add USES alias\nmk add USES ssl\n', 'mk add USES ssl\n'],
  ['mk add USES "alias"   # for the sources\nmk add USES ssl\n', 'mk add USES ssl\n'],
  ['mk add USES "alias:11"\n', ''],
  ['mk add USES "alias localbase:ldflags"\n', 'mk add USES localbase:ldflags\n'],
  ['mk add USES "ncurses alias" on-missing noop\n', 'mk add USES ncurses on-missing noop\n'],
  ['mk set USES "gmake alias ssl"\n', 'mk set USES "gmake ssl"\n'],
  ['mk eval USES "${USES} alias"\nmk add USES ssl\n', 'mk add USES ssl\n'],
  ['mk eval USES "${USES:Ngmake} alias localbase"\n', 'mk eval USES "${USES:Ngmake} localbase"\n'],
])('in overlay.dops %j becomes %j', async (before, after) => {
  expect(await fixedByDops(before)).toEqual({'overlay.dops': HEAD + after});
});

test('Makefile.DragonFly has no effect beside overlay.dops, and stays', async () => {
  const dead = {'Makefile.DragonFly': 'USES+=\talias\n'};
  expect(await fixedByDops('mk add USES alias\n', dead)).toEqual({...dead, 'overlay.dops': HEAD});
  noFix({...dead, 'overlay.dops': `${HEAD}mk add USES ssl\n`});
});

test.each([
  ['another target', 'port net/foo\ntarget @main\nmk add USES alias\n'],
  ['an overlay with an error', `${HEAD}mk add USES alias\nmk set A\n`],
  ['an operation that fails', `${HEAD}mk add USES alias\nmk unset NONE\n`],
])('no fix for %s', (_what, dops) => {
  noFix({'overlay.dops': dops});
});

test('no fix where the port has the value too, or the port of FreeBSD is not known', () => {
  const overlay = {'overlay.dops': `${HEAD}mk add CFLAGS -DA\nmk set USES "${'${USES}'} alias"\n`};
  noFix(overlay, {Makefile: 'USES=\tgmake alias\n'});
  const {freebsd: _none, ...input} = inputOf(facts, {'overlay.dops': `${HEAD}mk add USES alias\n`}, FREEBSD);
  expect(unknownUses.fix(input, new Map())).toBeUndefined();
});

test('without the finding it is not asked', () => {
  expect(unknownUses.wants(inputOf({header: 'a.h'}, {}))).toBeUndefined();
  expect(unknownUses.wants(inputOf({uses: '$(id)'}, {}))).toBeUndefined();
  expect(unknownUses.wants(inputOf(facts, {}))).toEqual([]);
});

const MATCHES = ['src/a.c:3:#ifdef __FreeBSD__', 'src/b.c:9:#if defined(__FreeBSD__) || defined(__DragonFly__)'];
const SEARCH = {pattern: FREEBSD_CONDITIONS, path: ''};
const withMatches = (overlay: Files, matches: readonly string[], freebsd: Files = FREEBSD) => {
  const port = overlay['overlay.dops'] === undefined ? freebsd : composedByDops(freebsd, overlay);
  return {...inputOf(facts, overlay, port, freebsd), matches: [{...SEARCH, lines: matches}]};
};
const FLAG = 'mk add CFLAGS -D__FreeBSD__=9\n';

test.each([
  ['mk add USES "alias"\n', MATCHES, FLAG],
  ['mk add USES "alias:11"\n', MATCHES, 'mk add CFLAGS -D__FreeBSD__=11\n'],
  ['mk add USES "alias localbase:ldflags"\n', MATCHES, `mk add USES localbase:ldflags\n${FLAG}`],
  ['mk eval USES "${USES:Ngmake} alias x"\nmk set A 1\n', MATCHES, `mk eval USES "\${USES:Ngmake} x"\n${FLAG}mk set A "1"\n`],
  ['mk add USES ssl\nmk add USES alias\nmk add USES alias\n', MATCHES, `mk add USES ssl\n${FLAG}`],
  ['mk add USES alias\n', ['src/a.cpp:3:#ifdef __FreeBSD__'], 'mk add CXXFLAGS -D__FreeBSD__=9\n'],
  ['mk add USES alias\n', [...MATCHES, 'b.hpp:1:#elif __FreeBSD__'], `${FLAG}mk add CXXFLAGS -D__FreeBSD__=9\n`],
])('where the source has conditions on FreeBSD, %j becomes the flag', async (before, matches, after) => {
  const overlay = {'overlay.dops': HEAD + before.replace('A 1', 'A "1"')};
  const input = withMatches(overlay, matches);
  expect(unknownUses.searches?.(input)).toEqual([SEARCH]);
  const fix = fixOf(unknownUses, input);
  expect(await applied(fix, overlay)).toEqual({'overlay.dops': HEAD + after});
  expect(fix.review).toContain('__FreeBSD__');
});

test('a compat overlay gets the flag too', async () => {
  const overlay = {'Makefile.DragonFly': 'USES+=\talias ssl\nCFLAGS+=\t-DA\n', 'dragonfly/patch-x': 'x\n'};
  expect(await applied(fixOf(unknownUses, withMatches(overlay, MATCHES)), overlay)).toEqual({
    ...overlay,
    'Makefile.DragonFly': 'USES+=\tssl\nCFLAGS+=\t-DA \\\n\t\t-D__FreeBSD__=9\n',
  });
});

const PATCH = '--- src/a.c.orig\n+++ src/a.c\n@@ -1 +1 @@\n-old\n+new\n';
test.each<[string, Files, string[]]>([
  ['no condition leaves DragonFly out', {'overlay.dops': `${HEAD}mk add USES alias\n`}, [MATCHES[1] ?? '']],
  ['there is no condition', {'overlay.dops': `${HEAD}mk add USES alias\n`}, []],
  [
    'a patch of the overlay extends it',
    {
      'overlay.dops': `${HEAD}mk add USES alias\nfile materialize dragonfly/patch-a.c -> dragonfly/patch-a.c\n`,
      'dragonfly/patch-a.c': PATCH,
    },
    MATCHES,
  ],
  [
    'a command of the overlay extends it',
    {'overlay.dops': `${HEAD}mk add USES alias\nmk target set dfly-patch <<'MK'\n\tsed -i x \${WRKSRC}/src/a.c\nMK\n`},
    MATCHES,
  ],
  ['the overlay defines it', {'overlay.dops': `${HEAD}mk add USES alias\nmk add CFLAGS "-D__FreeBSD__=13"\n`}, MATCHES],
  ['CFLAGS is set afterwards', {'overlay.dops': `${HEAD}mk add USES alias\nmk set CFLAGS "-O"\n`}, MATCHES],
])('the value is only removed where %s', async (_what, overlay, matches) => {
  const fix = fixOf(unknownUses, withMatches(overlay, matches));
  const dops = overlay['overlay.dops']?.replace('mk add USES alias\n', '');
  expect(await applied(fix, overlay)).toEqual({...overlay, 'overlay.dops': dops});
});

test('a line that a diff of the Makefile adds loses the value', async () => {
  const diff = '--- Makefile.orig\n+++ Makefile\n@@ -1,3 +1,3 @@\n PORTNAME=\tfoo\n-USES=\tgmake\n+USES=\t\tgmake ssl alias\n \n';
  const overlay = {'overlay.dops': `${HEAD}patch apply diffs/Makefile.diff\n`, 'diffs/Makefile.diff': diff};
  expect(await applied(fixOf(unknownUses, withMatches(overlay, MATCHES)), overlay)).toEqual({
    ...overlay,
    'diffs/Makefile.diff': diff.replace(' alias', ''),
  });
});
