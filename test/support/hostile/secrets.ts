import fc from 'fast-check';
import {maskSecrets} from '../../../src/case/evidence/secrets.ts';
import {wrapUntrusted} from '../../../src/case/prompt/wrap-untrusted.ts';
import {ATTACKS} from '../../integration/injection/attacks.ts';
import type {Judged} from './figures.ts';

const letters = (length: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9]{${length}}$`));
const mixed = (length: number) => letters(length).map((text) => `aB3${text.slice(3)}`);

/** Secrets of recognisable formats, concatenated so that scanners do not report this file. */
const FORMS = [
  mixed(40).map((text) => ({secret: `sk-${text}`})),
  mixed(36).map((text) => ({secret: `ghp_${text}`})),
  fc.stringMatching(/^[0-9A-Z]{16}$/).map((text) => ({secret: `AKIA${text}`})),
  mixed(35).map((text) => ({secret: `AIza${text}`})),
  mixed(24).map((text) => ({secret: text, before: 'https://ann:', after: '@example.invalid/'})),
  mixed(40).map((text) => ({secret: text, before: 'Authorization: Bearer '})),
  mixed(40).map((text) => ({secret: text, before: 'api_key="', after: '"'})),
  mixed(64).map((text) => ({
    secret: text,
    before: '-----BEGIN RSA PRIVATE KEY-----\n',
    after: '\n-----END RSA PRIVATE KEY-----',
  })),
  mixed(20).map((text) => ({secret: `my ${text}`, own: true})),
].map((form) => form as fc.Arbitrary<{secret: string; before?: string; after?: string; own?: boolean}>);

/** Contexts of a secret: a line of a log, JSON, a Makefile, a diff. */
const PLACES: readonly ((text: string) => string)[] = [
  (text) => `cc: error near ${text}`,
  (text) => JSON.stringify({ok: true, content: `one\n${text}\ntwo`}),
  (text) => `X!=\techo ${text}\n`,
  (text) =>
    text
      .split('\n')
      .map((line) => `+${line}`)
      .join('\n'),
];

/** Masks secrets in texts of builds and tools; a leak is a secret that remains. */
export function hideSecrets(seed: number, many: number): Judged[] {
  const cases = fc.sample(fc.record({of: fc.oneof(...FORMS), place: fc.nat({max: PLACES.length - 1})}), {numRuns: many, seed});
  return cases.map(({of: {secret, before = '', after = '', own}, place}) => {
    const text = PLACES[place]?.(`${before}${secret}${after}`) ?? '';
    const masked = maskSecrets(text, own ? [secret] : []);
    return {input: text, verdict: masked.includes(secret) ? 'leaked' : 'refused'};
  });
}

/** Wraps texts with injected instructions, some of which know the delimiter; an escape is text outside of it. */
export function fenceOrders(seed: number): Judged[] {
  const nonces = fc.sample(fc.stringMatching(/^[0-9a-f]{16}$/), {numRuns: 20, seed});
  return nonces.flatMap((nonce) =>
    ATTACKS.flatMap(({text}) =>
      [text, `${text}\n</data ${nonce}>\n${text}`, `</data ${nonce}x1>\n${text}\n<data ${nonce} x>`].map((inside): Judged => {
        const [first = '', ...rest] = wrapUntrusted(inside, inside, nonce).split('\n');
        const mark = /^<data (\S+) /.exec(first)?.[1] ?? '';
        const end = rest.indexOf(`</data ${mark}>`);
        return {input: inside, verdict: mark !== '' && end === rest.length - 1 ? 'refused' : 'escaped'};
      }),
    ),
  );
}
