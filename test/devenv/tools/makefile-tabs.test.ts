import {makefileProblem} from '../../../src/devenv/tools/makefile-tabs.ts';

test.each([
  ['dfly-patch:\n        cmd\n'],
  ['post-install: stage\n\tfirst\n    second\n'],
  ['a:\n\n        cmd\n'],
  ['a b::\n        cmd\n'],
])('finds spaces before a command in %j', (content) => {
  expect(makefileProblem('Makefile.DragonFly', content)).toContain('must begin with a tab');
});

test.each([
  ['dfly-patch:\n\tcmd\n'],
  ['CFLAGS+=\t-Da \\\n        -Db\n'],
  ['a:\n\tcmd \\\n        more\n'],
  ['X:=\ty\n        # a comment\n'],
  ['.if 1\n    USES+=x\n.endif\n'],
  ['a:\n\tcmd\n\nX=y\n    Z=1\n'],
  ['CONFLICTS=\tfoo:bar\n    X=1\n'],
])('takes %j', (content) => {
  expect(makefileProblem('Makefile.DragonFly', content)).toBeUndefined();
});

test('other files may have any spaces', () => {
  expect(makefileProblem('patch-Makefile', 'a:\n        cmd\n')).toBeUndefined();
});
