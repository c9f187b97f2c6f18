import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {proposePolicy} from '../../../src/case/migration/policy.ts';
import {installRoot} from '../../../src/setup/paths.ts';

const ours = (name: string): object => JSON.parse(readFileSync(join(installRoot(), 'policy', name), 'utf8')) as object;
const shipped = ours('policy.json');
const schema = ours('policy.schema.json');
const propose = (old: unknown, repeats = {}) => proposePolicy({old, shipped, schema, repeats});

/** A policy in the form of the existing system's sample. */
const OLD = {
  tiers: {
    AUTO: {max_iterations: 2, max_tokens: 0},
    ASSIST: {max_iterations: 0, max_tokens: 90_000, grace: 1},
    MANUAL: {max_iterations: 0},
    CONVERT: {max_iterations: 2, max_tokens: 150_000},
  },
  classification_to_tier: {'compile-error': 'ASSIST', 'fetch-checksum': 'AUTO', 'freebsd-feature': 'ASSIST'},
  confidence_floor: {AUTO: 'high'},
  notify: 'ann',
};

test('tiers, classes and floors are taken, limits that ran without a budget get one, and unknown keys are listed', () => {
  const {items, proposal} = propose(OLD, {attempts: 5});
  expect(proposal).toMatchObject({
    tiers: {
      AUTO: {max_iterations: 2, max_tokens: 120_000},
      ASSIST: {max_iterations: 1, max_tokens: 90_000},
      MANUAL: {},
      CONVERT: {max_tokens: 150_000},
    },
    classification_to_tier: OLD.classification_to_tier,
    confidence_floor: {AUTO: 'high'},
    ...{recipes: true, repeats: {attempts: 5}},
  });
  const left = items.filter(({result}) => result === 'left').map(({name}) => name);
  expect(left).toEqual(
    expect.arrayContaining(['notify', 'tiers.ASSIST.grace', 'tiers.AUTO.max_tokens', 'classification_to_tier.link-error']),
  );
  expect(items.find(({name}) => name === 'classification_to_tier.fetch-checksum')?.detail).toBe(
    'AUTO, as in the old policy; the shipped policy has MANUAL',
  );
});

test.each([
  [[], 'it must be a JSON object'],
  [{...OLD, classification_to_tier: {x: 'NONE'}}, 'classification_to_tier.x names the tier NONE'],
  [{...OLD, tiers: 7}, 'tiers must be an object'],
  [{tiers: OLD.tiers}, 'lacks the key'],
])('a policy that is not valid is no proposal, and every fault is reported: %j', (old, fault) => {
  const {items, proposal} = propose(old);
  expect(proposal).toBeUndefined();
  expect(
    items
      .filter(({result}) => result === 'failed')
      .map(({detail}) => detail)
      .join(' '),
  ).toContain(fault);
});
