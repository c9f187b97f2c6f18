import {statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {figuresOf, readLabels, readLog, scoreOf} from '../../eval/evidence.ts';

const LABELS = readLabels();

test('the selection finds the labelled causes, in both halves', () => {
  const scores = LABELS.map(scoreOf);
  const missed = scores.filter((one) => !one.rankedFirst).map((one) => `${one.label.log} took ${one.first}`);
  for (const half of ['tune', 'judge']) {
    const figures = figuresOf(scores.filter(({label}) => label.half === half));
    expect({half, missed, contained: figures.contained >= 0.99, first: figures.rankedFirst >= 0.95}).toMatchObject({
      contained: true,
      first: true,
    });
    expect(figures.medianBytes).toBeLessThanOrEqual(6144);
  }
});

test('no source is in both halves, the logs are of real size, and all of them together are small', () => {
  const halves = new Map<string, Set<string>>();
  for (const {source, half} of LABELS) halves.set(source, new Set([...(halves.get(source) ?? []), half]));
  expect([...halves].filter(([, found]) => found.size > 1)).toEqual([]);
  const packed = LABELS.map((one) => statSync(fileURLToPath(new URL(`../corpus/${one.log}`, import.meta.url))).size);
  expect(packed.reduce((sum, size) => sum + size, 0)).toBeLessThan(15 * 2 ** 20);
  expect(new Set(LABELS.map((one) => one.log)).size).toBe(LABELS.length);
});

test('a label names lines that its log has', () => {
  for (const label of LABELS) {
    const lines = readLog(label).toString('utf8').split('\n').length;
    expect([label.log, label.causeLines.every((line) => line > 0 && line <= lines)]).toEqual([label.log, true]);
  }
});
