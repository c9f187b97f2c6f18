import {FOLDERS} from '../../mutate/config.ts';
import {sample, selection} from '../../mutate/select.ts';

const select = (...paths: string[]) => selection('/project', FOLDERS, paths);

test('no path means all folders, a path those that have it', () => {
  expect(select().folders).toEqual(FOLDERS);
  expect(select('src/case/guard/').folders.map(({path}) => path)).toEqual(['src/case']);
  expect(select('/project/src').folders).toEqual(FOLDERS);
  const {includes} = select('src/case/guard', 'src/case/types.ts');
  expect(['src/case/guard/files.ts', 'src/case/types.ts', 'src/case/guards.ts'].map(includes)).toEqual([true, true, false]);
});

test('a path outside of the folders is refused, with those that are allowed', () => {
  expect(() => select('src/console')).toThrow('src/console: a path must be in src/case, src/workflows, src/devenv/tools.');
});

test('a sample is the same for the same seed, in order, and without repeats', () => {
  const all = Array.from({length: 100}, (_, at) => at);
  const drawn = sample(all, 20, 1);
  expect(new Set(drawn).size).toBe(20);
  expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
  expect(sample(all, 20, 1)).toEqual(drawn);
  expect(sample(all, 20, 2)).not.toEqual(drawn);
  expect(sample(all, 0, 1)).toEqual(all);
  expect(sample(all, 200, 1)).toEqual(all);
});
