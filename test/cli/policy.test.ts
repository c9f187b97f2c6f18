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
  expect(stdout).toContain('An accepted fix is not delivered; `portwright export` writes it.');
  const delivering = await portwright(['policy', 'check', policy({deliver: {command: ['gh-deliver', '--draft'], attempts: 1}})]);
  expect(delivering.stdout).toContain('delivered by ["gh-deliver","--draft"]: at most 1 run of 10 minutes.');
  const careful = await portwright(['policy', 'check', policy({recipes: false, second_opinion: ['unknown']})]);
  expect(careful.stdout).toContain('asked: no recipe.\nA model is also asked where a rule decides: unknown.');
  const {stdout: json} = await portwright(['policy', 'check', policy({}), '--json']);
  expect(JSON.parse(json)).toMatchObject({
    valid: true,
    classes: {'compile-error': {high: 'AUTO', medium: 'ASSIST', low: 'MANUAL'}},
    tiers: {ASSIST: {attempts: 4, tokens: 5000}},
  });
});

test('a value of the wrong kind is reported in words', async () => {
  const {stderr} = await portwright([
    'policy',
    'check',
    policy({waiting: {close_hours: 'two'}, overlay: 'x', recheck: 1, tier: {}}),
  ]);
  expect(stderr).toMatch(/\n {2}waiting\.close_hours must be a number; got "two"\.\n/);
  expect(stderr).toMatch(/\n {2}overlay must be one of dops, compat-where-compat; got "x"\.\n/);
  expect(stderr).toMatch(/\n {2}recheck must be true or false; got 1\.\n/);
  expect(stderr).toMatch(/\n {2}tier is not a key of the policy\./);
  expect(stderr).not.toMatch(/allowedValues|instancePath|\{"/);
});

test('colour is for terminals, or where FORCE_COLOR asks for it, and never with NO_COLOR', async () => {
  const check = async (env: NodeJS.ProcessEnv): Promise<string> =>
    (await portwright(['policy', 'check', policy({})], env)).stdout;
  expect(await check({})).not.toContain('\u001b[');
  expect(await check({FORCE_COLOR: '1'})).toContain('\u001b[32mvalid\u001b[39m');
  expect(await check({NO_COLOR: '1'})).not.toContain('\u001b[');
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
