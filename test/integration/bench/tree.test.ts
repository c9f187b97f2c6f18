import {measureTree} from '../../../bench/tree.ts';
import {measureTreeMemory} from '../../../bench/tree-memory.ts';

test('the bench of a large tree measures each step of an attempt', async () => {
  const {files, ...costs} = await measureTree(300);
  expect(files).toBe(300);
  expect(Object.keys(costs)).toEqual(['overlayStateMs', 'beginAttemptMs', 'materializeMs', 'captureDiffMs', 'restoreOverlayMs']);
  expect(Object.values(costs).every((ms) => Number.isInteger(ms))).toBe(true);
}, 60_000);

test('the bench of similar changes measures each lookup', async () => {
  const {files, matches, storedKb, ...times} = await measureTreeMemory(100);
  expect({files, matches}).toEqual({files: 176, matches: 1});
  expect(storedKb).toBeGreaterThan(0);
  expect(Object.keys(times)).toEqual(['firstMs', 'laterMs', 'newCommitMs']);
  expect(Object.values(times).every((ms) => Number.isInteger(ms))).toBe(true);
}, 60_000);
