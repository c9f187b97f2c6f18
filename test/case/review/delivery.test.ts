import {checkedLink, deliveryId, deliverySummary, firstLink, lastLines} from '../../../src/case/review/delivery.ts';

test('the id is that of the case and of the diff', () => {
  const proof = {rebuildOk: true, diffSha256: 'd1'.repeat(32)};
  expect(deliveryId({runId: '0f0e0d0c-1111-2222-3333-444444444444'}, {proof})).toBe('0f0e0d0c-d1d1d1d1d1d1d1d1');
});

test.each([
  ['https://github.com/o/r/pull/12\n', 'https://github.com/o/r/pull/12'],
  ['created http://a.example, then https://b.example/x?y=1#z.', 'https://b.example/x?y=1#z'],
  ['see (https://b.example/pull/1)', 'https://b.example/pull/1'],
  ['https://user:secret@b.example/ https://c.example/', 'https://c.example/'],
  ['javascript:alert(1) file:///etc/passwd', undefined],
  [`https://b.example/${'x'.repeat(600)}`, undefined],
  ['https://b.example/\u202egnp', undefined],
  ['', undefined],
])('the link of %j is %j', (output, expected) => {
  expect(firstLink(output)).toBe(expected);
});

test('an address with quotes or markup is no link', () => {
  for (const text of ['https://a/"onclick="x', 'https://a/<b>', 'https://', 'https://a b'])
    expect(checkedLink(text)).toBeUndefined();
});

test('of the output the last lines remain', () => {
  expect(lastLines(`${Array.from({length: 40}, (_, at) => `line ${at}`).join('\n\n')}\n\n`)).toMatch(/^line 28\n[\s\S]*line 39$/);
  expect(lastLines('a\u202eb\u0007c\n')).toBe('abc');
  expect(lastLines('x'.repeat(5000))).toHaveLength(2000);
});

test('a summary for each state', () => {
  const one = {id: 'i', atUtc: 't'};
  expect(deliverySummary({...one, state: 'running'})).toBe('The delivery command runs.');
  expect(deliverySummary({...one, state: 'delivered', exit: 0})).toBe('Delivered.');
  expect(deliverySummary({...one, state: 'delivered', link: 'https://a/1'})).toBe('Delivered: https://a/1');
  expect(deliverySummary({...one, state: 'failed', reason: 'gh ended with exit code 1'})).toBe(
    'Not delivered: gh ended with exit code 1.',
  );
  expect(deliverySummary({...one, state: 'skipped', by: 'ann'})).toBe('ann closed the case without a delivery.');
});
