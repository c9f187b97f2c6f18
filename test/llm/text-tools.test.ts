import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {asText, callsInText} from '../../src/llm/text-tools.ts';

const TOOLS = [
  {name: 'get_file', description: 'Read lines.', parameters: {type: 'object', properties: {path: {type: 'string'}}}},
  {name: 'dsynth_build', description: 'Build.', parameters: {type: 'object', properties: {}}},
];
const OPENING: ChatMessage[] = [
  {role: 'system', content: 'You repair.'},
  {role: 'user', content: 'The case.'},
];
const call = (id: string, name: string, args: string) => ({id, type: 'function' as const, function: {name, arguments: args}});
const TURN: ChatMessage[] = [
  {
    role: 'assistant',
    content: 'I look.',
    tool_calls: [call('a', 'get_file', '{"path":"/work/x"}'), call('b', 'get_file', 'broken')],
  },
  {role: 'tool', tool_call_id: 'a', content: '{"ok":true}'},
  {role: 'tool', tool_call_id: 'b', content: '{"ok":false}'},
];

test('tools follow the system prompt, calls are in blocks, results in one user message', () => {
  const [system, user, assistant, results, ...rest] = asText([...OPENING, ...TURN], TOOLS, true);
  expect(system?.content).toMatch(/^You repair\.\n\n## Tools[\s\S]*- get_file: Read lines\.\n {2}\{"type":"object"/);
  expect(user).toEqual(OPENING[1]);
  expect(assistant).toEqual({
    role: 'assistant',
    content:
      'I look.\n\n```tool\n{"name":"get_file","arguments":{"path":"/work/x"}}\n```\n\n```tool\n{"name":"get_file","arguments":"broken"}\n```',
  });
  expect(results).toEqual({role: 'user', content: 'Result of get_file:\n{"ok":true}\n\nResult of get_file:\n{"ok":false}'});
  expect(rest).toEqual([]);
});

test('a longer conversation has the shorter one as its prefix, and the last turn forbids calls', () => {
  const shorter = asText(OPENING, TOOLS, true);
  const longer = asText([...OPENING, ...TURN], TOOLS, true);
  expect(longer.slice(0, 2)).toEqual(shorter);
  expect(asText([...OPENING, ...TURN], TOOLS, false).at(-1)?.content).toMatch(/"ok":false\}\n\nNo tool is called any more/);
});

test.each([
  ['a block', 'Let me see.\n```tool\n{"name": "get_file", "arguments": {"path": "/work/x"}}\n```'],
  ['marks', 'Let me see.\n<tool_call>\n{"name": "get_file", "arguments": {"path": "/work/x"}}\n</tool_call>'],
  ['a block of JSON', 'Let me see.\n```json\n{"name": "get_file", "parameters": {"path": "/work/x"}}\n```\n'],
])('reads a call from %s', (_name, text) => {
  const {calls, prose} = callsInText(text, TOOLS, 3);
  expect(calls).toEqual([call('text_3_1', 'get_file', '{"path":"/work/x"}')]);
  expect(prose).toBe('Let me see.');
});

test('reads texts of files with their line breaks and tabs, also in a list of edits', () => {
  const edit = {old_text: 'A=\tb "c"\nD\\', new_text: ''};
  const written = JSON.stringify({name: 'get_file', arguments: {edits: [edit]}})
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
  const [read] = callsInText(`\`\`\`tool\n${written}\n\`\`\``, TOOLS, 1).calls;
  expect(JSON.parse(read?.function.arguments ?? '')).toEqual({edits: [edit]});
});

test('reads several, and a reply that is nothing but one', () => {
  const two = '```tool\n{"name":"get_file","arguments":{}}\n```\n```tool\n{"name":"dsynth_build","arguments":{}}\n```';
  expect(callsInText(two, TOOLS, 1).calls.map((one) => one.function.name)).toEqual(['get_file', 'dsynth_build']);
  expect(callsInText('{"name":"dsynth_build","arguments":{}}', TOOLS, 1)).toMatchObject({prose: '', calls: [{id: 'text_1_1'}]});
});

test.each([
  ['a report', '## Rebuild Status\nsuccess'],
  ['a report with JSON of its own', '```json\n{"rebuild_ok": true}\n```'],
])('%s is no call', (_name, text) => {
  expect(callsInText(text, TOOLS, 1)).toEqual({calls: [], prose: text});
});

test.each([
  ['another tool', '```tool\n{"name":"rm_rf","arguments":{}}\n```', 'rm_rf', '{}'],
  ['arguments alone', '```tool\n{"path":"/work/x"}\n```', 'unnamed', '{"path":"/work/x"}'],
  ['broken JSON', 'So:\n<tool_call>{"name":"get_file", </tool_call>', 'unnamed', '{"name":"get_file", '],
])('%s in a block of a call is a call that will be refused, and no report', (_name, text, name, args) => {
  expect(callsInText(text, TOOLS, 1).calls).toEqual([call('text_1_1', name, args)]);
});
