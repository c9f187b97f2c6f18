import fc from 'fast-check';
import {
  normaliseLine,
  plainLine,
  RootCauseScan,
  type RootCauses,
  rootCauseText,
} from '../../src/case/evidence/root-causes/index.ts';
import {causeLine, errorSignature} from '../../src/evidence/signature.ts';
import {expectTimeByLength, hostileTexts, PIECES} from './hostile.ts';

const LOG = [
  '-'.repeat(79),
  '-- Phase: patch',
  '-'.repeat(79),
  '1 out of 2 hunks failed--saving rejects to lib/getopt.c.rej',
  '===>  FAILED Applying dragonfly patch-lib_getopt.c',
  'SUCCEEDED 00:00:01',
  '-- Phase: build',
  'cc -O2 -c a.c -o a.o',
  'a.c:3:10: fatal error: sys/capsicum.h: No such file or directory',
  "b.c:9:3: error: 'y' undeclared (first use in this function)",
  '\u001b[31mld: error: undefined symbol: kinfo_getfile\u001b[0m',
  'fetch https://ann:hunter2@example.org/x: error: not found',
  '-----BEGIN RSA PRIVATE KEY-----',
  `MIIE${'pAIBAAKCAQEA7'.repeat(4)}`,
  '-----END RSA PRIVATE KEY-----',
  'gmake[1]: *** [Makefile:9: a.o] Error 1',
  '*** Error code 1',
  'make: stopped in /xports/net/foo',
  'FAILED 00:00:01',
  '-- Phase: check-plist',
  'Error: Orphaned: lib/ä.so',
  'Error: Missing: bin/b',
  '',
].join('\n');
const WORDS = [
  ...LOG.split('\n')
    .filter((line) => line !== '')
    .map((line) => `\n${line}\n`),
  '(ignored)',
  '\r100%\r',
  '‘x’',
  '\u001b[',
  '\u001b(B',
];
const logs = hostileTexts([LOG, LOG.replaceAll('\n', '\r\n'), LOG + LOG], WORDS);

function scan(pieces: Iterable<Uint8Array>): RootCauses {
  const one = new RootCauseScan();
  for (const piece of pieces) one.take(piece);
  return one.finish();
}

function* cut(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  const ends = [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [at, end] of ends.entries()) yield bytes.subarray(at === 0 ? 0 : ends[at - 1], end);
}

const bytes = fc.oneof(
  logs.map((text) => Buffer.from(text)),
  fc.tuple(logs, fc.uint8Array({maxLength: 20}), fc.nat()).map(([text, odd, at]) => {
    const all = Buffer.from(text);
    return Buffer.concat([all.subarray(0, at % (all.length + 1)), odd, all.subarray(at % (all.length + 1))]);
  }),
);

test('any log has bounded findings, at existing lines, that can be rendered', () => {
  fc.assert(
    fc.property(bytes, (log) => {
      const causes = scan([log]);
      expect(causes.bytes).toBe(log.length);
      expect(causes.findings.length).toBeLessThanOrEqual(12);
      for (const {line, text, context, count} of causes.findings) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(causes.lines);
        expect(text.length).toBeLessThanOrEqual(400);
        expect(count).toBeGreaterThan(0);
        expect(context.lines.length).toBeLessThanOrEqual(11);
      }
      expect(JSON.parse(JSON.stringify(causes))).toEqual(causes);
      rootCauseText(causes);
    }),
    {numRuns: 400},
  );
});

test('a log in chunks has the same findings as in one piece', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), {maxLength: 20}), (log, cuts) => {
      expect(scan(cut(log, cuts))).toEqual(scan([log]));
    }),
    {numRuns: 400},
  );
});

test('also one with lines of more than a megabyte', () => {
  const long = fc
    .tuple(fc.constantFrom('x', 'error: ', 'é', 'a b '), fc.integer({min: 60_000, max: 1_300_000}))
    .map(([piece, length]) => piece.repeat(length / piece.length));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(logs, long, fc.constant('\n')), {minLength: 1, maxLength: 5}),
      fc.array(fc.nat(), {maxLength: 12}),
      (parts, cuts) => {
        const log = Buffer.from(parts.join(''));
        expect(scan(cut(log, cuts))).toEqual(scan([log]));
      },
    ),
    {numRuns: 25},
  );
});

test('errors.txt has a line or none, and the form of a line does not change again', () => {
  fc.assert(
    fc.property(hostileTexts([`== Summary\n${LOG}\n== errors\n12:${LOG}`, 'missing_log=1'], WORDS), (text) => {
      expect(causeLine(text)).not.toContain('\n');
      expect(errorSignature(text)).toMatch(/^([0-9a-f]{16})?$/);
      expect(plainLine(plainLine(text))).toBe(plainLine(text));
    }),
    {numRuns: 500},
  );
});

test('a log takes a time by its length', () => {
  const pieces = [...PIECES, 'error: \n', 'cannot ', 'undefined reference to `', 'checking ', 'FAILED: ', 'a/', 'cc1', '0x'];
  expectTimeByLength((text) => rootCauseText(scan([Buffer.from(text)])), pieces);
  expectTimeByLength((text) => scan([Buffer.from(`make: error: ${text}\n`)]), pieces);
  expectTimeByLength(errorSignature, pieces);
  expectTimeByLength((text) => normaliseLine(plainLine(`error: ${text}`)), pieces);
});
