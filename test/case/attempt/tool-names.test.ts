import {isToolName, parallelGroups} from '../../../src/case/attempt/tool-names.ts';

test('reads that follow each other run together, an edit or a build alone and in its place', () => {
  const names = (...calls: string[]) =>
    parallelGroups(calls.map((name) => ({name}))).map((group) => group.map((call) => call.name).join('+'));
  expect(names('get_file', 'grep', 'put_file', 'list_dir', 'get_file', 'dsynth_build')).toEqual([
    'get_file+grep',
    'put_file',
    'list_dir+get_file',
    'dsynth_build',
  ]);
  expect(names('put_file', 'put_file')).toEqual(['put_file', 'put_file']);
  expect(names('made_up', 'get_file')).toEqual(['made_up', 'get_file']);
  expect(names()).toEqual([]);
});

test('a name that is none of ours is no tool', () => {
  expect(isToolName('grep')).toBe(true);
  expect(isToolName('proveRebuild')).toBe(false);
});
