import {RootCauseScan} from '../../../src/case/evidence/root-causes/index.ts';
import {literalsOf} from '../../../src/case/evidence/root-causes/literals.ts';
import {matchLine} from '../../../src/case/evidence/root-causes/match-line.ts';
import {RULES} from '../../../src/case/evidence/root-causes/rules/index.ts';
import {TextSearch} from '../../../src/case/evidence/root-causes/text-search.ts';

const EXAMPLES = RULES.flatMap((rule) => rule.examples.map((line) => ({rule, line})));

test('each example of a rule is a line that no rule before it takes', () => {
  const strange = EXAMPLES.filter(({rule, line}) => RULES.find(({form}) => form.test(line)) !== rule);
  const ruleOf = (line: string) => RULES.find(({form}) => form.test(line))?.form.source.slice(0, 60);
  expect(strange.map(({line}) => `${line} is of ${ruleOf(line)}`)).toEqual([]);
});

test('a log that has nothing but the example of a rule yields it as the first finding', () => {
  const lost = EXAMPLES.filter(({rule: {family, kind}, line}) => {
    const scan = new RootCauseScan();
    scan.take(Buffer.from(`-- Phase: build\nall is well\n${line}\n`));
    const [first] = scan.finish().findings;
    return first?.text !== line || first.family !== family || first.kind !== kind;
  });
  expect(lost.map(({line}) => line)).toEqual([]);
});

test('and so does one in which terminal escapes and typographic quotes are part of the line', () => {
  const scan = new RootCauseScan();
  scan.take(Buffer.from('ab\n\u001b[1ma.c:3:5: \u001b[31merror\u001b[0m: x\n'));
  scan.take(Buffer.from('make: don‘t know\nmake: don’t know how to make ‘b’. Stop\n'));
  expect(scan.finish().findings.map(({line}) => line)).toEqual([2, 4]);
});

test.each([
  [/^Killed$/, ['killed']],
  [/\bfoo(?:bar|baz)?qu/, ['fooqu', 'foobarqu', 'foobazqu']],
  [/x\d+ (?:abc|def)/, [' abc', ' def']],
  [/(?:long text|\d+)? and more/, [' and more']],
  [/(?!not this)[Ww]ord(?<!nor this) [`']x/, ["word 'x"]],
  [/abc+d\.e{2,3}fgh/, ['fgh']],
  [/[^abc]def\/ghi[a-z]jk/, ['def/ghi']],
  [/(?:abcd|efgh+)/, ['abcd', 'efg']],
  [/\S+ \w+:a/, undefined],
  [/(?:abcdef|\d+)/, undefined],
] as [RegExp, string[] | undefined][])('%s requires %j', (form, expected) => {
  expect(literalsOf(form)).toEqual(expected);
});

test('an escape that the reader of expressions does not know is an error, and so is a rule without a literal', () => {
  expect(() => literalsOf(/(a)\1bcd/)).toThrow('\\1, which literalsOf does not know');
  expect(RULES.filter(({form}) => literalsOf(form) === undefined)).toEqual([]);
});

test('a search finds all of its texts, also those that end or begin within another', () => {
  const search = new TextSearch(['abcd', 'bc', 'cdx', "don't"]);
  expect([...search.allIn('zabcdx')].sort()).toEqual([0, 1, 2]);
  expect([...search.allIn('ABCx')]).toEqual([1]);
  expect([...search.allIn('ab\ncd don’t')]).toEqual([3]);
  expect(search.endOfNext('z bcd cdx', 0)).toBe(3);
  expect(search.endOfNext('z bcd cdx', 4)).toBe(8);
  expect(search.endOfNext('z bcd cd', 4)).toBe(-1);
});

test.each([
  "src/mem.c:33:5: error: 'out of memory' has no handler",
  'watchdog.c:33: error: watchdog timeout undeclared',
  "src/timer.c:7:3: error: 'WATCHDOG' undeclared (first use in this function)",
  'checking for fork... configure: error: out of memory in a test',
  'error: expected watchdog timeout value',
])('a message that only names what would stop a build is another cause: %s', (line) => {
  expect(matchLine(line)?.facts.stop).toBeUndefined();
});

test.each([
  ["      ModuleNotFoundError: No module named 'six'", 'python cause'],
  ["      gcc: fatal error: cannot execute 'cc1plus': No such file", 'compiler cause'],
  ['npm ERR! ../src/a.cc:3:5: error: no member named x', 'compiler cause'],
  ['[ERROR]     a.c:3:5: error: no member named x', 'compiler cause'],
  ['cargo:warning=src/a.c:3:5: error: no member named x', 'compiler cause'],
  ['    [javac] /construction/A.java:12: error: cannot find symbol', 'compiler cause'],
  [' 3:12.45 src/a.cpp:3:5: error: no member named x', 'compiler cause'],
  ['      error: subprocess-exited-with-error', 'python consequence'],
  ['    error: something in a text', 'other hint'],
  ['    throw Error: x', 'other hint'],
])('a line that another program indents or prefixes counts as its own: %s', (line, expected) => {
  const match = matchLine(line);
  expect(`${match?.family} ${match?.kind}`).toBe(expected);
});
