import {spawnSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {computeFigures, type Figures, readLabels, readLog, scoreLabel} from '../../eval/evidence.ts';
import {FAMILIES} from '../../src/case/evidence/root-causes/finding.ts';

const LABELS = readLabels();
const SCORES = LABELS.map(scoreLabel);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MEGABYTE = 2 ** 20;

test('the selection contains the labelled causes and ranks them first, in small texts', () => {
  const figures = computeFigures(SCORES);
  const missed = SCORES.filter((one) => !one.rankedFirst).map((one) => `${one.label.log} took ${one.first}`);
  expect({missed, contained: figures.contained >= 0.99, first: figures.rankedFirst >= 0.95}).toMatchObject({
    contained: true,
    first: true,
  });
  expect(figures.medianBytes).toBeLessThanOrEqual(6144);
});

test('the half without tuning is no worse', () => {
  const figures = computeFigures(SCORES.filter(({label}) => label.half === 'judge'));
  expect(figures.logs).toBeGreaterThanOrEqual(30);
  expect(figures.contained).toBeGreaterThanOrEqual(0.98);
  expect(figures.rankedFirst).toBeGreaterThanOrEqual(0.95);
});

test('no source is in both halves', () => {
  const halves = new Map<string, Set<string>>();
  for (const {source, half} of LABELS) halves.set(source, new Set([...(halves.get(source) ?? []), half]));
  expect([...halves].filter(([, found]) => found.size > 1)).toEqual([]);
});

test('the logs are many and of real size, and all of them together are small', () => {
  const packed = LABELS.map((one) => statSync(fileURLToPath(new URL(`../corpus/${one.log}`, import.meta.url))).size);
  expect(packed.reduce((sum, size) => sum + size, 0)).toBeLessThan(15 * MEGABYTE);
  expect(new Set(LABELS.map((one) => one.log)).size).toBeGreaterThanOrEqual(60);
  const large = LABELS.filter((label) => label.log.startsWith('big-') && readLog(label).length > 5e6);
  expect(large.length).toBeGreaterThanOrEqual(6);
});

test('a label names lines that its log has, in the phase that failed', () => {
  for (const label of LABELS) {
    const lines = readLog(label).toString('latin1').split('\n');
    const phase = lines.findLastIndex((line) => line.startsWith('-- Phase: '));
    const outside = label.causeLines.filter((line) => line <= phase || line > lines.length);
    expect([label.log, label.causeLines.length > 0, outside]).toEqual([label.log, true, []]);
  }
});

test('a label uses classes of the policy and families of the selection', () => {
  const policy = JSON.parse(readFileSync(new URL('../../policy/policy.json', import.meta.url), 'utf8')) as {
    classification_to_tier: Record<string, string>;
  };
  const strange = LABELS.flatMap((one) => one.class.split('|').filter((word) => !(word in policy.classification_to_tier)));
  expect(strange).toEqual([]);
  expect(LABELS.filter((one) => !FAMILIES.some((family) => family === one.family)).map((one) => one.log)).toEqual([]);
});

test('a cause that is not in the selected text is not contained', () => {
  const label = LABELS.find((one) => one.log === 'libevent-no-rule.log.gz');
  if (label === undefined) throw new Error('The corpus has no libevent-no-rule.log.gz.');
  expect(scoreLabel(label)).toMatchObject({contained: true, rankedFirst: true});
  expect(scoreLabel({...label, causeLines: [40]})).toMatchObject({contained: false, rankedFirst: false});
});

test('the command prints the figures of one half as JSON, and rejects an unknown half', () => {
  const run = (...options: readonly string[]) =>
    spawnSync(process.execPath, ['eval/main.ts', 'evidence', ...options], {cwd: ROOT, encoding: 'utf8'});
  const {logs, contained, rankedFirst, medianBytes} = JSON.parse(run('--json', '--half', 'judge').stdout) as Figures;
  expect({logs, contained, rankedFirst, medianBytes}).toEqual(computeFigures(SCORES.filter(({label}) => label.half === 'judge')));
  expect(run('--half', 'third')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--half must be tune or judge, got "third"'),
  });
});
