import {proofSummary, triageSource} from '../../src/case/status.ts';

const failed = (failure?: {step: string; phase?: string; isWithoutDeveloper?: boolean}) => ({
  rebuildOk: false,
  diffSha256: 'd',
  failure: failure && {...failure, tail: 't', signature: 's'},
});

test.each([
  ['no proof', undefined, undefined],
  ['a passed proof', {rebuildOk: true, diffSha256: 'd'}, 'passed'],
  ['a build that failed in a phase of dsynth', failed({step: 'build', phase: 'check-plist'}), 'failed in check-plist'],
  ['a build whose log shows no phase', failed({step: 'build'}), 'failed in build'],
  [
    'a build that failed as in a bulk build only',
    failed({step: 'build', phase: 'stage', isWithoutDeveloper: true}),
    'failed without DEVELOPER, in stage',
  ],
  ['a diff that does not apply', failed({step: 'apply'}), 'failed in apply'],
  ['a failure without a step', failed(), 'failed'],
])('the summary of %s', (_name, proof, expected) => {
  expect(proofSummary(proof)).toBe(expected);
});

test('a triage is attributed to its rule, to the model, or to the model of another case', () => {
  expect(triageSource({rule: 'checksum'})).toBe('the rule checksum');
  expect(triageSource({})).toBe('the model');
  expect(triageSource({from: 'port:@main:net/a'})).toBe('the model, for port:@main:net/a');
});
