import {mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {readRootCauses, rootCausesIn, selectRootCauses} from '../../src/evidence/root-causes.ts';
import {EvidenceDir} from './evidence-dir.ts';

const PORT = {origin: 'devel/foo', target: '@main'};
const BAR = '-'.repeat(79);
const always = 'tool.c:1:1: error: this is always said';
const log = (...lines: string[]): string => `${[BAR, '-- Phase: build', BAR, ...lines].join('\n')}\n`;
const failed = log(always, 'other.c:2:2: error: this is new', '*** Error code 1', '', 'FAILED 00:00:01');
const good = log(always, '', 'SUCCEEDED 00:00:01', 'TOTAL TIME 00:00:09');

let evidence: EvidenceDir;
beforeEach(() => {
  evidence = new EvidenceDir();
});
afterEach(() => evidence.remove());

/** A bundle whose whole log is `failed`. */
function bundle(): string {
  const dir = evidence.bundle('20260101-101500Z');
  mkdirSync(join(dir, 'logs'), {recursive: true});
  writeFileSync(join(dir, 'logs/full.log.gz'), gzipSync(failed));
  return dir;
}

const top = async (dir: string): Promise<string | undefined> =>
  (await selectRootCauses(dir, {root: evidence.root, port: PORT}))?.findings[0]?.text;

test('reads the whole log under either name, and writes what it found in two forms', async () => {
  const dir = bundle();
  const causes = await selectRootCauses(dir);
  expect(causes?.findings[0]).toMatchObject({line: 4, text: always, phase: 'build'});
  expect(await readRootCauses(dir)).toEqual(causes);
  expect(readFileSync(join(dir, 'analysis/root_causes.md'), 'utf8')).toContain('1. line 4, build, compiler');
});

test('a good log of another flavor or of a port beside it tells what is always said', async () => {
  const dir = bundle();
  expect(await top(dir)).toBe(always);
  writeFileSync(join(dirname(evidence.root), 'devel___foo@py311.log'), failed);
  expect(await top(dir)).toBe(always);
  writeFileSync(join(dirname(evidence.root), 'devel___bar.log'), good);
  expect(await top(dir)).toBe('other.c:2:2: error: this is new');
});

test('the verdict on a neighbour log is stored until its size or time changes', async () => {
  const dir = bundle();
  const path = join(dirname(evidence.root), 'devel___bar.log');
  const write = (text: string, seconds: number): void => {
    writeFileSync(path, text.padEnd(good.length + failed.length));
    utimesSync(path, seconds, seconds);
  };
  write(failed, 1000);
  expect(await top(dir)).toBe(always);
  write(good, 1000);
  expect(await top(dir)).toBe(always);
  write(good, 2000);
  expect(await top(dir)).toBe('other.c:2:2: error: this is new');
});

test.each([
  ['ends with deinstall', ['', 'SUCCEEDED 00:00:01', ''], 'other.c:2:2: error: this is new'],
  ['fails in deinstall', ['', 'FAILED 00:00:01', ''], always],
  ['ends in the middle of deinstall', ['rm: cannot remove'], always],
])('a log of `test`, which has more behind TOTAL TIME, and %s', async (_name, end, expected) => {
  const dir = bundle();
  const installed = Array.from({length: 2000}, (_, at) => `installing the file share/foo/${at}`);
  const rest = [
    BAR,
    '-- Phase: install',
    BAR,
    ...installed,
    '',
    'SUCCEEDED 00:00:01',
    '',
    BAR,
    '-- Phase: deinstall',
    BAR,
    ...end,
  ];
  writeFileSync(join(dirname(evidence.root), 'devel___foo@py311.log'), `${good}\n${rest.join('\n')}\n`);
  expect(await top(dir)).toBe(expected);
});

test('so does the log of a proof of the port, and a proof that failed does not', async () => {
  const dir = bundle();
  const earlier = evidence.bundle('20250101-101500Z');
  const proof = (rebuild_ok: boolean): void =>
    writeFileSync(join(earlier, 'analysis/rebuild_proof.json'), JSON.stringify({rebuild_ok, log: 'analysis/proof-1.log'}));
  mkdirSync(join(earlier, 'analysis'), {recursive: true});
  writeFileSync(join(earlier, 'analysis/proof-1.log'), good);
  proof(false);
  expect(await top(dir)).toBe(always);
  proof(true);
  expect(await top(dir)).toBe('other.c:2:2: error: this is new');
});

test('of a packed log that was cut, what is left is read', async () => {
  const dir = bundle();
  const noise = Array.from({length: 20_000}, (_, i) => `cc -c file${(i * 7919) % 10_007}.c`).join('\n');
  const packed = gzipSync(`${failed}${noise}`);
  writeFileSync(join(dir, 'logs/full.log.gz'), packed.subarray(0, packed.length - 100));
  expect(await top(dir)).toBe(always);
  const note = 'The log is incomplete: its gzip data is cut or damaged: unexpected end of file.';
  expect(await readRootCauses(dir)).toMatchObject({note});
  expect(readFileSync(join(dir, 'analysis/root_causes.md'), 'utf8').split('\n')[1]).toBe(note);
});

test('a log is unpacked by its content, whatever its name', async () => {
  const dir = bundle();
  rmSync(join(dir, 'logs/full.log.gz'));
  for (const packed of [zstdCompressSync(failed), gzipSync(failed), failed]) {
    writeFileSync(join(dir, 'logs/full.log'), packed);
    expect(await top(dir)).toBe(always);
  }
});

test('what is no selection of ours, and no proof, counts for nothing', async () => {
  const dir = bundle();
  mkdirSync(join(dir, 'analysis'), {recursive: true});
  const earlier = evidence.bundle('20250101-101500Z');
  mkdirSync(join(earlier, 'analysis'), {recursive: true});
  for (const text of ['{', 'null', '[]', '{"version": 2, "findings": []}', '{"rebuild_ok": true, "log": 7}']) {
    writeFileSync(join(dir, 'analysis/root_causes.json'), text);
    writeFileSync(join(earlier, 'analysis/rebuild_proof.json'), text);
    expect(await readRootCauses(dir)).toBeUndefined();
    expect(await top(dir)).toBe(always);
  }
});

test('without a log there is nothing, and reading writes nothing', async () => {
  const empty = evidence.bundle('20260101-101501Z');
  expect(await selectRootCauses(empty)).toBeUndefined();
  const dir = bundle();
  expect((await rootCausesIn(dir))?.findings[0]?.text).toBe(always);
  expect(await readRootCauses(dir)).toBeUndefined();
});
