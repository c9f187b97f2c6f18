import fc from 'fast-check';
import {maskDeep, maskSecrets, ownSecrets, SecretLines} from '../../../src/case/evidence/secrets.ts';

const PEM = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'Proc-Type: 4,ENCRYPTED',
  '',
  `MIIE${'pAIBAAKCAQEA7'.repeat(4)}`,
  'x9==',
  '-----END RSA PRIVATE KEY-----',
];
const long = (text: string, length: number): string => text.repeat(length).slice(0, length);

/** Put together, so that no scanner takes this file for a leak. */
const SECRETS: Readonly<Record<string, string>> = {
  'a model key': `sk-${long('proj4Ab', 40)}`,
  'a GitHub token': `ghp_${long('aB3', 36)}`,
  'a GitHub token of the new form': `github_pat_${long('A1b_', 60)}`,
  'an Amazon key': `AKIA${long('Q7W', 16)}`,
  'a Google key': `AIza${long('Sy-9', 35)}`,
  'a Slack token': `xoxb-${long('12345-', 30)}`,
  'an npm token': `npm_${long('a1B', 36)}`,
  'a JSON web token': `eyJ${long('hbG0', 20)}.eyJ${long('zdWI', 30)}.${long('c2ln', 30)}`,
};

test.each(Object.entries(SECRETS))('%s is masked', (_name, secret) => {
  for (const text of [secret, `x=${secret}`, `see "${secret}".`, JSON.stringify({a: `b ${secret}\n`})]) {
    const out = maskSecrets(text);
    expect(out).not.toContain(secret.slice(6));
    expect(out).toMatch(/\[masked: (key|token)\]/);
    expect(maskSecrets(out)).toBe(out);
  }
});

test.each([
  ['fetch https://ann:hunter2@example.org/x', 'fetch https://ann:[masked: password]@example.org/x'],
  ['git clone ssh://git:p%40ss@host:22/x', 'git clone ssh://git:[masked: password]@host:22/x'],
  ['Authorization: Bearer abcdefgh', 'Authorization: Bearer [masked: token]'],
  ['curl -H "Authorization: token abcdef123456"', 'curl -H "Authorization: token [masked: token]"'],
  ['API_KEY=aB3dEf6hIj9kLm2n', 'API_KEY=[masked: secret]'],
  ['"client_secret": "0123456789abcdef0123456789abcdef"', '"client_secret": "[masked: secret]"'],
  ['password: Tr0ub4dorAnd3Horses', 'password: [masked: secret]'],
])('%s', (text, expected) => {
  expect(maskSecrets(text)).toBe(expected);
});

test.each([
  `SHA256 (foo-1.0.tar.gz) = ${long('0123456789abcdef', 64)}`,
  `sha256sum ${long('ab01', 64)}  bin/x`,
  '@sample etc/token.conf',
  'MASTER_SITES=\thttps://${USER}:${PASS}@example.org/',
  'token = parser_next_token(state);',
  'error: ‘password’ undeclared (first use in this function)',
  'checking for sk-learn-of-many-words... no',
  'passwd: Too many authentication failures',
  'http://localhost:8080/x@y',
  'commit 986c62ed56aac708f1a92cc58039f8faf7176509',
  '-DTOKEN=IDENTIFIER_TOKEN_KIND',
])('%s stays', (text) => {
  expect(maskSecrets(text)).toBe(text);
});

test('a private key is masked as a whole, in text, in JSON and in a diff, and what follows one without an end stays', () => {
  const around = (lines: readonly string[]): string => ['before', ...lines, 'error: after it'].join('\n');
  expect(maskSecrets(around(PEM))).toBe('before\n[masked: private key]\nerror: after it');
  expect(maskSecrets(around(PEM.map((line) => `+${line}`)))).toBe('before\n+[masked: private key]\nerror: after it');
  const json = JSON.stringify({text: around(PEM)});
  expect(JSON.parse(maskSecrets(json))).toEqual({text: 'before\n[masked: private key]\nerror: after it'});
  expect(maskSecrets(around(PEM.slice(3)))).toBe('before\n[masked: private key]\nerror: after it');
  expect(maskSecrets(JSON.stringify(around(PEM.slice(3))))).toBe('"before\\n[masked: private key]\\nerror: after it"');
  expect(maskSecrets(around(PEM.slice(0, -1)))).toBe('before\n[masked: private key]\nerror: after it');
});

test('a private key goes whose lines a program quotes, and a hash beside it stays', () => {
  const quoted = PEM.map((line) => `\t@echo '${line}'`).join('\n');
  const hash = `SHA256 (a.tar.gz) = ${'0123456789abcdef'.repeat(4)}`;
  const lines = new SecretLines(maskSecrets);
  for (const told of [
    maskSecrets(`${quoted}\n${hash}`),
    maskSecrets(JSON.stringify(`${quoted}\n${hash}`)),
    lines.take(`${quoted}\n${hash}\n`),
  ]) {
    for (const line of PEM.slice(1, -1).filter((one) => one.length > 30)) expect(told).not.toContain(line.slice(0, 20));
    expect(told).toContain('[masked: private key]');
    expect(told).toContain(hash);
    expect(maskSecrets(told)).toBe(told);
  }
});

test('own secrets go wherever they are, the longer one first, and names that are none are left', () => {
  const own = ownSecrets({MY_TOKEN: 'swordfish', OTHER_API_KEY: 'swordfish"2', PATH: '/usr/local/bin', HOT_KEY: 'short'});
  expect(maskSecrets('a swordfish b', own)).toBe('a [masked: own secret] b');
  expect(maskSecrets('swordfish"2', own)).toBe('[masked: own secret]');
  expect(maskSecrets(JSON.stringify({a: 'swordfish"2'}), own)).toBe('{"a":"[masked: own secret]"}');
  expect(maskSecrets('/usr/local/bin short', own)).toBe('/usr/local/bin short');
  expect(maskDeep({a: ['swordfish', {b: 'x swordfish'}], n: 1}, (text) => maskSecrets(text, own))).toEqual({
    a: ['[masked: own secret]', {b: 'x [masked: own secret]'}],
    n: 1,
  });
});

test('a stream is masked in whatever pieces it comes, and has as many lines as before', () => {
  const text = ['one', `key ${SECRETS['a model key']}`, ...PEM, 'two', 'https://a:b@c/'].join('\n');
  const whole = [
    'one',
    'key [masked: key]',
    ...PEM.map(() => '[masked: private key]'),
    'two',
    'https://a:[masked: password]@c/',
  ].join('\n');
  fc.assert(
    fc.property(fc.array(fc.nat({max: text.length}), {maxLength: 8}), (cuts) => {
      const lines = new SecretLines(maskSecrets);
      const ends = [...cuts.sort((a, b) => a - b), text.length];
      let out = '';
      for (const [at, end] of ends.entries()) out += lines.take(text.slice(at === 0 ? 0 : ends[at - 1], end));
      expect(out + lines.end()).toBe(whole);
    }),
  );
});

test('any text takes a time by its length, and JSON stays JSON', () => {
  for (const piece of ['-----BEGIN PRIVATE KEY-----\n', 'sk-', 'https://a:', 'eyJ', 'token=', 'A1b', 'Bearer ', '=:=:']) {
    const text = piece.repeat(200_000 / piece.length);
    const begun = performance.now();
    maskSecrets(text, ['swordfish']);
    expect(performance.now() - begun).toBeLessThan(2000);
  }
  fc.assert(fc.property(fc.jsonValue(), (value) => void JSON.parse(maskSecrets(JSON.stringify(value)))));
});
