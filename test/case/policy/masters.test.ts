import {whyMasterWaits} from '../../../src/case/policy/masters.ts';

const MASTER = {origin: 'net/foo', overlay: 'none', slaves: ['net/a', 'net/b']} as const;
const REASON =
  'net/foo-lite is a slave port: it builds from net/foo (it has no overlay), and a fix belongs there. Repair net/foo.';

test.each([
  ['ask', 10, REASON],
  ['repair', 2, undefined],
  ['repair', 1, `${REASON} It has 2 other slave ports, and a proof may build 1 of them (the policy's max_slaves).`],
] as const)('masters %s with max_slaves %d', (masters, max_slaves, expected) => {
  expect(whyMasterWaits({masters, max_slaves}, 'net/foo-lite', MASTER)).toBe(expected);
});
