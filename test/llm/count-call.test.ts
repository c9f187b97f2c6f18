import {countCall} from '../../src/llm/count-call.ts';
import type {ToolSpec} from '../../src/llm/messages.ts';

const REPLY = {role: 'assistant', content: 'done'} as const;
const TOOLS: readonly ToolSpec[] = [
  {name: 'look_up', description: 'Looks a name up.', parameters: {type: 'object', properties: {}}},
];
const ASKED = {messages: [{role: 'user', content: 'why does it fail? '.repeat(100)}], maxTokens: 100} as const;

test('a request is repeated where the same was sent to the server before, with the same tools', () => {
  expect(countCall('http://one', ASKED, REPLY).repeated).toBe(0);
  expect(countCall('http://one', ASKED, REPLY).repeated).toBe(1);
  expect(countCall('http://two', ASKED, REPLY).repeated).toBe(0);
});

test('nothing of a request counts as repeated that offers other tools: servers render them first', () => {
  countCall('http://three', ASKED, REPLY);
  expect(countCall('http://three', {...ASKED, tools: TOOLS}, REPLY).repeated).toBe(0);
  expect(countCall('http://three', {...ASKED, tools: TOOLS}, REPLY).repeated).toBe(1);
});
