import fc from 'fast-check';
import {type ElidableMessage, elideOldToolResults} from '../../../src/case/prompt/elide-tool-results.ts';

const count = (message: ElidableMessage): number => (message.content ?? '').length + 1;

function turn(n: number, size: number, name = 'get_file'): ElidableMessage[] {
  const tool_calls = [{id: `c${n}`, function: {name, arguments: `{"path":"/work/f${n}"}`}}];
  return [
    {role: 'assistant', content: '', tool_calls},
    {role: 'tool', tool_call_id: `c${n}`, content: `${n}\\n`.repeat(size)},
  ];
}

const OPENING: ElidableMessage[] = [
  {role: 'system', content: 's'.repeat(100)},
  {role: 'user', content: 'u'.repeat(100)},
];

test('nothing is elided before the room demands it, and then the oldest, with the way to read it again', () => {
  const talk = [...OPENING, ...turn(1, 300), ...turn(2, 300, 'dsynth_build'), ...turn(3, 50), ...turn(4, 50)];
  expect(elideOldToolResults(talk, {maxTokens: 10_000, count}).messages).toEqual(talk);
  const {messages, fits} = elideOldToolResults(talk, {maxTokens: 1200, count});
  expect(fits).toBe(true);
  expect(messages[3]?.content).toBe('[elided: 301 lines, read again with get_file {"path":"/work/f1"}]');
  expect(messages[5]?.content).toBe('[elided: 301 lines, read again with dsynth_log]');
  expect(messages.slice(6)).toEqual(talk.slice(6));
  expect(messages.map(({role, tool_call_id}) => [role, tool_call_id])).toEqual(
    talk.map(({role, tool_call_id}) => [role, tool_call_id]),
  );
});

test('the last turns give way only when there is nothing else, and what cannot fit says so', () => {
  const talk = [...OPENING, ...turn(1, 10), ...turn(2, 300)];
  expect(elideOldToolResults(talk, {maxTokens: 600, count})).toMatchObject({fits: true});
  expect(elideOldToolResults(talk, {maxTokens: 150, count})).toMatchObject({fits: false});
});

test('what is elided stays elided with the same words, and steps are few', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({min: 1, max: 400}), {minLength: 1, maxLength: 25}),
      fc.integer({min: 900, max: 6000}),
      (sizes, maxTokens) => {
        let before: ElidableMessage[] = [];
        let breaks = 0;
        for (let turns = 0; turns <= sizes.length; turns += 1) {
          const talk = [...OPENING, ...sizes.slice(0, turns).flatMap((size, n) => turn(n, size))];
          const {messages, fits} = elideOldToolResults(talk, {maxTokens, count});
          const sum = messages.reduce((all, one) => all + count(one), 0);
          expect(fits).toBe(sum <= maxTokens);
          const changed = before.filter((one, at) => one.content !== messages[at]?.content);
          for (const [at, one] of before.entries())
            if (one.content?.startsWith('[elided')) expect(messages[at]?.content).toBe(one.content);
          if (changed.length > 0) breaks += 1;
          before = messages;
        }
        const total = sizes.reduce((sum, size) => sum + 4 * size, 0);
        expect(breaks).toBeLessThanOrEqual(1 + Math.ceil(total / (0.4 * (maxTokens - 300))) + sizes.length / 4);
      },
    ),
  );
});
