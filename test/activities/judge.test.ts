import {MockActivityEnvironment} from '@temporalio/testing';
import {judgeCaptured, judgePresent} from '../../src/activities/judge.ts';
import {captureDiff} from '../../src/devenv/overlay.ts';
import {KeptCase} from '../cli/kept-case.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

let kept: KeptCase;
let fake: FakeWork;
beforeAll(async () => {
  kept = new KeptCase();
  fake = await fakeWork();
});
afterAll(async () => {
  kept.remove();
  await fake.end();
});

test('what a build shows of the present diff is what the gate finds in the recorded one', async () => {
  const dir = kept.evidence.root;
  const port = {origin: 'net/foo', target: '@2026Q2'};
  await fake.put('/work/DeltaPorts/ports/net/foo/Makefile.DragonFly', 'BROKEN=\tno\n');
  const of = {dir, store: kept.store, decided: {policy: {large: 'note' as const}}};
  const shown = await new MockActivityEnvironment().run(() => judgePresent(fake.env, {...of, port}));
  expect(shown).toContainEqual(expect.objectContaining({rule: 'hiding', severity: 'refuse'}));
  const overlay = await kept.store.putJson({'Makefile.DragonFly': 'CFLAGS+=\t-DOLD\n'});
  const captured = {diff: await kept.store.putExact(await captureDiff(fake.env, 'net/foo')), overlay};
  expect(await judgeCaptured({...of, origin: 'net/foo', captured})).toEqual(shown);
});
