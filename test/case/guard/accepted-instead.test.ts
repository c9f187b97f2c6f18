import {EFFECT_RULES} from '../../../src/case/effect/rules.ts';
import {ACCEPTED_INSTEAD} from '../../../src/case/guard/accepted-instead.ts';
import {RULES} from '../../../src/case/guard/rules.ts';

test('every rule that can prevent a proof names what is accepted instead', () => {
  const without = [...RULES, ...EFFECT_RULES].filter(
    ({name, severity}) => severity !== 'note' && !Object.hasOwn(ACCEPTED_INSTEAD, name),
  );
  expect(without.map(({name}) => name)).toEqual([]);
});
