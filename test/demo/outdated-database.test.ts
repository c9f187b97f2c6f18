import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {deleteOutdatedDatabase} from '../../src/demo/outdated-database.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portwright-fresh-'));
});
afterEach(() => rm(dir, {recursive: true}));

test('a database of other workflows is deleted, one of the same workflows is not', async () => {
  for (const name of ['temporal.db', 'temporal.db-wal', 'temporal.log']) await writeFile(join(dir, name), '');
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  await deleteOutdatedDatabase(dir, say);
  expect(await readdir(dir)).toEqual(['temporal.log', 'workflows.stamp']);
  expect(said).toEqual([expect.stringContaining('empty database')]);
  await writeFile(join(dir, 'temporal.db'), '');
  await deleteOutdatedDatabase(dir, say);
  expect(await readdir(dir)).toContain('temporal.db');
  expect(said).toHaveLength(1);
});

test('a first run logs nothing', async () => {
  const said: string[] = [];
  await deleteOutdatedDatabase(dir, (line) => said.push(line));
  expect(said).toEqual([]);
});
