import {TOOL_NAMES} from '../../../src/case/attempt/tool-names.ts';
import {checkArguments, openAiTools, TOOLS, toolByName} from '../../../src/devenv/tools/index.ts';

test('the tools are those of the workflow, each once and in order', () => {
  expect(TOOLS.map((tool) => tool.name)).toEqual([...TOOL_NAMES]);
  expect(openAiTools().map((tool) => tool.name)).toEqual([...TOOL_NAMES]);
});

test('a tiny window is offered the essential tools only, in less than half of the characters', () => {
  const all = openAiTools();
  const few = openAiTools(8192);
  expect(all.filter(({name}) => few.some((one) => one.name === name))).toEqual(few);
  expect(few.map(({name}) => name)).toEqual(
    expect.arrayContaining(['get_file', 'dops_add', 'patch_source', 'materialize_dports', 'dsynth_build']),
  );
  expect(JSON.stringify(few).length).toBeLessThan(JSON.stringify(all).length / 2);
  expect(openAiTools(16_000)).toEqual(all);
});

test('all schemas together are small and closed', () => {
  expect(JSON.stringify(openAiTools()).length).toBeLessThan(10_240);
  for (const tool of TOOLS) {
    expect(tool.parameters.additionalProperties).toBe(false);
    expect(Object.keys(tool.parameters.properties)).toEqual(expect.arrayContaining([...tool.parameters.required]));
  }
});

test.each([
  ['no_such', {}, 'unknown tool: no_such; the tools are: '],
  ['get_file', [], 'arguments must be a JSON object'],
  ['get_file', null, 'arguments must be a JSON object'],
  ['get_file', {_raw: '{'}, 'unexpected argument(s): _raw'],
  ['get_file', {path: '/work', constructor: 1}, 'unexpected argument(s): constructor'],
  ['get_file', JSON.parse('{"path":"/work","__proto__":1}'), 'unexpected argument(s): __proto__'],
  ['put_file', {path: '/work/x'}, 'missing required argument(s): content'],
  ['put_file', {path: '/work/x', content: null}, 'wrong type: content'],
  ['get_file', {path: 3}, 'wrong type: path'],
  ['get_file', {path: '/work', limit_lines: 1.5}, 'wrong type: limit_lines'],
  ['get_file', {path: '/work', limit_lines: 1e9}, 'wrong value: limit_lines'],
  ['put_file', {path: '/work/x', content: 'x', encoding: 'hex'}, 'wrong value: encoding'],
  ['put_file', {path: '/work/x', content: 'x'.repeat(300000)}, 'too long: content'],
  ['get_file', {path: '/'.repeat(5000)}, 'too long: path'],
  ['install_patches', {origin: 'a/b', patches: 'patch-x'}, 'wrong type: patches'],
  ['install_patches', {origin: 'a/b', patches: [1]}, 'wrong type: patches'],
  ['install_patches', {origin: 'a/b', patches: Array.from({length: 101}, () => 'patch-x')}, 'too long: patches'],
  ['patch_source', {path: '/work/x', edits: ['a']}, 'wrong type: edits must be a list of objects'],
  ['patch_source', {path: '/work/x', edits: []}, 'edits must not be empty'],
  ['patch_source', {path: '/work/x', edits: [{old_text: 'a'}]}, 'edits[0]: missing required argument(s): new_text'],
  ['patch_source', {path: '/work/x', edits: [{old_text: 'a', new_text: 1}]}, 'edits[0]: wrong type: new_text'],
  [
    'patch_source',
    {path: '/work/x', edits: [JSON.parse('{"old_text":"a","new_text":"b","__proto__":1}')]},
    'edits[0]: unexpected argument(s): __proto__',
  ],
])('%s refuses %j', (name, args, error) => {
  expect(checkArguments(toolByName(name), name, args)).toMatchObject({ok: false, error: expect.stringContaining(error)});
});

test('a list of objects may be one object, or JSON text', () => {
  const edit = {old_text: 'a', new_text: 'b'};
  const of = (edits: unknown) => checkArguments(toolByName('patch_source'), 'patch_source', {path: '/work/x', edits});
  const expected = {ok: true, args: {path: '/work/x', edits: [edit]}};
  expect([of(edit), of(JSON.stringify([edit])), of([{...edit, all: null}])]).toEqual([expected, expected, expected]);
  expect(of([{...edit, all: 'true'}])).toMatchObject({args: {edits: [{all: true}]}});
  expect(of('[{')).toMatchObject({ok: false});
});

test('null for optional arguments and quoted numbers are accepted', () => {
  const checked = checkArguments(toolByName('get_file'), 'get_file', {path: '/work/x', offset_lines: null, limit_lines: '20'});
  expect(checked).toEqual({ok: true, args: {path: '/work/x', limit_lines: 20}});
});
