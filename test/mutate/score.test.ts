import {accepts} from '../../mutate/config.ts';
import {instrument} from '../../mutate/instrument.ts';
import {scoreOf, scoresByFile, survivorLine, type Verdict} from '../../mutate/score.ts';

const verdict = (file: string, killedBy?: string, covered = true): Verdict => ({
  mutant: {id: 1, first: 1, file, line: 3, operator: 'x', original: 'a  <\n b', replacement: '(a) <= (b)'},
  killedBy,
  covered,
});

test('the score is the share of killed mutants, and is not rounded up', () => {
  const verdicts = [verdict('a', 't'), verdict('a', 't'), verdict('b')];
  expect(scoreOf(verdicts)).toEqual({mutants: 3, killed: 2, survived: 1, score: 66.6});
  expect(scoreOf([])).toEqual({mutants: 0, killed: 0, survived: 0, score: 100});
  expect(scoresByFile(verdicts).map(([file, {score}]) => [file, score])).toEqual([
    ['a', 100],
    ['b', 0],
  ]);
});

test('a survivor is shown by its place, in one line', () => {
  expect(survivorLine(verdict('src/a.ts'))).toBe('src/a.ts:3: a < b → (a) <= (b)');
  expect(survivorLine(verdict('src/a.ts', undefined, false))).toMatch(/ \(no test reaches it\)$/);
});

test('another value for an empty fallback does not count, and one for any other fallback does', () => {
  const source = "const [a = '', b = 2] = c; const d = e ?? 0;";
  const changed = instrument('a.ts', source, 1, accepts).mutants.map(({original}) => original);
  expect(changed).toEqual(['2', 'e ?? 0']);
});

test('emptied sentences do not count, emptied keys and all else do', () => {
  const source = "f('this is a sentence', 'two-words here', 'key', `here is a sentence of ${1 + 2} words`);";
  expect(instrument('a.ts', source, 1, accepts).mutants.map(({original}) => original)).toEqual([
    source,
    "'two-words here'",
    "'key'",
    '1 + 2',
    '1',
    '2',
  ]);
});
