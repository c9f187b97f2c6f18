import {turnsOf} from '../../src/cli/turns.ts';

const line = (fields: object) =>
  JSON.stringify({kind: 'llm_call', attempt: 1, turn: 1, response: {text: 'x', usage: null}, ...fields});

test('the reply of a reviewer is labelled, and takes no result of a tool from the attempt', () => {
  const call = JSON.stringify({kind: 'tool_dispatch', attempt: 1, turn: 1, tool: 'grep', arguments: {}, ok: true});
  const turns = turnsOf([line({}), call, line({purpose: 'review'})], (_, number) => `result ${number}`);
  expect(turns.map(({purpose, calls}) => [purpose, calls.map(({result}) => result)])).toEqual([
    [undefined, ['result 0']],
    ['review', []],
  ]);
});
