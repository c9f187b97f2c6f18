import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
});
afterAll(() => fake.end());

test('reports that the env is ready, without a path of the host', async () => {
  const result = await resultOf(fake.context, 'env_verify', {});
  expect(result).toEqual({
    ok: true,
    name: 'fake',
    target: '@2026Q2',
    origin: null,
    status: 'ready',
    backend: 'fake',
    oracle_profile: 'off',
    root_mounted: true,
    env_dir: '/work',
  });
});

test('an env of another target is not ready for this case', async () => {
  expect(await resultOf({...fake.context, target: '@main'}, 'env_verify', {})).toMatchObject({
    ok: false,
    error: expect.stringContaining('not @main'),
  });
});
