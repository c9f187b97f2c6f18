import {mutationsOf} from '../../mutate/operators.ts';
import {parseModule} from '../../mutate/syntax.ts';

/** The mutations of a snippet as `original → mutated`. */
function changes(source: string): string[] {
  return mutationsOf(parseModule(source), source).map(({node, text}) => {
    return `${source.slice(node.start, node.end)} → ${text ?? '(removed)'}`;
  });
}

test.each([
  ['x = a < b;', ['x = a < b; → (removed)', 'a < b → (a) <= (b)', 'a < b → (a) >= (b)']],
  ['let x = a >= b;', ['a >= b → (a) > (b)', 'a >= b → (a) < (b)']],
  ['let x = a === b;', ['a === b → (a) !== (b)']],
  ['let x = a && !b;', ['a && !b → (a) || (!b)', '!b → b']],
  ['let x = a ?? b;', ['a ?? b → (a) && (b)']],
  ['let x = a + b;', ['a + b → (a) - (b)']],
  ['let x = a * -b;', ['a * -b → (a) / (-b)', '-b → b']],
  ['let x = true;', ['true → false']],
  ['let x = 4;', ['4 → 5']],
  ["let x = 'a';", ["'a' → ''"]],
  ["let x = '';", ["'' → 'mutated'"]],
  ['let x = `a${b}`;', ["`a${b}` → ''"]],
  ['let x = [a];', ['[a] → []']],
  ['let x = [];', []],
  ['let x = a.some(f);', ['a.some(f) → a.every(f)']],
  ['let x = a.trim().startsWith(b);', ['a.trim().startsWith(b) → a.trim().endsWith(b)', 'a.trim() → a']],
  ['let x = Math.min(a, b);', ['Math.min(a, b) → Math.max(a, b)']],
  ['let x = a ? b : c;', ['a → true', 'a → false']],
  ['if (a) b(); else c();', ['a → true', 'a → false', 'b(); → (removed)', 'c(); → (removed)']],
  ['function f() { return a; }', ['a → undefined']],
  ['function f() { return undefined; }', []],
  ['let x = a++;', ['a++ → a--']],
  ['for (const a of b.filter(f)) ;', ['b.filter(f) → b']],
])('%s', (source, expected) => {
  expect(changes(source)).toEqual(expected);
});

test.each([
  "import {a} from 'b';",
  "export * from './b.ts';",
  "type A = 'a' | 1;",
  'interface A { readonly b: true }',
  "let x = {'a': b};",
  'let x = a as 1;',
  "declare const x: 'a';",
  "let x = import('./a.ts');",
])('%s has nothing that runs and could be another value', (source) => {
  expect(changes(source)).toEqual([]);
});

test('an addition that joins texts is not made a subtraction', () => {
  expect(changes("let x = a + 'b' + c;")).toEqual(["'b' → ''"]);
});

test('a callee and the inner part of an optional chain are not replaced', () => {
  expect(changes('let x = a?.filter(f).map(g);')).toEqual([]);
  expect(changes('let x = a.slice(b)();')).toEqual([]);
});
