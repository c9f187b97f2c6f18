import fc from 'fast-check';
import {patchProblem} from '../../src/case/guard/patch-form.ts';
import {inWorkTree, readable, relativePath, writable} from '../../src/devenv/tools/paths.ts';
import {expectTimeByLength, hostileTexts} from './hostile.ts';

const PATCH = '--- src/a.c.orig\n+++ src/a.c\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n+2b\n three\n\\ No newline at end of file\n';
const PATHS = [
  '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly',
  '/work/obj/net/foo/foo-1.0/a.c',
  '/construction/net/foo/foo-1.0/config.log',
  '/usr/include/sys/types.h',
  'dragonfly/patch-a.c',
];
const READ_ROOTS = [
  '/work',
  '/usr/include',
  '/usr/local/include',
  '/usr/share/mk',
  '/construction/net/foo',
  '/work/DeltaPorts/ports/net/foo',
  '/work/obj/net/foo',
];
const ORIGIN = 'net/foo';

test('any text is a valid patch, or its fault is reported', () => {
  expect(patchProblem(PATCH)).toBeUndefined();
  fc.assert(
    fc.property(hostileTexts([PATCH], ['@@ -1 +1 @@', '@@ -1,99999999999999999999 +1 @@']), (text) => {
      expect(patchProblem(text) ?? 'none').toMatch(/^(none|line \d+: |it must be )/);
    }),
    {numRuns: 500},
  );
});

test('any path that passes is below its roots, and names nothing of git’s', () => {
  fc.assert(
    fc.property(hostileTexts(PATHS, ['/../', '.git', '/./', '//', '.GIT', '-evil']), (text) => {
      for (const check of [readable(text, ORIGIN), writable(text, ORIGIN), inWorkTree(text, ORIGIN)]) {
        if (!check.ok) continue;
        const {path, dir, name, root} = check.at;
        expect(path.startsWith(`${root}/`) || path === root).toBe(true);
        expect(READ_ROOTS).toContain(root);
        expect(path).not.toMatch(/\/\.\.?(\/|$)|\/\.git(\/|$)|\/\//);
        if (path !== '/work') expect(`${dir}/${name}`).toBe(path);
      }
      const below = relativePath(text);
      if (below !== undefined) expect(below).not.toMatch(/^\/|(^|\/)(\.\.|\.git)/);
    }),
    {numRuns: 500},
  );
});

test.each([
  ['a patch', patchProblem],
  ['a path', (text: string) => [readable(text, ORIGIN), writable(text, ORIGIN), relativePath(text)]],
])('%s takes a time by its length', (_what, read) => {
  expectTimeByLength(read);
});
