import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {readSnippets} from '../../src/activities/snippets.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portwright-snippets-'));
  await mkdir(join(dir, 'analysis/snippets/round_1'), {recursive: true});
});
afterEach(() => rm(dir, {recursive: true}));

const put = (name: string, text: string) => writeFile(join(dir, 'analysis/snippets', name), text);

test('returns the answered requests, newest first', async () => {
  await put('round_1/0', 'int main');
  await put('round_1/2', 'checking for x');
  const requests = [
    {raw: 'source:main.c:1', status: 'ok', output: 'round_1/0'},
    {raw: 'source:gone.c:1', status: 'not_found', output: 'round_1/1'},
    {raw: 'configure:config.log', status: 'ok', output: 'round_1/2'},
    {raw: 'log:1:2', status: 'ok', output: 'round_1/missing'},
    {raw: 'log:1:3', status: 'ok'},
  ];
  await put('manifest.json', JSON.stringify({rounds: [{round: 1, requests}]}));
  expect(await readSnippets(dir)).toEqual([
    {title: 'configure:config.log', text: 'checking for x'},
    {title: 'source:main.c:1', text: 'int main'},
  ]);
});

test('a repair does without them where triage asked for none, or their list is damaged', async () => {
  expect(await readSnippets(dir)).toEqual([]);
  await put('manifest.json', '{');
  expect(await readSnippets(dir)).toEqual([]);
});
