import {continues, readMakeLine} from '../../src/dops/makefile/make-line.ts';
import {splitWords} from '../../src/dops/makefile/value-words.ts';

test.each<[string, string, string, string]>([
  ['\t@-${RM} x', 'recipe', '', '${RM} x'],
  ['# A=1', 'comment', '', ''],
  ['  ', 'comment', '', ''],
  ['A=1', 'assignment', 'A', '1'],
  ['A+=\t1 # two', 'assignment', 'A', '1 # two'],
  ['A+ = 1', 'assignment', 'A+', '1'],
  ['${A:tu}=1', 'assignment', '${A:tu}', '1'],
  ['A:sh=\tid', 'assignment', 'A', 'id'],
  ['a%b=1', 'assignment', 'a%b', '1'],
  ['.MAKE.MODE=\tmeta', 'assignment', '.MAKE.MODE', 'meta'],
  ['\u00a0A\v=\f1', 'assignment', 'A', '1'],
  ['do-build: A=1', 'target', 'do-build', 'A=1'],
  ['do-build!', 'target', 'do-build', ''],
  ['${A:tu} b:: c', 'target', '${A:tu} b', 'c'],
  ['.PHONY: x', 'target', '.PHONY', 'x'],
  ['.if defined(A)', 'directive', 'if', 'defined(A)'],
  ['. ifdef A', 'directive', 'ifdef', 'A'],
  ['.-include "x"', 'directive', '-include', '"x"'],
  ['.undef A', 'directive', 'undef', 'A'],
  ['mk unset A', 'other', '', 'mk unset A'],
])('%j is a line of the kind %s', (text, kind, name, value) => {
  expect(readMakeLine(text)).toEqual({text, kind, name, value});
});

test('an odd number of backslashes at its end continues a line', () => {
  expect(['a', 'a\\', 'a\\\\', 'a\\\\\\', 'a\\ ', '\\', ''].map(continues)).toEqual([
    false,
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
});

test('a quoted or escaped part stays in its word', () => {
  expect(splitWords('a "b c"d \'e f\' g\\ h "i')).toEqual(['a', '"b c"d', "'e f'", 'g\\ h', '"i']);
});
