import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';

const text = readFileSync(join(installRoot(), 'THREATS.md'), 'utf8');

test('every control and test that THREATS.md names exists', () => {
  const named = [...text.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(installRoot(), path)))).toEqual([]);
});

test('each threat has a control and a test', () => {
  const rows =
    text
      .split('## Threats')[1]
      ?.split('\n## ')[0]
      ?.match(/^\| (?!threat )[^|]+\|[^|]*\|[^|]*\|$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows)
    expect(
      row
        .split('|')
        .slice(2, 4)
        .map((cell) => cell.trim().length > 10),
    ).toEqual([true, true]);
});
