import {mkdtempSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type LogHits, type LogSearch, searchLog} from '../../src/console/log/search.ts';
import {UnpackedLog} from '../../src/console/log/unpacked-log.ts';

let dir: string;
let log: UnpackedLog;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-log-test-'));
});
afterEach(async () => {
  await log.close();
  rmSync(dir, {recursive: true});
});

async function logOf(content: string | Buffer): Promise<void> {
  writeFileSync(join(dir, 'log'), content);
  log = await UnpackedLog.of(await open(join(dir, 'log')), false);
  await log.unpacked;
}

const find = (q: string, more: Partial<LogSearch> = {}, timeMs?: number): Promise<LogHits> =>
  searchLog(log, {q, cased: false, after: 0, limit: 100, ...more}, timeMs);
const linesOf = ({hits}: LogHits): number[] => hits.map(({line}) => line);

/** Some MiB; every 1000th line is a hit. */
const LINES = Array.from(
  {length: 60_000},
  (_, i) => `${'cc -O2 -pipe '.repeat(4)}${(i + 1) % 1000 === 0 ? 'Error' : 'file'} ${i + 1}`,
);
const HITS = Array.from({length: 60}, (_, i) => (i + 1) * 1000);

test('finds every line, with its number and text, capitals or not', async () => {
  await logOf(`${LINES.join('\n')}\n`);
  const all = await find('error');
  expect(linesOf(all)).toEqual(HITS);
  expect(all).toMatchObject({more: false, searchedTo: 60_000});
  expect(all.hits[59]?.text).toBe(LINES[59_999]);
  expect(linesOf(await find('error', {cased: true}))).toEqual([]);
  expect(linesOf(await find('Error', {cased: true}))).toEqual(HITS);
  expect(linesOf(await find('Error 7000'))).toEqual([7000]);
  expect(linesOf(await find('Err.r'))).toEqual([]);
});

test('goes on behind a line and before one, nearest first, a page at a time', async () => {
  await logOf(LINES.join('\n'));
  const forward: number[] = [];
  for (let after = 0, more = true; more; ) {
    const page = await find('error', {after, limit: 7});
    expect(page.hits.length).toBeLessThanOrEqual(7);
    forward.push(...linesOf(page));
    ({more, searchedTo: after} = page);
  }
  expect(forward).toEqual(HITS);
  const backward: number[] = [];
  for (let before = 60_001, more = true; more; ) {
    const page = await find('error', {before, limit: 7});
    backward.push(...linesOf(page));
    ({more, searchedTo: before} = page);
  }
  expect(backward).toEqual(HITS.toReversed());
  expect(linesOf(await find('error', {after: 30_000, limit: 1}))).toEqual([31_000]);
  expect(linesOf(await find('error', {before: 30_000, limit: 1}))).toEqual([29_000]);
  expect(linesOf(await find('pipe', {before: 30_000, limit: 2}))).toEqual([29_999, 29_998]);
});

test('when its time is over it says how far it came, and goes on from there', async () => {
  await logOf(LINES.join('\n'));
  const found: number[] = [];
  let asked = 0;
  for (let after = 0, more = true; more; asked += 1) {
    const part = await find('error', {after}, 0);
    found.push(...linesOf(part));
    ({more, searchedTo: after} = part);
  }
  expect(found).toEqual(HITS);
  expect(asked).toBeGreaterThan(2);
});

test('what is searched is what is shown', async () => {
  await logOf('\u001b[1mer\u001b[0mror: one\r\nplain\n\u001b]0;error\u0007title\nİSTANBUL error: two\r\nΣΑΣ\n');
  expect((await find('ERROR')).hits).toEqual([
    {line: 1, text: 'error: one'},
    {line: 4, text: 'İSTANBUL error: two'},
  ]);
  expect(linesOf(await find('istanbul ERROR'))).toEqual([4]);
  expect(linesOf(await find('[1m'))).toEqual([]);
});

test('a line is one hit, and of a long one what is around it is told', async () => {
  await logOf(`needle needle\n${'x'.repeat(1000)}needle${'y'.repeat(1000)}\n`);
  const {hits} = await find('needle');
  expect(linesOf({hits, more: false, searchedTo: 0})).toEqual([1, 2]);
  expect(hits[1]?.text).toMatch(/^…x{200}needley{194}…$/);
});

test('a line of many MB is searched too, also where two pieces of it meet', async () => {
  for (const at of [(2 << 20) - 7, (2 << 20) - 3, 5 << 20, (9 << 20) - 6]) {
    const long = Buffer.alloc(9 << 20, 'x');
    long.write('needle', at);
    await logOf(Buffer.concat([long, Buffer.from('\nthe needle\n')]));
    expect(linesOf(await find('NEEDLE'))).toEqual([1, 2]);
    await log.close();
  }
  await logOf(Buffer.alloc(9 << 20, 'needle'));
  expect(linesOf(await find('needle'))).toEqual([1]);
});

test('a log that was made shorter has no hits in what is gone', async () => {
  await logOf(LINES.join('\n'));
  truncateSync(join(dir, 'log'), 100_000);
  expect(linesOf(await find('Error 60000'))).toEqual([]);
});

test('an empty log has no hit', async () => {
  await logOf('');
  expect(await find('x')).toEqual({hits: [], more: false, searchedTo: 0});
});

test('a log that is being unpacked has more', async () => {
  writeFileSync(join(dir, 'log'), LINES.join('\n'));
  log = await UnpackedLog.of(await open(join(dir, 'log')), false);
  await log.reached(1);
  const {more, searchedTo} = await find('no such text');
  expect(more || searchedTo === 60_000).toBe(true);
  expect(searchedTo).toBeGreaterThan(0);
});
