import {payloadOf, planText} from '../../src/dops/plan.ts';

test('a list of selectors repeats each operation, and ids count what results', () => {
  const {plan} = planText('mk unset A\nport net/foo\ntarget @main,@2026Q3\nmk set B "1" on-missing noop\n');
  expect(plan).toMatchObject({port: 'net/foo', type: 'port', reason: '', maintainer: ''});
  expect(plan?.operations.map(({id, target}) => [id, target])).toEqual([
    ['op-0001-mk-var-unset', '@any'],
    ['op-0002-mk-var-set', '@main'],
    ['op-0003-mk-var-set', '@2026Q3'],
  ]);
});

test('a payload has the names of the reference', () => {
  const {plan} = planText('port net/foo\nmk block set condition "x" <<\'E\'\na\u2028b\nE\nmk unset A on-missing Warn\n');
  expect(plan?.operations.map(({operation}) => payloadOf(operation))).toEqual([
    {condition: 'x', recipe: ['a', 'b'], heredoc_tag: 'E'},
    {name: 'A', on_missing: 'warn'},
  ]);
});

test('an overlay with an error has no plan', () => {
  expect(planText('mk unset A\n').plan).toBeUndefined();
});
