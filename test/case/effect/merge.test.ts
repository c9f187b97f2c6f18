import {type Effect, unknownEffect, withMaster} from '../../../src/case/effect/index.ts';

const finding = (reason: string) => ({rule: 'options', severity: 'ask', path: '', reason}) as const;
const EFFECT: Effect = {
  changes: [{kind: 'variable', name: 'USES', text: 'USES: +alias'}],
  findings: [finding('shared')],
  summary: 'These change, nothing else: variables: USES.',
  missing: [],
};

test('the effect on a master adds what the slave port does not have too', () => {
  const file = {kind: 'file', name: 'Makefile.DragonFly', text: 'added'} as const;
  const master = {
    ...EFFECT,
    changes: [...EFFECT.changes, file],
    findings: [finding('shared'), finding('its own')],
    summary: 'More.',
  };
  expect(withMaster(EFFECT, master, 'net/foo')).toEqual({
    changes: [EFFECT.changes[0], {kind: 'file', name: 'net/foo: Makefile.DragonFly', text: 'added'}],
    findings: [finding('shared'), finding('net/foo: its own')],
    summary: 'These change, nothing else: variables: USES. net/foo: More.',
    missing: [],
  });
});

test('an effect on a master that is not known is asked about', () => {
  const {findings, missing} = withMaster(EFFECT, unknownEffect('why not.'), 'net/foo');
  expect(findings.map(({rule, reason}) => `${rule} ${reason}`)).toContain('effect-unknown net/foo: why not.');
  expect(missing).toEqual(['net/foo: why not.']);
});
