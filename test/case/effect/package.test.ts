import {packageFindings, readPackageList} from '../../../src/case/effect/index.ts';

const files = (...sizes: number[]) => sizes.map((size, at) => ({path: `bin/f${at}`, size}));

test('lists of GNU and of BSD tar have files, links and sizes, without directories and metadata', () => {
  const gnu = [
    '-rw-r--r-- root/root  12 2026-01-01 10:00 +MANIFEST',
    'drwxr-xr-x root/root 0 2026-01-01 10:00 usr/',
    '-rwxr-xr-x root/root 123 2026-01-01 10:00 usr/bin/a b',
    'lrwxrwxrwx root/root 0 2026-01-01 10:00 ./usr/lib/x.so -> x.so.1',
  ];
  expect(readPackageList(gnu.join('\n'))).toEqual([
    {path: 'usr/bin/a b', size: 123},
    {path: 'usr/lib/x.so', size: 0},
  ]);
  expect(readPackageList('-rw-r--r--  0 root   wheel      123 Jan  1 10:00 /usr/local/bin/a\n')).toEqual([
    {path: 'usr/local/bin/a', size: 123},
  ]);
});

test.each([
  ['an empty package', undefined, [], 'has no files'],
  ['an empty package after a good one', files(1), [], 'has no files'],
  ['no package where there was one', files(1), undefined, 'no package of the port'],
  ['most files lost', files(1, 1, 1), files(1), 'lacks 2 of 3 files'],
  ['a stub', files(9000, 9000), files(9000, 100), 'bin/f1 (9000 → 100 bytes)'],
])('%s is asked about', (_name, before, after, reason) => {
  expect(packageFindings(before, after)).toEqual([
    {rule: 'package', severity: 'ask', path: '', reason: expect.stringContaining(reason)},
  ]);
});

test.each([
  ['no package as before', undefined, undefined],
  ['a first package', undefined, files(1)],
  ['an empty package as before', [], []],
  ['half the files', files(1, 1), files(1)],
  ['a small file that shrinks', files(4000), files(10)],
  [
    'another version in the names',
    [
      {path: 'lib/libx.so.1.2', size: 9000},
      {path: 'share/x-1.2/a', size: 1},
    ],
    [
      {path: 'lib/libx.so.2.0', size: 9000},
      {path: 'share/x-2.0.1/a', size: 1},
    ],
  ],
])('%s is not', (_name, before, after) => expect(packageFindings(before, after)).toEqual([]));
