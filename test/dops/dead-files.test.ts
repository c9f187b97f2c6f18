import {treeOf} from '../../src/dops/apply/text-tree.ts';
import {deadFiles} from '../../src/dops/check/dead-files.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';

const PATCH = '--- a\n+++ b\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n';
const NO_OP = '--- a\n+++ b\n@@ -1,2 +1,2 @@\n x\n-y\n+y\n';
const dead = (files: Record<string, string>) => {
  const tree = treeOf(new Map(Object.entries(files)));
  const text = files['overlay.dops'];
  return Object.fromEntries(
    deadFiles(tree, text === undefined ? undefined : parseOverlay(text)).map(({path, why}) => [path, why]),
  );
};

test('beside overlay.dops what no operation uses is an orphan', () => {
  const files = {
    'overlay.dops': 'port a/b\nfile materialize ./dragonfly/patch-a -> dragonfly/patch-a\npatch apply diffs/x.diff\n',
    'dragonfly/patch-a': PATCH,
    'dragonfly/patch-b': PATCH,
    'diffs/x.diff': PATCH,
    'diffs/REMOVE': 'files/x\n',
    'Makefile.DragonFly': 'A=b\n',
    STATUS: 'PORT\n',
    'newport/Makefile': '',
    'files/patch-c': PATCH,
    notes: '',
  };
  const orphans = ['dragonfly/patch-b', 'diffs/REMOVE', 'Makefile.DragonFly', 'STATUS', 'files/patch-c'];
  expect(dead(files)).toEqual(Object.fromEntries(orphans.map((path) => [path, 'orphan'])));
});

test('files without content, with comments only, and with a change that is none', () => {
  expect(
    dead({
      'Makefile.DragonFly': '# A=b\n\n',
      'dragonfly/patch-empty': ' \n',
      'dragonfly/patch-text': 'upstream has it\n',
      'dragonfly/patch-same': `${NO_OP}${NO_OP}`,
      'dragonfly/patch-half': `${NO_OP}${PATCH}`,
      'dragonfly/patch-good': PATCH,
      'diffs/a.diff': NO_OP,
      'dragonfly/config.h': '/* */\n',
      STATUS: 'PORT\n',
    }),
  ).toEqual({
    'Makefile.DragonFly': 'comments',
    'dragonfly/patch-empty': 'empty',
    'dragonfly/patch-text': 'comments',
    'dragonfly/patch-same': 'no-op',
    'diffs/a.diff': 'no-op',
  });
});

test('an overlay.dops with a header alone is there for the composer', () => {
  expect(dead({'overlay.dops': 'port a/b\ntype port\nreason "x"\n'})).toEqual({});
});

test.each([
  ['lines that look like headers', '--- a.lua\n+++ a.lua\n@@ -1 +1 @@\n--- old\n+-- new\n'],
  ['only the last newline', '--- a\n+++ a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n'],
])('a patch that changes %s does something', (_name, patch) => {
  expect(dead({'dragonfly/patch-a': patch})).toEqual({});
});
