import {applicable, RECIPES} from '../../../src/case/recipes/index.ts';
import {inputOf} from './support.ts';

const PATCH = '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-old\n+new\n';
const chosen = (facts: Record<string, string>) =>
  applicable(inputOf(facts, {'dragonfly/patch-a.c': PATCH})).map(({recipe, wants}) => [recipe.name, ...wants]);

test('a failure meets the recipes of its kind and no others', () => {
  expect(chosen({uses: 'alias'})).toEqual([['error-unknown-uses']]);
  expect(chosen({missing: 'bin/a'})).toEqual([['error-plist-mismatch']]);
  expect(chosen({patch: 'dragonfly/patch-a.c'})).toEqual([
    ['error-dragonfly-patch-upstream', 'a.c'],
    ['error-dragonfly-patch-moved', 'a.c'],
    ['error-dragonfly-patch-obsolete', 'a.c'],
  ]);
  expect(chosen({symbol: 'IFM_X'})).toEqual([]);
});

test('a name is of the form of a playbook’s, and one recipe’s alone', () => {
  const names = RECIPES.map(({name}) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^(error|flow)(-[a-z]+)+$/);
});
