import {readFileSync} from 'node:fs';
import {checkPolicy} from '../../../src/case/policy/check.ts';
import {classesOf, decideTier, limitsOf, type Policy, withDefaults} from '../../../src/case/policy/policy.ts';
import type {Confidence} from '../../../src/case/types.ts';

const schema = JSON.parse(readFileSync('policy/policy.schema.json', 'utf8'));
const shipped = JSON.parse(readFileSync('policy/policy.json', 'utf8'));
const policy: Policy = {
  tiers: {AUTO: {max_iterations: 2, max_tokens: 120000}, ASSIST: {max_iterations: 4, max_tokens: 400000}, MANUAL: {}},
  classification_to_tier: {'plist-error': 'AUTO', 'compile-error': 'ASSIST', unknown: 'MANUAL', odd: 'CONVERT'},
  confidence_floor: {AUTO: 'high', ASSIST: 'medium', CONVERT: 'high'},
};

test.each([
  ['plist-error', 'high', 'AUTO'],
  ['plist-error', 'medium', 'ASSIST'],
  ['plist-error', 'low', 'MANUAL'],
  ['compile-error', 'high', 'ASSIST'],
  ['compile-error', 'medium', 'ASSIST'],
  ['compile-error', 'low', 'MANUAL'],
  ['unknown', 'high', 'MANUAL'],
  ['never-heard-of', 'high', 'MANUAL'],
  ['odd', 'low', 'MANUAL'],
])('%s with confidence %s is %s', (classification, confidence, tier) => {
  expect(decideTier(policy, classification, confidence as Confidence).tier).toBe(tier);
});

test('the shipped policy is valid, and sends checksums and dependencies to a person', () => {
  const checked = checkPolicy(schema, shipped);
  expect(checked).toEqual({ok: true, policy: withDefaults(shipped)});
  expect(decideTier(shipped, 'fetch-checksum', 'high').tier).toBe('MANUAL');
  expect(decideTier(shipped, 'missing-dep', 'high').tier).toBe('MANUAL');
  expect(decideTier(shipped, 'plist-error', 'high').tier).toBe('ASSIST');
  expect(classesOf(shipped)).toContain('link-error');
  expect(limitsOf(withDefaults(shipped), 'ASSIST')).toEqual({
    attempts: 4,
    tokens: 400000,
    turns: 30,
    minutes: undefined,
    cost: undefined,
  });
});

/** The shipped policy with one key set (or removed, with undefined). */
function change(path: string, value: unknown): object {
  const copy = structuredClone(shipped);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const at = keys.reduce((node, key) => node[key], copy);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

test.each([
  ['max_token for max_tokens', 'tiers.ASSIST.max_token', 5, /tiers\.ASSIST\.max_token is not a key/],
  ['a budget of 0', 'tiers.ASSIST.max_tokens', 0, /tiers\.ASSIST\.max_tokens is 0/],
  ['no budget', 'tiers.AUTO.max_tokens', undefined, /tiers\.AUTO\.max_tokens is missing/],
  ['limits on MANUAL', 'tiers.MANUAL.max_tokens', 10, /MANUAL runs nothing/],
  ['a tier that is not there', 'classification_to_tier.unknown', 'ASIST', /names the tier ASIST/],
  ['a floor that is no confidence', 'confidence_floor.AUTO', 'sure', /confidence_floor\.AUTO/],
  ['a rule of the guard that is none', 'guard', {hidng: 'note'}, /guard\.hidng is no rule whose severity can be set/],
  ['a bound of the guard', 'guard', {outside: 'note'}, /guard\.outside is no rule/],
  ['a severity that is none', 'guard', {large: 'ok'}, /guard\.large/],
  ['a review in a word that is none', 'review', 'always', /review must be off, on, or \{"above_lines": N\}; got "always"/],
  ['a review above nothing', 'review', {}, /^review lacks the key above_lines\. Add it/],
  ['a review above less than no line', 'review', {above_lines: -1}, /^review\.above_lines must be 0 or more; got -1\./],
  ['a reviewer without a name', 'review_model', '', /review_model/],
  ['money without prices', 'tiers.ASSIST.max_cost', 1.5, /needs prices/],
  ['a cap of nothing', 'limits', {day: {}}, /^limits\.day must be an object with at least 1 key; got {}/],
  ['a recipe that is none', 'recipes', ['plists'], /recipes names plists, which is no recipe/],
  ['recipes in a word', 'recipes', 'all', /^recipes must be true or false or a list in \[ \]; got "all"/],
  ['a second opinion on no class', 'second_opinion', ['plist'], /second_opinion names the class plist/],
  ['a delivery without a command', 'deliver', {}, /^deliver lacks the key command/],
  ['a delivery by nothing', 'deliver', {command: []}, /^deliver\.command must be a list of at least 1; got \[\]/],
  [
    'a delivery by a relative path',
    'deliver',
    {command: ['./deliver']},
    /deliver\.command begins with ".\/deliver".*absolute path/,
  ],
  [
    'a delivery with a variable of its own',
    'deliver',
    {command: ['x'], env: ['PORTWRIGHT_DELIVERY_ID']},
    /deliver\.env\.0 must be a name/,
  ],
  [
    'a delivery by no author',
    'deliver',
    {command: ['x'], author: 'ann'},
    /deliver\.author must be a name and an address.*got "ann"/,
  ],
  ['a form of overlays that is none', 'overlay', 'compat', /^overlay must be one of dops, compat-where-compat; got "compat"/],
  ['a word that is none', 'during_bulk_run', 'never', /^during_bulk_run must be one of triage, all; got "never"/],
])('%s is an error that says so', (_name, path, value, text) => {
  const checked = checkPolicy(schema, change(path, value));
  expect(checked.ok ? [] : checked.faults).toEqual([expect.stringMatching(text)]);
});

test.each(['off', 'on', {above_lines: 40}])('review may be %j', (review) => {
  const checked = checkPolicy(schema, change('review', review));
  expect(checked.ok && checked.policy.review).toEqual(review);
});

test('with a limit of money the model of reviews needs a price too', () => {
  const priced = (prices: object, review_model: string) =>
    checkPolicy(schema, {...shipped, limits: {day: {cost: 5}}, prices, review_model});
  const price = {prompt: 1, completion: 2};
  expect(priced({large: price, small: price}, 'openai/small').ok).toBe(true);
  expect(priced({large: price}, 'small')).toMatchObject({
    ok: false,
    faults: [expect.stringMatching(/^review_model is small, .*Add prices\.small\./)],
  });
});

test('a tier of another name that nothing maps to may stay', () => {
  expect(checkPolicy(schema, change('tiers.CONVERT', {max_iterations: 2, max_tokens: 150000})).ok).toBe(true);
});
