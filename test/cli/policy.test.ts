import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {portwright, scratch} from './program.ts';

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

const POLICY = {
  tiers: {
    AUTO: {max_iterations: 1, max_tokens: 1000},
    ASSIST: {max_iterations: 4, max_tokens: 5000, max_turns: 7, max_minutes: 90},
    MANUAL: {},
  },
  classification_to_tier: {'compile-error': 'AUTO', unknown: 'MANUAL'},
  confidence_floor: {AUTO: 'high', ASSIST: 'medium'},
  limits: {day: {tokens: 9000}},
};

function policy(changes: object): string {
  const file = join(place.dir, 'policy.json');
  writeFileSync(file, JSON.stringify({...POLICY, ...changes}));
  return file;
}

test('says what tier each class gets by confidence, and the limits', async () => {
  const {code, stdout} = await portwright(['policy', 'check', policy({})]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^compile-error +AUTO +ASSIST +MANUAL$/m);
  expect(stdout).toMatch(/^unknown +MANUAL +MANUAL +MANUAL$/m);
  expect(stdout).toMatch(/^ASSIST +4 +5000 +7 +90 +no limit$/m);
  expect(stdout).toContain('All cases of a day: 9000 tokens, no limit of cost.');
  expect(stdout).toContain('Tried before a model is asked: all recipes.');
  expect(stdout).toContain('A slave port: an operator repairs its master.');
  const careful = await portwright(['policy', 'check', policy({recipes: false, second_opinion: ['unknown']})]);
  expect(careful.stdout).toContain('asked: no recipe.\nA model is also asked where a rule decides: unknown.');
  const {stdout: json} = await portwright(['policy', 'check', policy({}), '--json']);
  expect(JSON.parse(json)).toMatchObject({
    valid: true,
    classes: {'compile-error': {high: 'AUTO', medium: 'ASSIST', low: 'MANUAL'}},
    tiers: {ASSIST: {attempts: 4, tokens: 5000}},
  });
});

test('tells all faults of a policy at once, and ends with 1', async () => {
  const file = policy({tiers: {ASSIST: {max_tokens: 0}}, confidence_floor: {OTHER: 'high'}});
  const {code, stdout, stderr} = await portwright(['policy', 'check', file]);
  expect({code, stdout}).toEqual({code: 1, stdout: ''});
  for (const fault of [
    'tiers.ASSIST.max_tokens',
    'tiers.ASSIST.max_iterations',
    'classification_to_tier.compile-error names the tier AUTO',
    'confidence_floor names the tier OTHER',
  ])
    expect(stderr).toContain(fault);
  const {code: jsonCode, stdout: json} = await portwright(['policy', 'check', file, '--json']);
  expect(jsonCode).toBe(1);
  expect(JSON.parse(json)).toMatchObject({
    valid: false,
    faults: expect.arrayContaining([expect.stringContaining('max_iterations')]),
  });
});

test('without a file checks the one in effect, settings included', async () => {
  const env = {DP_HARNESS_POLICY: policy({}), DP_HARNESS_MAX_SNIPPET_ROUNDS: '5'};
  expect((await portwright(['policy', 'check'], env)).stdout).toContain(`${env.DP_HARNESS_POLICY} is valid.`);
  const wrong = await portwright(['policy', 'check'], {...env, DP_HARNESS_MAX_SNIPPET_ROUNDS: 'many'});
  expect(wrong).toMatchObject({code: 1, stderr: expect.stringContaining('DP_HARNESS_MAX_SNIPPET_ROUNDS must be')});
  const none = await portwright(['policy', 'check', join(place.dir, 'none.json')]);
  expect(none).toMatchObject({code: 1, stderr: expect.stringContaining('cannot be read as JSON')});
});
