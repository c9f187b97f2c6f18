import {DistinfoError, downloadUrls, parseDistinfo} from '../../../src/case/evidence/distinfo.ts';
import type {RootCauses} from '../../../src/case/evidence/root-causes/finding.ts';
import {RootCauseScan, rootCauseText} from '../../../src/case/evidence/root-causes/index.ts';
import {hasMask, maskDeep, maskSecrets, ownSecrets, SecretLines} from '../../../src/case/evidence/secrets.ts';

function scan(lines: readonly string[], options: ConstructorParameters<typeof RootCauseScan>[0] = {}): RootCauses {
  const one = new RootCauseScan(options);
  one.take(Buffer.from(lines.join('\n')));
  return one.finish();
}

const found = (...lines: string[]) => scan(lines).findings.map(({line, text}) => `${line} ${text}`);
const phase = (name: string): string => `-- Phase: ${name}`;

test('lines and bytes are counted with and without a newline at the end', () => {
  expect(scan(['a', 'b'])).toMatchObject({bytes: 3, lines: 2, phases: [], failedPhase: '', signature: '', findings: []});
  expect(scan(['a', 'b', ''])).toMatchObject({bytes: 4, lines: 2});
  expect(scan([''])).toMatchObject({bytes: 0, lines: 0});
  expect(scan(['ä'])).toMatchObject({bytes: 2, lines: 1});
});

test('the failed phase is the one that says so, else the last one that did not succeed, else the last', () => {
  const ok = 'SUCCEEDED 00:00:01';
  const failed = (...lines: string[]) => scan([...lines, '']).failedPhase;
  expect(failed(phase('fetch'), 'FAILED 00:01', phase('build'), 'x')).toBe('fetch');
  expect(failed(phase('fetch'), 'x', phase('build'), 'x', phase('stage'), ok)).toBe('build');
  expect(failed(phase('fetch'), ok, phase('build'), ok)).toBe('build');
  expect(failed(phase('fetch'), 'x FAILED 00:01', phase('build'), ok)).toBe('fetch');
  expect(failed(phase('fetch'), ok, phase('build'), `x ${ok}`)).toBe('build');
  expect(failed(`x ${phase('fetch')}`)).toBe('');
  expect(failed(phase('x'.repeat(61)))).toBe('x'.repeat(60));
});

test('phases have the lines from their heading’s frame to the line before the next', () => {
  const log = ['---', phase('fetch'), '---', 'a', '---', phase('build'), '---', 'b', 'c', ''];
  expect(scan(log).phases).toEqual([
    {name: 'fetch', from: 2, to: 4},
    {name: 'build', from: 6, to: 9},
  ]);
  expect(scan([phase('a'), phase('b'), '']).phases).toEqual([
    {name: 'a', from: 1, to: 1},
    {name: 'b', from: 2, to: 2},
  ]);
});

test('of a phase that did not fail only its first cause counts', () => {
  const cause = (n: string) => `a.c:1:2: fatal error: ${n}.h: No such file or directory`;
  const log = [phase('a'), cause('a1'), cause('a2'), phase('b'), cause('b1'), 'FAILED 00:01', ''];
  expect(found(...log)).toEqual([`5 ${cause('b1')}`, `2 ${cause('a1')}`, '6 FAILED 00:01']);
});

test('at most 12 findings, and the text of each has at most 400 characters about the match', () => {
  const many = Array.from({length: 20}, (_, at) => `a.c:1:2: fatal error: ${'x'.repeat(at + 1)}.h: No such file or directory`);
  expect(found(...many)).toHaveLength(12);
  const [long] = scan([`a.c:3: error: ${'y'.repeat(500)}`]).findings;
  expect(long?.text).toHaveLength(400);
  const [within] = scan([`${'a '.repeat(2000)}a.c: undefined reference to \`foo'${' b'.repeat(2000)}`]).findings;
  expect(within?.text).toContain("undefined reference to `foo'");
  expect(within?.text.length).toBeLessThanOrEqual(400);
  const [end] = scan([`${'Error '.repeat(3000)}${'z'.repeat(100)} undefined reference to \`end'`]).findings;
  expect(end?.facts).toEqual({symbol: 'end'});
});

test('a long line has its start and what matched, also where that is its end, in the text for prompts', () => {
  const loader = `./tool: symbol lookup error: ${'/very/long/directory'.repeat(30)}/liba.so: undefined symbol: g_foo (version 2)`;
  const [first] = scan([phase('build'), 'cc -c a.c', loader, 'FAILED 00:01', '']).findings;
  expect(first?.text).toHaveLength(400);
  expect(first?.text).toMatch(/^\.\/tool: symbol lookup error: .* \.\.\. .*liba\.so: undefined symbol: g_foo \(version 2\)$/);
  expect(first?.context.lines).toEqual([phase('build'), 'cc -c a.c', first?.text, 'FAILED 00:01']);
  const rule = `kmk: *** No rule to make target '/construction/${'a'.repeat(150)}.h', needed by '/x/${'b'.repeat(100)}.o'.  Stop.`;
  expect(rootCauseText(scan([phase('build'), rule, 'FAILED 00:01', '']))).toContain(`> ${rule}\n`);
});

test('typographic quotes count as plain ones', () => {
  expect(scan(['a.c:3:4: error: ‘foo’ undeclared (first use)']).findings[0]?.facts).toEqual({symbol: 'foo'});
});

test('all entries of check-plist go to its first finding, at most 200 of a kind', () => {
  const log = Array.from({length: 210}, (_, at) => [`Error: Orphaned: o${at}`, `Error: Missing: m${at}`]).flat();
  const [first, second] = scan([phase('check-plist'), ...log, 'FAILED 00:01', '']).findings;
  expect(first?.facts.orphaned?.split('\n')).toHaveLength(200);
  expect(first?.facts.missing?.split('\n')).toHaveLength(200);
  expect(first?.facts.orphaned).toMatch(/^o0\no1\n/);
  expect(second?.facts).toEqual({missing: 'm0'});
  expect(scan(['Error: Orphaned: a']).findings[0]?.facts).toEqual({orphaned: 'a'});
});

test('the first consequence is listed last, and later ones not at all', () => {
  expect(found('a.c:3: error: x', '*** [a.o] Error code 1', '*** [b] Error code 1')).toEqual([
    '1 a.c:3: error: x',
    '2 *** [a.o] Error code 1',
  ]);
});

test('lines that a successful log has too come after new ones', () => {
  const good = new RootCauseScan();
  good.take(Buffer.from('foo: error: one two three\n'));
  const lines = ['foo: error: one two three', 'a.c:3: error: brand new thing', '*** Error code 1'];
  const {findings} = scan(lines, {baseline: good.forms()});
  expect(findings.map(({line, isNew}) => [line, isNew])).toEqual([
    [2, true],
    [1, false],
    [3, true],
  ]);
  expect(scan(lines).findings[0]).not.toHaveProperty('isNew');
});

test('chunks may end anywhere, also within a character', () => {
  const bytes = Buffer.from('xä\na.c:3: error: ä\nb\n');
  const one = new RootCauseScan();
  for (const byte of bytes) one.take(Uint8Array.of(byte));
  const all = new RootCauseScan();
  all.take(bytes);
  expect(one.finish()).toEqual(all.finish());
});

test.each([
  ['TIMESTAMP = 1700000000', true],
  ['', true],
  ['  ', true],
  ['TIMESTAMP = 1234567890123', false],
  ['XTIMESTAMP = 1', false],
  ['TIMESTAMP = 1x', false],
  ['SIZE (a) = 12345678901234', false],
  ['SIZE (a) = 0x1', false],
  ['SIZE (.a) = 1', false],
  ['SIZE (-a) = 1', false],
  ['SIZE (a/../b) = 1', false],
  ['SIZE (a/.b) = 1', false],
  ['SIZE (a/b/c/d/e) = 1', false],
  ['SIZE (a b) = 1', false],
  ['SIZE (a)= 1', false],
  ['xSIZE (a) = 1', false],
  ['SIZE (a) = 1 x', false],
  ['MD5 (a) = 1', false],
  [`SHA256 (a) = ${'a'.repeat(63)}`, false],
  [`SHA256 (a) = ${'A'.repeat(64)}`, false],
])('distinfo line %j is one: %s', (line, valid) => {
  if (valid) expect(parseDistinfo(line)).toEqual([]);
  else expect(() => parseDistinfo(`\n${line}`)).toThrow(/^distinfo, line 2: /);
});

test('a distinfo gives each file its sum and size, and needs both', () => {
  const sum = 'a1'.repeat(32);
  expect(parseDistinfo(`SHA256 (a/b/c/d+~%,=@.tgz) = ${sum} \nSIZE (a/b/c/d+~%,=@.tgz) = 1234567890123\n`)).toEqual([
    {name: 'a/b/c/d+~%,=@.tgz', sha256: sum, size: 1_234_567_890_123},
  ]);
  expect(() => parseDistinfo(`SHA256 (a) = ${sum}`)).toThrow(
    new DistinfoError('distinfo: a must have both SHA256 and SIZE; SIZE is missing.'),
  );
  expect(() => parseDistinfo('SIZE (a) = 1')).toThrow(/SHA256 is missing\.$/);
  expect(() => parseDistinfo(`x${'y'.repeat(200)}`)).toThrow(`got "x${'y'.repeat(119)}".`);
});

test('a file is downloaded from the sites of its groups', () => {
  const sites = 'https://a/x/ http://b/y//:one,two ftp://c/ https://d https://e/:three https://f/z:8080/';
  expect(Object.fromEntries(downloadUrls(' p q:one r:two,three s:-p1  t:-p0:one u:none ', sites))).toEqual({
    p: ['https://a/x/p', 'https://f/z:8080/p'],
    q: ['http://b/y/q'],
    r: ['http://b/y/r', 'https://e/r'],
    s: ['https://a/x/s', 'https://f/z:8080/s'],
    t: ['http://b/y/t'],
    u: [],
  });
  const many = (count: number, form: (at: number) => string) => Array.from({length: count}, (_, at) => form(at)).join(' ');
  expect(
    downloadUrls(
      'a',
      many(61, (at) => `https://h${at}/`),
    ).get('a'),
  ).toHaveLength(60);
  expect(
    downloadUrls(
      many(3001, (at) => `f${at}`),
      'https://a/',
    ).size,
  ).toBe(3000);
});

test.each([
  [`sk-${'a1'.repeat(8)}`, 'key'],
  [`ghp_${'aB3'.repeat(10)}`, 'token'],
  [`github_pat_${'a1'.repeat(11)}`, 'token'],
  [`glpat-${'a1'.repeat(10)}`, 'token'],
  [`AKIA${'A1'.repeat(8)}`, 'key'],
  [`AIza${'a'.repeat(35)}`, 'key'],
  [`xoxb-${'a'.repeat(10)}`, 'token'],
  [`hf_${'a1'.repeat(15)}`, 'token'],
  [`pypi-${'a'.repeat(50)}`, 'token'],
  [`eyJ${'a'.repeat(10)}.eyJ${'b'.repeat(10)}.${'c'.repeat(10)}`, 'token'],
])('%s is masked as a %s at the start of a token', (secret, kind) => {
  expect(maskSecrets(`a ${secret} b ${secret}`)).toBe(`a [masked: ${kind}] b [masked: ${kind}]`);
  expect(maskSecrets(`"\\n${secret}"`)).toBe(`"\\n[masked: ${kind}]"`);
  expect(maskSecrets(`x${secret}`)).toBe(`x${secret}`);
  expect(maskSecrets(secret.slice(0, -1))).toBe(secret.slice(0, -1));
});

test.each([
  ['https://ann:pw@host https://bob:pw2@host', 'https://ann:[masked: password]@host https://bob:[masked: password]@host'],
  ['https://:pw@host', 'https://:[masked: password]@host'],
  ['https://a:${PW}@h https://a:%x@h https://a:<x>@h', 'https://a:${PW}@h https://a:%x@h https://a:<x>@h'],
  ['Authorization: Bearer abcdefgh', 'Authorization: Bearer [masked: token]'],
  ['"authorization": "basic abcdefgh"', '"authorization": "basic [masked: token]"'],
  ['\\"Authorization\\":\\"token  abcdefgh\\"', '\\"Authorization\\":\\"token  [masked: token]\\"'],
  ['Authorization: Bearer abcdefg', 'Authorization: Bearer abcdefg'],
  [`bearer ${'a1'.repeat(10)}`, 'bearer [masked: token]'],
  [`Bearer ${'ab'.repeat(10)}`, `Bearer ${'ab'.repeat(10)}`],
  [`bearer ${'a1'.repeat(9)}b`, `bearer ${'a1'.repeat(9)}b`],
  [`api_key=${'aB3d'.repeat(4)}`, 'api_key=[masked: secret]'],
  [`APIKEY : '${'aB3d'.repeat(4)}==' x`, `APIKEY : '[masked: secret]' x`],
  [`"secret_access_key":"${'aB3d'.repeat(4)}"`, '"secret_access_key":"[masked: secret]"'],
  [`token=${'0a'.repeat(16)}`, 'token=[masked: secret]'],
  [`token=${'aB3d'.repeat(4)}(x)`, `token=${'aB3d'.repeat(4)}(x)`],
  [`token=${'aB3d'.repeat(3)}aB3`, `token=${'aB3d'.repeat(3)}aB3`],
])('%s', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
  expect(maskSecrets(masked)).toBe(masked);
});

test('own secrets have 8 characters and a name for them, and the longer ones are masked first', () => {
  const env = {A_KEY: ' 12345678 ', TOKEN: '1234567', X_SECRET_DATA: '123456789"', KEYS: 'abcdefghi', PASSWD: undefined};
  const own = ownSecrets(env);
  expect(own).toEqual(['123456789\\"', '123456789"', '12345678']);
  expect(maskSecrets('a 12345678 b 123456789" 12345678', own)).toBe(
    'a [masked: own secret] b [masked: own secret] [masked: own secret]',
  );
  expect([hasMask('a [masked: own secret] b'), hasMask('[masked: ]'), hasMask('masked')]).toEqual([true, false, false]);
});

test('every text of a value is masked, and other objects are left as they are', () => {
  const date = new Date(0);
  const value = {a: 'x', b: ['x', 1, null], c: {d: 'x'}, date};
  expect(maskDeep(value, (text) => `${text}!`)).toEqual({a: 'x!', b: ['x!', 1, null], c: {d: 'x!'}, date});
});

describe('private keys line by line', () => {
  const lines = (text: string) => {
    const stream = new SecretLines(maskSecrets);
    return stream.take(text) + stream.end();
  };
  const run = `MIIE${'pAIBAAKCAQEA7'.repeat(4)}`;
  const begin = '-----BEGIN RSA PRIVATE KEY-----';
  const end = '-----END RSA PRIVATE KEY-----';
  const masked = '[masked: private key]';

  test('the lines of a key are masked, the number of lines stays', () => {
    const out = lines(`a\n${begin}\n${run}\n\n${run}\n${end}\nb\n`);
    expect(out.split('\n')).toHaveLength(8);
    expect(out).toMatch(/^a\n/);
    expect(out).toMatch(/\nb\n$/);
    expect(out).not.toContain('MIIE');
    expect(lines(`a\n${run}\nb`)).toBe(`a\n${run}\nb`);
  });

  test('quoted lines of a key are masked where they are, until its end', () => {
    const out = lines(`echo '${begin}'\necho '${run}'\necho '${end}'\necho '${run}'\n`);
    expect(out.split('\n')[1]).toBe(`echo '${masked}'`);
    expect(out.split('\n')[3]).toBe(`echo '${run}'`);
  });

  test('a key without an end is masked for 220 lines', () => {
    const out = lines(`echo '${begin}'\n${`echo '${run}'\n`.repeat(230)}`)
      .split('\n')
      .slice(1);
    expect(out.findIndex((line) => line.includes('MIIE'))).toBe(220);
  });

  test('text is given out by complete lines', () => {
    const stream = new SecretLines((text) => text.toUpperCase());
    expect(stream.take('a')).toBe('');
    expect(stream.take('b\nc')).toBe('AB\n');
    expect(stream.end()).toBe('C');
    expect(stream.end()).toBe('');
  });
});
