import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {checkPolicyFile, loadPolicy, policyPath} from '../../src/activities/policy.ts';
import {parseEvalCase} from '../../src/eval/eval-case.ts';
import {evalPolicy, findCorpus, missingClasses, readCorpus} from '../../src/eval/prepare.ts';

const VALID = {name: 'a', origin: 'net/a', expectedClass: 'compile-error'};
const parse = (value: unknown) => parseEvalCase(typeof value === 'string' ? value : JSON.stringify(value), 'x/case.json');

test('omitted lists are empty', () => {
  expect(parse(VALID)).toMatchObject({...VALID, acceptableClasses: [], rootCause: [], rightFiles: [], forbidden: []});
});

test.each([
  ['{', 'is not valid JSON'],
  ['[]', 'must be a JSON object'],
  [{...VALID, name: '../up'}, 'name must have 1 to 64 letters'],
  [{...VALID, origin: 'net'}, 'origin must be category/name; got "net"'],
  [{...VALID, target: 'demo'}, 'target must be a branch'],
  [{...VALID, expectedClass: 1}, 'expectedClass must be a class'],
  [{...VALID, expectedOutcome: 'maybe'}, 'expectedOutcome must be fixed or operator'],
  [{...VALID, rightFiles: 'Makefile'}, 'rightFiles must be a list of strings'],
  [{...VALID, forbidden: [{why: 'x'}]}, 'each entry of forbidden must have why, and file or added'],
  [{...VALID, forbidden: [{why: 'x', added: '('}]}, '"(" is not a regular expression'],
  [{...VALID, tokens: {'%%A%%': 1}}, 'tokens must map names'],
  [{...VALID, custom: 'sed'}, 'custom must be patch'],
  [{...VALID, scriptedAnswer: {}}, 'scriptedAnswer must have classification'],
])('%j is refused with its fault and its file', (value, fault) => {
  expect(() => parse(value)).toThrow(fault);
  expect(() => parse(value)).toThrow('x/case.json');
});

describe('included corpora', () => {
  test.each([
    ['demo', 10],
    ['known-failures', 12],
    ['ports', 23],
  ])('%s has its cases, and the shipped policy their classes', async (name, count) => {
    const corpus = await readCorpus(await findCorpus(name));
    expect(corpus.cases).toHaveLength(count);
    expect(missingClasses(corpus, await loadPolicy(policyPath({})))).toEqual([]);
  });

  test('a directory that is not a corpus is refused with a list of the included ones', async () => {
    await expect(findCorpus('nothing')).rejects.toThrow('known-failures');
  });
});

describe('evalPolicy', () => {
  test('without repair every class is offered and maps to MANUAL', async () => {
    const policy = await loadPolicy(policyPath({}));
    const {classification_to_tier} = evalPolicy(policy, false);
    expect(Object.keys(classification_to_tier)).toEqual(Object.keys(policy.classification_to_tier));
    expect(new Set(Object.values(classification_to_tier))).toEqual(new Set(['MANUAL']));
  });

  test('with repair the tiers are the operator’s, and no case waits', async () => {
    const policy = await loadPolicy(policyPath({}));
    const own = evalPolicy({...policy, limits: {day: {tokens: 1}}}, true);
    expect(own.classification_to_tier).toEqual(policy.classification_to_tier);
    expect([own.limits, own.waiting?.review_hours]).toEqual([undefined, 0]);
  });

  test('with modelOnly no rule decides and no recipe is tried', async () => {
    const policy = await loadPolicy(policyPath({}));
    const {recipes, second_opinion} = evalPolicy(policy, true, true);
    expect([recipes, second_opinion]).toEqual([false, Object.keys(policy.classification_to_tier)]);
  });

  test.each([true, false])('it is valid by the schema of policies, with repair %s', async (repair) => {
    const path = join(await mkdtemp(join(tmpdir(), 'portwright-')), 'policy.json');
    await writeFile(path, JSON.stringify(evalPolicy(await loadPolicy(policyPath({})), repair, true)));
    const checked = await checkPolicyFile(path);
    await rm(dirname(path), {recursive: true});
    expect(checked).toMatchObject({ok: true});
  });
});
