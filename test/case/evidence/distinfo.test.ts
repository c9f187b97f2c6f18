import {DistinfoError, downloadUrls, parseDistinfo} from '../../../src/case/evidence/distinfo.ts';

const SUM = '0123456789abcdef'.repeat(4);

test('files with their digests and sizes, also below a subdirectory', () => {
  const text = `TIMESTAMP = 1700000000\nSHA256 (a-1.0.tar.gz) = ${SUM}\nSIZE (a-1.0.tar.gz) = 12\nSHA256 (go/x/@v/b.zip) = ${SUM}\nSIZE (go/x/@v/b.zip) = 3\n`;
  expect(parseDistinfo(text)).toEqual([
    {name: 'a-1.0.tar.gz', sha256: SUM, size: 12},
    {name: 'go/x/@v/b.zip', sha256: SUM, size: 3},
  ]);
});

test.each([
  ['a way out', `SHA256 (../../etc/passwd) = ${SUM}`],
  ['a hidden file', `SHA256 (.profile) = ${SUM}`],
  ['an option', `SHA256 (-rf) = ${SUM}`],
  ['shell text', `SHA256 ($(id)) = ${SUM}`],
  ['another digest', 'MD5 (a) = 0123'],
  ['a short digest', 'SHA256 (a) = 0123'],
  ['a size that is none', 'SIZE (a) = -1'],
  ['a file without its size', `SHA256 (a) = ${SUM}`],
  ['a file without its digest', 'SIZE (a) = 1'],
])('%s is an error that names it', (_what, text) => {
  expect(() => parseDistinfo(text)).toThrow(DistinfoError);
});

test('each file has the sites of its groups', () => {
  const sites =
    'https://a.example/x/ https://b.example:8080/y/:one,two ftp://c.example/ http://d.example/z/:two file:///etc/:one';
  expect([...downloadUrls('f.tgz g.tgz:one h.tgz:-p1:two i.tgz:three', sites)]).toEqual([
    ['f.tgz', ['https://a.example/x/f.tgz']],
    ['g.tgz', ['https://b.example:8080/y/g.tgz']],
    ['h.tgz', ['https://b.example:8080/y/h.tgz', 'http://d.example/z/h.tgz']],
    ['i.tgz', []],
  ]);
});
