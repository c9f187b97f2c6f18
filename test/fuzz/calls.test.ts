import fc from 'fast-check';
import type {ToolCall} from '../../src/case/attempt/conversation.ts';
import {judgeUsage} from '../../src/case/budget/reported-usage.ts';
import {checkArguments} from '../../src/devenv/tools/check-arguments.ts';
import {TOOLS} from '../../src/devenv/tools/index.ts';
import type {Tool} from '../../src/devenv/tools/tool.ts';
import {MOST_ARGUMENT_CHARS, MOST_CALLS} from '../../src/llm/calls.ts';
import {ModelError} from '../../src/llm/model-error.ts';
import {readReply} from '../../src/llm/reply.ts';
import {asText, callsInText} from '../../src/llm/text-tools.ts';
import {expectTimeByLength, hostileTexts, PIECES} from './hostile.ts';

const SPECS = TOOLS.map(({name, description, parameters}) => ({name, description, parameters}));
const block = (call: object, mark = 'tool'): string => `\`\`\`${mark}\n${JSON.stringify(call)}\n\`\`\``;
const GET = {name: 'get_file', arguments: {path: '/work/DeltaPorts/STATUS', limit_lines: 20}};
const REPLIES = [
  `I look.\n\n${block(GET)}\n\n${block({name: 'grep', arguments: {pattern: 'a'}}, 'json')}`,
  `<tool_call>${JSON.stringify(GET)}</tool_call>`,
  JSON.stringify({name: 'dsynth_build', parameters: {}}),
  '## Rebuild Status\nsuccess',
];
const WORDS = ['</tool_call>', '"name"', '"arguments":', '```', 'get_file', 'null', '{}', '1e999'];
const replies = hostileTexts(REPLIES, WORDS);

/** JSON of lists in lists: it can be read, but `JSON.stringify` has no stack for it. */
const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const json = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(deep(40), deep(60_000), null, -1, 0.5, 1e300, 'x'.repeat(5000)));

function expectTakeable(calls: readonly ToolCall[]): void {
  expect(calls.length).toBeLessThanOrEqual(MOST_CALLS);
  expect(new Set(calls.map(({id}) => id)).size).toBe(calls.length);
  for (const {function: asked} of calls) {
    expect(asked.name.length).toBeLessThanOrEqual(128);
    expect(asked.arguments.length).toBeLessThanOrEqual(MOST_ARGUMENT_CHARS);
  }
  // As a transcript and the next request have them.
  JSON.stringify(asText([{role: 'assistant', content: null, tool_calls: [...calls]}], SPECS, true));
}

test('any reply is parsed to valid calls and the text before them', () => {
  fc.assert(
    fc.property(replies, fc.nat(99), (text, turn) => {
      const {calls, prose} = callsInText(text, SPECS, turn);
      expectTakeable(calls);
      expect(text).toContain(prose);
      if (calls.length === 0) expect(prose).toBe(text);
    }),
    {numRuns: 600},
  );
});

test('calls come back from the text that a model without tool calls is shown', () => {
  const call = fc.record({
    name: fc.constantFrom(...TOOLS.map(({name}) => name)),
    arguments: fc.dictionary(fc.string(), fc.jsonValue({maxDepth: 2}), {maxKeys: 4}),
  });
  fc.assert(
    fc.property(fc.array(call, {minLength: 1, maxLength: 5}), (wanted) => {
      fc.pre(!JSON.stringify(wanted).includes('```'));
      const calls = wanted.map((one, at) => ({
        id: `c${at}`,
        type: 'function' as const,
        function: {name: one.name, arguments: JSON.stringify(one.arguments)},
      }));
      const [message] = asText([{role: 'assistant', content: 'I look.', tool_calls: calls}], SPECS, true);
      const read = callsInText(message?.content ?? '', SPECS, 1);
      expect(read.calls.map((one) => one.function)).toEqual(calls.map((one) => one.function));
      expect(read.prose).toBe('I look.');
    }),
    {numRuns: 250},
  );
});

test('what nests too deep is a call that is refused, in whatever form it comes', () => {
  for (const args of [deep(60), deep(100_000), '['.repeat(100_000)]) {
    const text = typeof args === 'string' ? args : '['.repeat(60_000) + ']'.repeat(60_000);
    const body = {choices: [{message: {tool_calls: [{function: {name: 'grep', arguments: args}}]}}]};
    const {calls} = callsInText(`\`\`\`tool\n{"name": "grep", "arguments": ${text}}\n\`\`\``, SPECS, 1);
    for (const call of [...calls, ...(readReply(body, '').message.tool_calls ?? [])]) {
      expectTakeable([call]);
      expect(call.function).toEqual({name: expect.any(String), arguments: '{"too_deep: the most is 50":true}'});
    }
    expect(calls).toHaveLength(1);
  }
});

const message = fc.record(
  {
    content: json,
    reasoning_content: json,
    tool_calls: fc.oneof(
      json,
      fc.array(
        fc.record(
          {
            id: json,
            function: fc.oneof(json, fc.record({name: fc.oneof(fc.string(), json), arguments: fc.oneof(replies, json)})),
          },
          {requiredKeys: []},
        ),
        {maxLength: 30},
      ),
    ),
  },
  {requiredKeys: []},
);
const bodies = fc.oneof(
  json,
  fc.record({
    choices: fc.oneof(
      json,
      fc.tuple(fc.oneof(json, fc.record({message: fc.oneof(json, message), finish_reason: json}, {requiredKeys: []}))),
    ),
    usage: fc.oneof(
      json,
      fc.record({prompt_tokens: json, completion_tokens: json, prompt_tokens_details: json, prompt_cache_hit_tokens: json}),
    ),
    model: json,
  }),
);

const NOTHING = {tokens: 0, bytes: 0};
const NO_CALL = {prompt: 7, sent: NOTHING, fresh: NOTHING, reply: NOTHING, replyLimit: 256, repeated: 0.5, isRetry: false};

test('any body of a 200 is a reply, or a malformed one', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      try {
        const {message: said, finishReason, usage} = readReply(body, 'key');
        expectTakeable(said.tool_calls ?? []);
        expect(finishReason).not.toBe('');
        const counted = judgeUsage(usage, NO_CALL).usage;
        for (const count of Object.values(counted)) expect(count).toBeGreaterThanOrEqual(0);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        expect(error.kind).toBe('malformed');
        expect(error.provider.length).toBeLessThanOrEqual(500);
      }
    }),
    {numRuns: 600},
  );
});

const keys = fc.constantFrom(
  ...new Set(TOOLS.flatMap((tool) => Object.keys(tool.parameters.properties))),
  '__proto__',
  'constructor',
  '',
);
const args = fc.oneof(
  json,
  replies,
  fc.dictionary(keys, fc.oneof(json, fc.string({unit: 'binary'}), fc.nat().map(String), fc.array(fc.string())), {maxKeys: 5}),
);

test('any arguments are refused with a reason, or match the schema', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(undefined, ...TOOLS),
      fc.string({unit: 'binary'}),
      args,
      (tool: Tool | undefined, name, given) => {
        const checked = checkArguments(tool, name, given);
        if (!checked.ok) {
          expect(checked.error).toMatch(/\S/);
          expect(checked.error.length).toBeLessThan(2000);
          return;
        }
        const {properties, required} = (tool as Tool).parameters;
        for (const key of required) expect(Object.hasOwn(checked.args, key)).toBe(true);
        for (const [key, value] of Object.entries(checked.args)) {
          const {type} = properties[key] as {type: string};
          expect(Array.isArray(value) ? 'array' : typeof value === 'number' ? 'integer' : typeof value).toBe(type);
        }
      },
    ),
    {numRuns: 600},
  );
});

test('a reply takes a time by its length', () => {
  expectTimeByLength((text) => callsInText(text, SPECS, 1), [...PIECES, '```', '```tool \n{', '</tool_call>', '```json\n']);
  const inside = ['[[[[', '{"a":', '"', '\\', '```\n', '\n', '<tool_call>', '\ud800', 'x'];
  expectTimeByLength((text) => callsInText(`<tool_call>${text}</tool_call>\`\`\`tool\n${text}`, SPECS, 1), inside);
  expectTimeByLength((text) => {
    readReply({choices: [{message: {content: text, tool_calls: [{function: {name: text, arguments: text}}]}}]}, 'k');
  }, inside);
  expectTimeByLength((text) => checkArguments(TOOLS[0], text, {[text]: text, path: text}), inside);
});
