import type {RootCauses} from '../../../src/case/evidence/root-causes/finding.ts';
import {RootCauseScan} from '../../../src/case/evidence/root-causes/index.ts';

function scan(content: Buffer | string, chunk = 1 << 16): RootCauses {
  const one = new RootCauseScan();
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += chunk) one.take(bytes.subarray(at, at + chunk));
  return one.finish();
}

const LOG = [
  '-- Phase: build',
  'wifi.c:7:11: error: ‘IFM_11A’ undeclared',
  '*** Error code 1',
  'make: stopped in /xports/net/foo',
  'FAILED 00:00:01',
  '',
].join('\n');

describe('encodings', () => {
  const little = Buffer.from(LOG, 'utf16le');
  const big = Buffer.from(little).swap16();
  test.each([
    ['UTF-8 with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(LOG)])],
    ['UTF-16, little end first', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16, big end first', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['UTF-16 without a byte order mark', little],
    ['UTF-16 without a byte order mark, big end first', big],
    ['a byte order mark at a line', Buffer.from(LOG.replace('wifi.c', '\ufeffwifi.c'))],
  ])('%s, in chunks of any size', (_, content) => {
    const {bytes, findings, ...plain} = scan(LOG);
    for (const chunk of [1, 3, 1 << 16]) {
      const found = scan(content, chunk);
      expect(found).toMatchObject(plain);
      expect(found.bytes).toBe(content.length);
      expect(found.findings.map(({text}) => text)).toEqual(findings.map(({text}) => text));
    }
  });

  test('zeros in a log of UTF-8 are no UTF-16', () => {
    expect(scan(`\0\0\0\0\0\0\0\0\n${LOG}`).signature).toBe(scan(LOG).signature);
    expect(scan('a\0b\0').lines).toBe(1);
  });
});

test.each([
  [
    'links and a title',
    '\u001b]0;make\u0007\u001b]8;;file://host/wifi.c\u001b\\wifi.c:7:11\u001b]8;;\u001b\\: error: ‘IFM_11A’ undeclared',
  ],
  ['colours', '\u001b[01m\u001b[Kwifi.c:7:11:\u001b[m\u001b[K \u001b[01;31m\u001b[Kerror: \u001b[m\u001b[K‘IFM_11A’ undeclared'],
])('%s of a terminal are no part of a line', (_, line) => {
  const found = scan(LOG.replace(/^wifi.*$/m, line));
  expect(found.findings[0]?.text).toBe('wifi.c:7:11: error: ‘IFM_11A’ undeclared');
  expect(found.signature).toBe(scan(LOG).signature);
});

describe('headers of phases', () => {
  const bar = '-'.repeat(80);
  const failed = ['*** Error code 1', '', 'Stop.', 'make: stopped in /usr/ports/devel/foo'];
  test.each([
    ['dsynth', (name: string) => [bar, `-- Phase: ${name}`, bar], ['SUCCEEDED 00:00:01'], ['FAILED 00:00:01']],
    ['synth and Ravenports', (name: string) => [bar, `--  Phase: ${name}`, bar], [], ['TOTAL TIME 00:00:09']],
    [
      'poudriere',
      (name: string) => [`=======================<phase: ${name.padEnd(15)}>============================`],
      ['='.repeat(75)],
      [
        '=>> Cleaning up wrkdir',
        'build of devel/foo | foo-1.2 ended at Mon Jan  1 00:00:03 UTC 2026',
        '!!! build failure encountered !!!',
      ],
    ],
  ])('%s', (_, header, done, end) => {
    const before = ['fetch', 'checksum'].flatMap((name) => [...header(name), 'fine', ...done]);
    const log = [...before, ...header('build'), 'a.c:3:1: error: expected expression', ...failed, ...end, ''];
    const {phases, failedPhase, findings} = scan(log.join('\n'));
    expect(phases.map(({name}) => name)).toEqual(['fetch', 'checksum', 'build']);
    expect(failedPhase).toBe('build');
    expect(findings[0]).toMatchObject({phase: 'build', text: 'a.c:3:1: error: expected expression'});
  });

  test('what only resembles one begins no phase', () => {
    expect(scan('-- Phase:\n--   Phase: x\necho -- Phase: build\n<phase: build>\n').phases).toEqual([]);
  });
});
