import fc from 'fast-check';
import {maskDeep, maskSecrets, ownSecrets, SecretLines} from '../../src/case/evidence/secrets.ts';
import {expectTimeByLength, hostileTexts, PIECES} from './hostile.ts';

const KEY = ['-----BEGIN RSA PRIVATE KEY-----', `MIIE${'pAIBAAKCAQEA7'.repeat(4)}`, 'x9==', '-----END RSA PRIVATE KEY-----'].join(
  '\n',
);
/** Put together, so that no scanner takes this file for a leak. */
const SECRETS = [
  `sk-${'proj4Ab'.repeat(6)}`,
  `ghp_${'aB3'.repeat(12)}`,
  `AKIA${'Q7W'.repeat(6).slice(0, 16)}`,
  `eyJ${'hbG0'.repeat(5)}.eyJ${'zdWI'.repeat(6)}.${'c2ln'.repeat(6)}`,
  'https://ann:hunter2@example.org/x',
  'Authorization: Bearer abcdefgh1234567890abcd',
  'API_KEY=aB3dEf6hIj9kLm2n',
  KEY,
];
const WORDS = [
  ...SECRETS,
  ...KEY.split('\n'),
  '[masked: key]',
  '[masked: ',
  'token=',
  '"',
  '@',
  '\\n',
  '\\r\\n',
  '+',
  'swordfish',
];
const texts = hostileTexts(
  [SECRETS.join('\n'), KEY.replaceAll('\n', '\\n'), KEY.replace(/^/gm, '+'), `\t@echo '${KEY.replaceAll('\n', "'\n\t@echo '")}'`],
  WORDS,
);
const OWN = ownSecrets({MY_TOKEN: 'swordfish', OTHER_KEY: 'swordfish"2'});

test('masking any text twice changes nothing more, and the own secrets are gone', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const once = maskSecrets(text, OWN);
      expect(maskSecrets(once, OWN)).toBe(once);
      expect(once).not.toContain('swordfish');
    }),
    {numRuns: 600},
  );
});

test('JSON stays JSON, of the same shape', () => {
  const shape = (value: unknown): unknown => (typeof value === 'string' ? '' : Array.isArray(value) ? value.map(shape) : value);
  fc.assert(
    fc.property(fc.array(fc.oneof(texts, fc.array(texts, {maxLength: 2}), fc.nat()), {maxLength: 3}), (value) => {
      expect(shape(JSON.parse(maskSecrets(JSON.stringify(value), OWN)))).toEqual(shape(value));
      expect(shape(maskDeep(value, (text) => maskSecrets(text, OWN)))).toEqual(shape(value));
    }),
    {numRuns: 500},
  );
});

test('a stream in any pieces is masked as in one, with as many lines as before', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), {maxLength: 8}), (text, cuts) => {
      const whole = new SecretLines(maskSecrets);
      const expected = whole.take(text) + whole.end();
      const lines = new SecretLines(maskSecrets);
      const ends = [...cuts.map((at) => at % (text.length + 1)).sort((a, b) => a - b), text.length];
      const out = ends.map((end, at) => lines.take(text.slice(at === 0 ? 0 : ends[at - 1], end))).join('') + lines.end();
      expect(out).toBe(expected);
      expect(out.split('\n').length).toBe(text.split('\n').length);
    }),
    {numRuns: 500},
  );
});

test('a separate secret is masked, whatever is before and after it', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(...SECRETS.slice(0, 3)), texts, (before, secret, after) => {
      expect(maskSecrets(`${before}\n\n${secret}\n\n${after}`)).not.toContain(`\n${secret}\n`);
    }),
    {numRuns: 500},
  );
});

test('a text takes a time by its length', () => {
  const pieces = [...PIECES, 'sk-', 'eyJ', 'eyJaaaaaaaaaaaa.', 'Bearer ', 'A1b', '=:', 'a@', '+', 'api_key', 'secret_'];
  expectTimeByLength((text) => maskSecrets(text, OWN), pieces);
  const inside = ['\n', '\\n', '+', ' ', 'aA1', 'A', '=', `${'pAIB'.repeat(12)}\n`, ...KEY.split('\n'), '[masked: '];
  expectTimeByLength((text) => maskSecrets(`${KEY.split('\n')[0]}\n${text}\n${KEY.split('\n').at(-1)}`), inside);
  expectTimeByLength((text) => {
    const lines = new SecretLines(maskSecrets);
    return lines.take(`${KEY.slice(0, 60)}\n${text}`) + lines.end();
  }, inside);
});
