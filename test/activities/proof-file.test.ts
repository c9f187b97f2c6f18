import {withBuilt, withPending} from '../../src/activities/proof-file.ts';

const entry = (origin: string, more: object = {}) =>
  ({origin, rebuild_ok: true, log: `analysis/${origin}.log`, ...more}) as unknown as Parameters<typeof withPending>[0];

test('a proof of one port is as it was', () => {
  expect(withPending(entry('net/foo'), [])).toEqual(entry('net/foo'));
});

test('a proof that other ports are built for passes when each is built or left out, and not before', () => {
  const started = withPending(entry('net/foo-lite'), ['net/foo', 'net/foo-x']);
  expect(started).toMatchObject({rebuild_ok: false, others: [{result: 'pending'}, {result: 'pending'}]});
  const half = withBuilt(started, entry('net/foo'));
  expect(half).toMatchObject({rebuild_ok: false, others: [{origin: 'net/foo', result: 'built'}, {result: 'pending'}]});
  const left = entry('net/foo-x', {rebuild_ok: false, left_out: 'IGNORE: needs X'});
  const over = withBuilt(half, left);
  expect(over).toMatchObject({
    rebuild_ok: true,
    others: [{}, {origin: 'net/foo-x', result: 'left-out', left_out: 'IGNORE: needs X'}],
  });
  expect(withBuilt(over, left)).toEqual(over);
  const failed = withBuilt(half, entry('net/foo-x', {rebuild_ok: false}));
  expect(failed).toMatchObject({rebuild_ok: false, others: [{}, {result: 'failed'}]});
});
