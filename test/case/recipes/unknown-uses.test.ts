import {unknownUses} from '../../../src/case/recipes/unknown-uses.ts';
import {applied, type Files, fixOf, inputOf} from './support.ts';

const facts = {uses: 'alias'};
const fixed = async (overlay: Files) => applied(fixOf(unknownUses, inputOf(facts, overlay)), overlay);
const noFix = (overlay: Files, port: Files = {}) => unknownUses.fix(inputOf(facts, overlay, port), new Map());

test.each([
  ['USES+=\talias ncurses\n\ndfly-patch:\n\ttrue\n', 'USES+=\tncurses\n\ndfly-patch:\n\ttrue\n'],
  ['USES+=\t\tncurses alias:build,env\n', 'USES+=\t\tncurses\n'],
  ['USES+=\talias\nCFLAGS+=\t-DNEED_HTOBE32\n', 'CFLAGS+=\t-DNEED_HTOBE32\n'],
])('the word goes from %j, all else stays', async (before, after) => {
  const patches = {'dragonfly/patch-ckucmd.c': 'x\n', 'dragonfly/patch-ckufio.c': 'y\n'};
  expect(await fixed({...patches, 'Makefile.DragonFly': before})).toEqual({...patches, 'Makefile.DragonFly': after});
});

test('a fragment that had nothing else goes', async () => {
  expect(await fixed({STATUS: 'PORT\n', 'Makefile.DragonFly': 'USES+=\talias\n'})).toEqual({STATUS: 'PORT\n'});
});

test('only the overlay’s own word is its matter', () => {
  expect(noFix({'Makefile.DragonFly': 'USES+=\tssl aliases\n'}, {Makefile: 'USES=\talias\n'})).toBeUndefined();
  expect(noFix({})).toBeUndefined();
});

test('in overlay.dops the statement goes; Makefile.DragonFly beside it is dead', async () => {
  const dops = 'port net/foo\ntype port\ntarget @any\nmk add USES alias\nmk add USES ssl\nmk remove USES alias\n';
  const overlay = {'overlay.dops': dops, 'Makefile.DragonFly': 'USES+=\talias\n'};
  expect(await fixed(overlay)).toEqual({...overlay, 'overlay.dops': dops.replace('mk add USES alias\n', '')});
  expect(noFix({...overlay, 'overlay.dops': 'target @any\nmk add USES ssl\n'})).toBeUndefined();
  expect(noFix({...overlay, 'overlay.dops': 'target @any\nmk set USES "alias ssl"\n'})).toBeUndefined();
  expect(noFix({...overlay, 'overlay.dops': 'target @main\nmk add USES alias\n'})).toBeUndefined();
});

test('without the finding it is not asked', () => {
  expect(unknownUses.wants(inputOf({header: 'a.h'}, {}))).toBeUndefined();
  expect(unknownUses.wants(inputOf({uses: '$(id)'}, {}))).toBeUndefined();
  expect(unknownUses.wants(inputOf(facts, {}))).toEqual([]);
});
