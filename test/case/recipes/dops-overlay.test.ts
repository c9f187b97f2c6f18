import {dopsChanges, editableDops, withOperations, withoutStatements} from '../../../src/case/recipes/dops-overlay.ts';
import {overlayOf} from '../../../src/case/recipes/overlay.ts';
import {parseOverlay} from '../../../src/dops/syntax/parse-overlay.ts';
import {type Files, inputOf} from './support.ts';

const TEXT = `# an overlay
port net/foo
target @any
mk set A "say \\"x\\"" # a comment
text line-insert-after file Makefile \\
     anchor "USES= cpe" \\
     line   "USES+= ssl"

mk target set dfly-patch <<'MK'
	mk add USES alias
MK
file materialize dragonfly/patch-a->dragonfly/patch-a
`;

test('statements are removed with their lines, also if another parse found them', () => {
  const {statements} = parseOverlay(TEXT);
  const gone = withoutStatements(parseOverlay(TEXT), statements.slice(3, 5)).text.split('\n');
  expect(gone.slice(3)).toEqual([TEXT.split('\n')[3], '', 'file materialize dragonfly/patch-a->dragonfly/patch-a', '']);
});

const overlay = (files: Files) => {
  const found = overlayOf(inputOf({}, files));
  if (found === undefined) throw new Error('The overlay has a truncated file.');
  return found;
};
const textOf = (files: Files) => editableDops(overlay(files), 'why')?.text;
const editable = (text: string) => textOf({'overlay.dops': `port net/foo\n${text}`}) !== undefined;

test.each([
  'mk set A "open\n',
  "mk target set x <<'MK'\n\ttrue\n",
  'mk set A word\n',
  "mk prepend A <<'E'\nx\nE\n",
  'port a/b\n',
])('an overlay with %j is left to the model', (text) => {
  expect(editable(text)).toBe(false);
});

test('an overlay is for a target if its one scope names it', () => {
  expect(['', 'target @any\n', 'target @main,@2026Q2\n'].map(editable)).toEqual([true, true, true]);
  expect(['target @main\n', 'target @any\ntarget @main\n', 'target @2026Q3\n'].map(editable)).toEqual([false, false, false]);
});

test('a port without an overlay gets one of the type that STATUS and newport/ give it', () => {
  const header = (type: string) => `port net/foo\ntype ${type}\nreason "why"\n\ntarget @any\n\n`;
  for (const STATUS of ['', 'PORT\n', ' PORT  built by hand']) expect(textOf({STATUS})).toBe(header('port'));
  expect(textOf({})).toBe(header('port'));
  expect(textOf({'newport/Makefile': ''})).toBe(header('dport'));
  expect(textOf({STATUS: 'DPORT\n', 'newport/Makefile': ''})).toBe(header('dport'));
  expect(textOf({STATUS: 'LOCK\n'})).toBe(header('lock'));
  expect(textOf({STATUS: 'MASK\n'})).toBeUndefined();
});

test.each(['Makefile.DragonFly', 'Makefile.DragonFly.@main', 'diffs/x', 'dragonfly/patch-a'])(
  'with %s the overlay is compat',
  (path) => {
    expect(overlay({[path]: '', STATUS: 'PORT\n'}).form).toBe('compat');
    expect(textOf({[path]: ''})).toBeUndefined();
    expect(overlay({[path]: '', 'overlay.dops': ''}).form).toBe('dops');
  },
);

test('a new overlay.dops replaces STATUS, one that was there leaves it', () => {
  const edited = parseOverlay('port net/foo\n');
  const changed = (files: Files) => [...dopsChanges(overlay(files), edited)];
  expect(changed({STATUS: 'PORT\n'})).toEqual([
    ['overlay.dops', 'port net/foo\n'],
    ['STATUS', undefined],
  ]);
  expect(changed({STATUS: 'PORT\n', 'overlay.dops': ''})).toEqual([['overlay.dops', 'port net/foo\n']]);
  expect(changed({})).toEqual([['overlay.dops', 'port net/foo\n']]);
});

test('operations are added at the end', () => {
  const added = withOperations(parseOverlay('port a/b'), [
    {kind: 'mk.var.unset', name: 'A'},
    {kind: 'mk.var.set', name: 'B', value: '"'},
  ]);
  expect(added.text).toBe('port a/b\nmk unset A\nmk set B "\\""\n');
});
