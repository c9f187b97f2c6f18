import {guardDiff} from '../../../src/case/guard/index.ts';

const HEAD = 'port a/b\ntype port\ntarget @any\n';
const USE = 'file materialize dragonfly/patch-a -> dragonfly/patch-a\n';
const PATCH = '--- a.c\n+++ a.c\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n';

const lines = (text: string, mark: string): string =>
  text.replace(/^(?=[\s\S])/gm, mark).replace(new RegExp(`\\n\\${mark}$`), '\n');
const file = (path: string, head: string, from: string, to: string, hunk: string): string =>
  `diff --git a/ports/a/b/${path} b/ports/a/b/${path}\n${head}--- ${from}\n+++ ${to}\n${hunk}`;
const count = (text: string): number => text.split('\n').length - 1;
const added = (path: string, text: string): string =>
  file(
    path,
    'new file mode 100644\nindex 0000000..1111111\n',
    '/dev/null',
    `b/ports/a/b/${path}`,
    `@@ -0,0 +1,${count(text)} @@\n${lines(text, '+')}`,
  );
const changed = (path: string, before: string, after: string): string =>
  file(
    path,
    'index 1111111..2222222 100644\n',
    `a/ports/a/b/${path}`,
    `b/ports/a/b/${path}`,
    `@@ -1,${count(before)} +1,${count(after)} @@\n${lines(before, '-')}${lines(after, '+')}`,
  );
const dead = (diff: string, overlay?: Readonly<Record<string, string>>): string[] =>
  guardDiff(diff, 'a/b', {failedPatches: new Set(), ...(overlay ? {overlay: new Map(Object.entries(overlay))} : {})}).flatMap(
    (one) => (one.rule === 'dead-file' ? [`${one.severity} ${one.path}: ${one.reason}`] : []),
  );

test('a new patch that no operation uses is asked about, one that is used is not', () => {
  expect(dead(added('dragonfly/patch-a', PATCH), {'overlay.dops': HEAD})).toEqual([
    expect.stringMatching(/^ask ports\/a\/b\/dragonfly\/patch-a: dragonfly\/patch-a has no effect/),
  ]);
  expect(dead(added('dragonfly/patch-a', PATCH), {'overlay.dops': HEAD + USE})).toEqual([]);
  expect(dead(added('dragonfly/patch-a', PATCH) + changed('overlay.dops', HEAD, HEAD + USE), {'overlay.dops': HEAD})).toEqual([]);
});

test('a patch that loses its operation is asked about where the operation was', () => {
  const overlay = {
    'overlay.dops': `${HEAD}${USE}mk set A "1"\n`,
    'dragonfly/patch-a': PATCH,
    'dragonfly/patch-old': PATCH,
    STATUS: 'PORT\n',
  };
  expect(dead(changed('overlay.dops', overlay['overlay.dops'], `${HEAD}mk set A "1"\n`), overlay)).toEqual([
    expect.stringMatching(/^ask ports\/a\/b\/overlay\.dops: dragonfly\/patch-a has no effect[^;]*$/),
  ]);
  expect(dead(changed('dragonfly/patch-old', PATCH, PATCH.replace('z', 'zz')), overlay)).toEqual([
    expect.stringContaining('patch-old'),
  ]);
});

test('a fragment of comments is asked about, and an overlay.dops with a header alone is not', () => {
  expect(dead(added('Makefile.DragonFly', '# was: USES+= alias\n'))).toEqual([expect.stringContaining('has only comments')]);
  expect(dead(added('overlay.dops', HEAD), {STATUS: 'PORT\n'})).toEqual([]);
  expect(dead(added('Makefile.DragonFly', 'USES+= alias\n'))).toEqual([]);
  expect(dead(added('dragonfly/patch-a', PATCH))).toEqual([]);
});

test('where overlay.dops is not known completely, nothing is asked', () => {
  const diff = changed('overlay.dops', USE, 'mk set A "1"\n') + added('dragonfly/patch-a', PATCH);
  expect(dead(diff)).toEqual([]);
});
