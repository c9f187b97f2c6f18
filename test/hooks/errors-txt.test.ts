import {join} from 'node:path';
import {jest} from '@jest/globals';
import {BuildHost, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

const HEADS = {
  candidates: '== First error candidates (max 60 matches) ==\n',
  blocks: '== Error blocks (context +/-2, truncated later) ==\n',
  tail: '== Tail (last 200 lines) ==\n',
};

function errorsOf(log: string | Uint8Array): {all: string; candidates: string; blocks: string; tail: string} {
  host.write('logs/devel___foo.log', log);
  host.fail();
  const all = host.errors();
  expect(all.startsWith(`== Summary ==\nlogfile: ${host.logs}/devel___foo.log\n\n${HEADS.candidates}`)).toBe(true);
  const [, afterCandidates = ''] = all.split(HEADS.candidates);
  const [candidates = '', afterBlocks = ''] = afterCandidates.split(`\n${HEADS.blocks}`);
  const [blocks = '', tail = ''] = afterBlocks.split(`\n${HEADS.tail}`);
  return {all, candidates, blocks, tail};
}

test('a missing log is reported in two lines', () => {
  host.fail();
  expect(host.errors()).toBe(`missing_log=1\nlogfile=${host.logs}/devel___foo.log\n`);
});

test('candidates and blocks have line numbers as grep writes them', () => {
  const log = [
    'one',
    'two',
    'a.c:1: error: x',
    'four',
    'five',
    'six',
    'seven',
    'frob: No such file or directory',
    'b.c:2: error: y',
    'ten',
  ];
  const {candidates, blocks, tail} = errorsOf(`${log.join('\n')}\n===>  Stopped in x\n`);
  expect(candidates).toBe('3:a.c:1: error: x\n8:frob: No such file or directory\n9:b.c:2: error: y\n');
  expect(blocks).toBe(
    '1-one\n2-two\n3:a.c:1: error: x\n4-four\n5-five\n--\n7-seven\n8-frob: No such file or directory\n9:b.c:2: error: y\n10-ten\n11:===>  Stopped in x\n',
  );
  expect(tail.split('\n')).toHaveLength(12);
});

test.each([
  "wifi.c:7:11: error: 'X' undeclared",
  'a.c:1:10: fatal error: blacklist.h: No such file or directory',
  "main.c: undefined reference to `strtonum'",
  'ld: error: unable to find library -lfoo',
  'collect2: error: ld returned 1 exit status',
  'CMake Error at CMakeLists.txt:3 (find_package):',
  'configure: error: no event backend',
  '../meson.build:4:2: ERROR: Dependency "x" not found',
  'ninja: build stopped: subcommand failed.',
  'error: failed to run custom build command for `x`',
  '1 out of 1 hunk FAILED -- saving rejects to file clockfmt.c.rej',
  '1 out of 1 hunks failed--saving rejects to lib/getopt.c.rej',
  '===>  FAILED Applying dragonfly patch-lib_getopt.c',
  'Error: Orphaned: libexec/nut/microsol-apc',
  'Error: Missing: /etc/X11/xrdp/xorg.conf',
  'Unknown USES=alias',
  '===>   foo-1 depends on package: bar>=2 - not found',
  '** non-existing origin devel/none',
  "pkg: No packages available to install matching '/packages/All/libx.pkg' have been found",
  '=> SHA256 Checksum mismatch for sumtool-3.1.tar.gz.',
])('%s is a candidate, in a block, and found far above the tail', (line) => {
  const {candidates, blocks} = errorsOf(`first\n${line}\n${'noise\n'.repeat(1000)}`);
  expect(candidates).toBe(`2:${line}\n`);
  expect(blocks).toBe(`1-first\n2:${line}\n3-noise\n4-noise\n`);
});

test('NUL bytes and bytes that are no UTF-8 hide nothing', () => {
  const line = Buffer.from([...Buffer.from('\0x\0y.c:1: error: caf'), 0xe9, 0, 0xff, ...Buffer.from(' ‘z’\n')]);
  const {candidates} = errorsOf(Buffer.concat([Buffer.from('a\0b\n'), line, Buffer.from('noise\n'.repeat(300))]));
  expect(candidates).toMatch(/^2: x y\.c:1: error: caf\S* \S* ‘z’\n$/);
});

test('in a line of 10 MB the error is found and shown with what is around it', () => {
  const {all, candidates} = errorsOf(`first\n${'x'.repeat(5e6)} foo.c:1: error: deep inside ${'y'.repeat(5e6)}\nlast\n`);
  expect(candidates).toMatch(
    /^2:\[\.\.\. \d+ bytes left out \.\.\.\] x+ foo\.c:1: error: deep inside y+ \[\.\.\. \d+ bytes left out \.\.\.\]\n$/,
  );
  expect(all.length).toBeLessThan(20_000);
  expect(all.endsWith('\nlast\n')).toBe(true);
});

test('the cap cuts candidates and blocks, never the tail', () => {
  const noise = Array.from({length: 20_000}, (_, i) => `file${i}.c:${i}: error: noise that goes on and on`).join('\n');
  const tail = Array.from({length: 200}, (_, i) => `tail ${i} ${'abcdefg '.repeat(85)}`).join('\n');
  const found = errorsOf(`${noise}\n${tail}\n`);
  expect(Buffer.byteLength(found.all)).toBeLessThanOrEqual(200_000);
  expect(found.tail).toBe(`${tail}\n`);
  expect(found.candidates.split('\n')).toHaveLength(61);
  expect(found.blocks).toContain('[truncated to 200000 bytes');
});

test('a tail of very long lines has all 200 lines, each with its end', () => {
  const tail = Array.from({length: 200}, (_, i) => `begin${i} ${'z'.repeat(9000)} end${i}`);
  const found = errorsOf(`a.c:1: error: the cause\n${tail.join('\n')}\n`);
  const lines = found.tail.trimEnd().split('\n');
  expect(lines).toHaveLength(200);
  expect(lines.every((line, i) => line.startsWith(`begin${i} z`) && line.endsWith(`z end${i}`))).toBe(true);
  expect(found.candidates).toBe('1:a.c:1: error: the cause\n');
  expect(Buffer.byteLength(found.all)).toBeLessThanOrEqual(200_000);
});

test('the complete log is in the bundle when it appears', () => {
  host.write('etc/hook_evidence.sh', `${read(join(host.etc, 'hook_evidence.sh'))}\npw_compress() { :; }\n`);
  errorsOf('some log\n');
  expect(read(join(host.bundle(), 'logs/full.log'))).toBe('some log\n');
});
