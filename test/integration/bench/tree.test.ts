import {measureTree} from '../../../bench/tree.ts';

test('the bench of a large tree measures each step of an attempt', async () => {
  const {files, ...costs} = await measureTree(300);
  expect(files).toBe(300);
  expect(Object.keys(costs)).toEqual(['overlayStateMs', 'beginAttemptMs', 'materializeMs', 'captureDiffMs', 'restoreOverlayMs']);
  expect(Object.values(costs).every((ms) => Number.isInteger(ms))).toBe(true);
}, 60_000);
