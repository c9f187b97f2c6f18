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
