import {isAllowed, licencesOf} from './licences.ts';
import {productionPackages} from './lock.ts';

test('all production dependencies have an allowed licence', async () => {
  const licences = await licencesOf(await productionPackages());
  expect(licences.length).toBeGreaterThan(100);
  expect(licences.filter(({allowed}) => !allowed)).toEqual([]);
});

test('a licence that is not in the list is refused, and so is a package that declares none', async () => {
  const licences = await licencesOf([
    ['node_modules/a', {version: '1.0.0', license: 'GPL-3.0-only'}],
    ['node_modules/@b/c', {version: '2.0.0'}],
    ['node_modules/a/node_modules/d', {version: '3.0.0', license: 'MIT'}],
    ['node_modules/caniuse-lite', {version: '9.0.0', license: 'GPL-2.0-only'}],
  ]);
  expect(licences.map(({name, licence, allowed}) => [name, licence, allowed])).toEqual([
    ['@b/c', 'none', false],
    ['a', 'GPL-3.0-only', false],
    ['caniuse-lite', 'GPL-2.0-only', false],
    ['d', 'MIT', true],
  ]);
});

test.each([
  ['MIT', true],
  ['Apache-2.0 AND MIT', true],
  ['GPL-2.0-only OR MIT', true],
  ['MIT OR GPL-2.0-only', true],
  ['(MIT OR GPL-2.0-only) AND ISC', true],
  ['MIT AND GPL-2.0-only', false],
  ['MIT OR ISC AND GPL-2.0-only', true],
  ['(MIT OR ISC) AND GPL-2.0-only', false],
  ['MIT WITH some-exception', false],
  ['(MIT', false],
  ['MIT ISC', false],
  ['SEE LICENSE IN LICENSE', false],
  ['', false],
])('%s: %s', (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});
