import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {checkPolicyFile, withSnippetRounds} from '../../src/activities/policy.ts';
import {checkPolicy} from '../../src/case/policy/check.ts';
import {
  classesOf,
  decideTier,
  type EffectivePolicy,
  limitsOf,
  type Policy,
  triageCost,
  withDefaults,
} from '../../src/case/policy/policy.ts';
import {parsePlaybook} from '../../src/case/prompt/playbooks.ts';
import {CONFIDENCES} from '../../src/case/types.ts';
import {expectTimeByLength, hostileTexts, PIECES, without} from './hostile.ts';

const SCHEMA = JSON.parse(readFileSync('policy/policy.schema.json', 'utf8'));
const SHIPPED = readFileSync('policy/policy.json', 'utf8');
const WORDS = ['null', '-1', '1e999', '"MANUAL"', '"toString"', '{}', '[]', '"tiers"', '"__proto__": {},', '"prices": {}'];

function expectUsable(policy: EffectivePolicy): void {
  for (const name of classesOf(policy)) {
    for (const confidence of CONFIDENCES) {
      const {tier} = decideTier(policy, name, confidence);
      expect(tier === 'MANUAL' || Object.hasOwn(policy.tiers, tier)).toBe(true);
      for (const limit of Object.values(limitsOf(policy, tier))) expect(limit ?? 0).toBeGreaterThanOrEqual(0);
    }
  }
  triageCost(policy);
}

test('any policy is usable, or refused with every fault', () => {
  const name = fc.constantFrom('AUTO', 'ASSIST', 'MANUAL', 'toString', '__proto__', 'constructor', 'OTHER');
  const value = fc.oneof(
    fc.jsonValue({maxDepth: 2}),
    name,
    fc.dictionary(name, fc.oneof(name, fc.record({max_tokens: fc.nat(), max_iterations: fc.nat(9)}), fc.constant({}))),
  );
  const keys = fc.constantFrom(...Object.keys(SCHEMA.properties));
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, value), {maxLength: 4}), (changes) => {
      const given = {...JSON.parse(SHIPPED), ...Object.fromEntries(changes)};
      const checked = checkPolicy(SCHEMA, given);
      if (checked.ok) expectUsable(checked.policy);
      else for (const fault of checked.faults) expect(fault).toMatch(/\S.*\.$/s);
    }),
    {numRuns: 75},
  );
});

test('a property of Object.prototype is not a tier', () => {
  const given = {...JSON.parse(SHIPPED), classification_to_tier: {unknown: 'toString'}, second_opinion: ['constructor']};
  expect(checkPolicy(SCHEMA, given)).toEqual({
    ok: false,
    faults: [expect.stringContaining('the tier toString'), expect.stringContaining('the class constructor')],
  });
});

test('any file of a policy is read, or refused as what it is', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'portwright-fuzz-'));
  const path = join(dir, 'policy.json');
  try {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileTexts([SHIPPED], WORDS), fc.uint8Array({maxLength: 200})), async (bytes) => {
        writeFileSync(path, bytes);
        const checked = await checkPolicyFile(path);
        if (checked.ok) expectUsable(checked.policy);
        else expect(checked.faults.length).toBeGreaterThan(0);
      }),
      {numRuns: 100},
    );
  } finally {
    rmSync(dir, {recursive: true});
  }
});

test('snippet rounds are a number from 0 to 10, or refused', () => {
  const policy = withDefaults(JSON.parse(SHIPPED) as Policy);
  const read = without(
    (text) => expect(withSnippetRounds(policy, text).model?.snippet_rounds ?? 0).toBeLessThanOrEqual(10),
    /must be a whole number/,
  );
  fc.assert(fc.property(fc.oneof(fc.string({unit: 'binary'}), fc.nat(99).map(String)), read));
});

const FRONT = [
  'name: a',
  'triggers: {classifications: [compile-error], flows: [patch], phases: [build]}',
  'tags: [headers, "why?"]',
  'priority: 5',
  'budget: 100',
].join('\n');
const playbook = (front: string): string => `---\n${front}\n---\n**Signs.** x\n\n---\nmore\n`;
const read = without((text) => parsePlaybook('a.md', text), /^Playbook a\.md: [\s\S]*\.$/);

test('any playbook is read, or refused with its name and the rule', () => {
  const words = [
    '? ',
    '- ',
    '&x ',
    '*x',
    '<<: ',
    '!!binary ',
    '!!set',
    '%YAML 1.1',
    '\n---\n',
    '|',
    '>-',
    '.inf',
    '0x1f',
    'null',
    'triggers:',
    'flows: [x]',
  ];
  fc.assert(fc.property(hostileTexts([playbook(FRONT), playbook(FRONT).replaceAll('\n', '\r\n')], words), read), {numRuns: 200});
  fc.assert(
    fc.property(hostileTexts([FRONT], words), (front) => read(playbook(front))),
    {numRuns: 200},
  );
});

test('a playbook comes back as it was written', () => {
  const word = fc.stringMatching(/^[a-z][a-z -]{0,10}$/);
  const front = fc.record({
    tags: fc.array(word),
    priority: fc.nat(),
    budget: fc.nat(),
    triggers: fc.record({classifications: fc.array(word), findings: fc.array(word)}),
  });
  fc.assert(
    fc.property(front, fc.stringMatching(/^[ -~]{0,40}$/), (given, text) => {
      const {triggers, ...rest} = parsePlaybook('a.md', `---\n${JSON.stringify({name: 'a', ...given})}\n---\n${text}`);
      expect({...rest, triggers: {...triggers}}).toMatchObject({name: 'a', ...given, text: text.trim()});
    }),
    {numRuns: 75},
  );
});

test('a playbook takes a time by its length', () => {
  const pieces = [...PIECES, '? - ', '?\n ', '- ', 'a:\n', '[a,', '|\n', '"\\x', '!!a '];
  expectTimeByLength(read, pieces);
  expectTimeByLength((text) => read(`---\nname: a\n${text}`), pieces);
  for (const head of ['', 'tags: [']) expectTimeByLength((text) => read(playbook(`name: a\n${head}${text}`)), pieces);
});
