import {type FakeWork, fakeWork} from './fake-work.ts';
import {resultOf} from './tool-run.ts';

export const SRC = '/work/obj/net/foo/foo-1.0';

/** Returns a fake /work with a composed port and a patched work tree. */
export async function patchedWork(): Promise<FakeWork> {
  const fake = await fakeWork();
  await recompose(fake);
  return fake;
}

export async function recompose(fake: FakeWork): Promise<void> {
  for (const tool of ['materialize_dports', 'make_patch']) {
    const result = await resultOf(fake.context, tool, {origin: 'net/foo'});
    if (!result.ok) throw new Error(`${tool}: ${JSON.stringify(result)}`);
  }
}
