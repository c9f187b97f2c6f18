import {DOPS_REFERENCE} from '../../../src/case/prompt/dops-reference.ts';
import {dopsReference} from '../../../src/devenv/tools/dops-reference.ts';

test('returns the reference of the prompts', async () => {
  const {result} = await dopsReference.run({}, {} as never);
  expect(result).toEqual({ok: true, reference: DOPS_REFERENCE});
});
