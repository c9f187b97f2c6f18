import {stripTypeScriptTypes} from 'node:module';
import {instrument} from '../../mutate/instrument.ts';

const SOURCE = `export function f(list: readonly number[], most: number = 2): string {
  const few = list.filter((one) => one > 0).slice(0, most);
  if (few.length === 0) return 'none';
  return few.map((one) => \`\${one}\`).join('+');
}
`;

/** The result of the function of an instrumented source with one mutant switched on. */
function call(code: string, id: number, ...args: unknown[]): unknown {
  const body = `${stripTypeScriptTypes(code).replace('export function', 'function')}; return f;`;
  const f = new Function('__mutant', body)((one: number) => one === id);
  return f(...args);
}

test('the code behaves as its source until a mutant is switched on, and then as the source with that mutant', () => {
  const {mutants, code, apply} = instrument('src/f.ts', SOURCE, 7);
  expect(mutants.map(({id}) => id)).toEqual(mutants.map((_, at) => at + 7));
  expect(mutants.length).toBeGreaterThan(10);
  const inputs = [[[3, 0, 4, 5]], [[]], [[1, 2, 3], 1]];
  for (const input of inputs) expect(call(code, 0, ...input)).toBe(call(SOURCE, 0, ...input));
  for (const {id} of mutants) {
    const outcomes = inputs.map((input) => {
      return [code, apply(id)].map((text) => {
        try {
          return call(text, id, ...input);
        } catch (error) {
          return `${error}`.replace(/\(.*/, '');
        }
      });
    });
    for (const [switched, applied] of outcomes) expect(switched).toEqual(applied);
  }
});

test('a mutant has its place and both texts', () => {
  const {mutants} = instrument('src/f.ts', SOURCE, 1);
  expect(mutants).toContainEqual(
    expect.objectContaining({
      file: 'src/f.ts',
      line: 3,
      original: 'few.length === 0',
      replacement: '(few.length) !== (0)',
      operator: '=== to !==',
    }),
  );
});

test('a statement is removed also where it is the branch of a condition', () => {
  const source = 'export function f(a) { let n = 0; if (a) n += 1; else n += 2; return n; }';
  const {mutants, code} = instrument('src/f.ts', source, 1);
  const removals = mutants.filter(({operator}) => operator === 'remove statement');
  expect(removals.map(({id}) => [call(code, id, true), call(code, id, false)])).toEqual([
    [0, 2],
    [1, 0],
  ]);
});

test('what is not accepted is no mutant', () => {
  const {mutants} = instrument('src/f.ts', SOURCE, 1, ({operator}) => operator !== 'string');
  expect(mutants.filter(({operator}) => operator === 'string')).toEqual([]);
});
