import {normaliseLine} from '../../src/case/evidence/root-causes/index.ts';
import {causeLine, errorSignature, errorsTxtCauses} from '../../src/evidence/signature.ts';

function errorsTxt(candidates: string[], tail: string[], blocks = candidates): string {
  return [
    ...['== Summary ==', 'logfile: /logs/devel___foo.log', '', '== First error candidates (max 60 matches) =='],
    ...[
      ...candidates,
      '',
      '== Error blocks (context +/-2, truncated later) ==',
      ...blocks,
      '',
      '== Tail (last 200 lines) ==',
      ...tail,
      '',
    ],
  ].join('\n');
}

const TAIL = ['*** Error code 1', '', 'Stop.', 'make: stopped in /xports/devel/foo', '', 'FAILED 00:00:03'];

test('the cause is the first plain one, not a hint or a consequence before it', () => {
  const candidates = [
    '12:gcc-config: cannot find a default',
    "40:wifimedia.c:7:11: error: 'IFM_IEEE80211_11A' undeclared here (not in a function)",
    '50:collect2: error: ld returned 1 exit status',
  ];
  expect(causeLine(errorsTxt(candidates, TAIL))).toBe(
    "wifimedia.c:7:11: error: 'IFM_IEEE80211_11A' undeclared here (not in a function)",
  );
});

test('without candidates the tail is searched, and its consequences are passed over', () => {
  const tail = ['*** Error code 2', "make: don't know how to make all", '=> Cannot fetch it', ...TAIL];
  expect(causeLine(errorsTxt([], tail))).toBe("make: don't know how to make all");
  expect(causeLine(errorsTxt([], ['something odd', ...TAIL]))).toBe('');
  expect(causeLine('missing_log=1\nlogfile=/x\n')).toBe('missing_log=1');
});

test.each([
  ['/work/obj/net/x-1.2/wifi.c:7:11: error: bad', '../build/x-1.3/wifi.c:90:1: error: bad'],
  ['ld: /tmp/ccAb12Xy.o: undefined reference to `strtonum', 'ld: /tmp/ccZZ99aa.o: undefined reference to `strtonum'],
  ['foo.c:3: error: expected ‘;’ at 0x7ffe12', "foo.c:8: error: expected ';' at 0xdead"],
  ['\u001b[31merror: pid 123 died\u001b[0m', 'error: pid 99999 died'],
  [
    "pkg: No packages available to install matching '/packages/All/libtextstyle-0.22.5.pkg'",
    "pkg: No packages available to install matching '/p/libtextstyle-0.23.pkg'",
  ],
])('%j and %j are the same failure', (a, b) => {
  expect(normaliseLine(a)).toBe(normaliseLine(b));
  expect(errorSignature(errorsTxt([`1:${a}`], TAIL))).toBe(errorSignature(errorsTxt([`77:${b}`], ['more', ...TAIL])));
});

test('numbers within a name remain, since they distinguish names', () => {
  expect(normaliseLine('=> SHA256 Checksum mismatch for sumtool-3.1rc2.tar.gz.')).toBe(
    '=> SHA256 Checksum mismatch for sumtool-N',
  );
  expect(normaliseLine("wifimedia.c:7:11: error: 'IFM_IEEE80211_11A' undeclared")).toBe(
    "wifimedia.c: error: 'IFM_IEEE80211_11A' undeclared",
  );
});

test.each([
  ["a.c:1:1: error: 'IFM_IEEE80211_11A' undeclared", "a.c:1:1: error: 'IFM_IEEE80211_VHT5G' undeclared"],
  ["a.c:1:1: error: 'X' undeclared", "b.c:1:1: error: 'X' undeclared"],
  ['Error: Orphaned: bin/a', 'Error: Orphaned: bin/b'],
])('%j and %j are not', (a, b) => {
  expect(errorSignature(errorsTxt([`1:${a}`], TAIL))).not.toBe(errorSignature(errorsTxt([`1:${b}`], TAIL)));
});

test('a signature has 16 hex digits, and what is no failure has none', () => {
  expect(errorSignature('x.c:1: error: y')).toMatch(/^[0-9a-f]{16}$/);
  for (const text of ['', 'all is well\n', 'missing_log=1\nlogfile=/x\n']) expect(errorSignature(text)).toBe('');
});

test('a failure without a line that names its cause has the signature of the last line and of the port', () => {
  const of = (line: string, tail = TAIL) => errorSignature(errorsTxt([], [line, ...tail]));
  expect(of('something odd')).toMatch(/^[0-9a-f]{16}$/);
  expect(of('something odd')).not.toBe(of('something else'));
  const elsewhere = TAIL.map((line) => line.replace('devel/foo', 'devel/bar'));
  expect(of('something odd')).not.toBe(of('something odd', elsewhere));
});

test('a line of the tail that is a match, too, counts once', () => {
  const lines = ['Error: Orphaned: bin/a', 'Error: Orphaned: bin/b'];
  const candidates = lines.map((line, at) => `${at + 1}:${line}`);
  expect(errorsTxtCauses(errorsTxt(candidates, [...lines, ...TAIL])).findings[0]?.facts).toEqual({
    orphaned: 'bin/a\nbin/b',
  });
  expect(errorSignature(errorsTxt(candidates, [...lines, ...TAIL]))).toBe(errorSignature(errorsTxt(candidates, TAIL)));
});

test('a sequence that sets the title of a terminal is no part of the cause', () => {
  expect(causeLine("foo.c:7: error: 'X'\u001b]0;evil\u0007 undeclared\n")).toBe("foo.c:7: error: 'X' undeclared");
});
