import {ACTION_NAMES, actionOf} from '../../../src/case/operator/actions.ts';
import {actionInput, exampleValues, portwrightCommand, temporalCommand} from '../../../src/case/operator/commands.ts';

test('an action is sent by portwright with its options, each value one word for a shell', () => {
  expect(portwrightCommand('grantBudget', 'net/foo', {tokens: 5, attempts: 1})).toBe(
    'portwright grant net/foo --tokens 5 --attempts 1',
  );
  expect(portwrightCommand('reject', 'port:@t:net/foo@py311', {reason: "it's wrong; $(x)"})).toBe(
    "portwright reject port:@t:net/foo@py311 --reason 'it'\\''s wrong; $(x)'",
  );
  expect(portwrightCommand('handPatch', 'net/foo', {diff: 'diff'})).toBe('portwright patch net/foo --diff my.diff');
});

test('an action is sent by Temporal’s CLI as its signal or update', () => {
  expect(temporalCommand('escalate', 'port:@t:net/foo', 'ann', {reason: 'no'})).toBe(
    `temporal workflow signal --workflow-id port:@t:net/foo --name escalate --input '{"by":"ann","reason":"no"}'`,
  );
  expect(temporalCommand('accept', 'port:@t:net/foo', 'ann', {})).toBe(
    `temporal workflow update execute --workflow-id port:@t:net/foo --name accept --input '{"by":"ann"}'`,
  );
  expect(temporalCommand('handPatch', 'port:@t:net/foo', 'ann', {diff: 'd'})).toMatch(/ --input-file input\.json$/);
});

test('each required field has an example, and a placeholder for a hand-off', () => {
  for (const name of ACTION_NAMES) {
    const required = Object.entries(actionOf(name).fields).flatMap(([key, {required}]) => (required ? [key] : []));
    expect(Object.keys(exampleValues(name, 'example'))).toEqual(expect.arrayContaining(required));
    expect(Object.keys(exampleValues(name, 'placeholder'))).toEqual(expect.arrayContaining(required));
    expect(JSON.parse(actionInput('ann', exampleValues(name, 'example')))).toMatchObject({by: 'ann'});
  }
});
