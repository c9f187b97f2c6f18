import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {checkPolicyFile, loadPolicy, policyPath} from '../../src/activities/policy.ts';
import {parseEvalCase} from '../../src/eval/eval-case.ts';
import {classesMissing, evalPolicy, findCorpus, readCorpus} from '../../src/eval/prepare.ts';

const WHOLE = {name: 'a', origin: 'net/a', expectedClass: 'compile-error'};
const parse = (value: unknown) => parseEvalCase(typeof value === 'string' ? value : JSON.stringify(value), 'x/case.json');

test('the lists that a case leaves out are empty', () => {
  expect(parse(WHOLE)).toMatchObject({...WHOLE, acceptableClasses: [], rootCause: [], rightFiles: [], forbidden: []});
});

test.each([
  ['{', 'cannot be read as JSON'],
  ['[]', 'must hold one JSON object'],
  [{...WHOLE, name: '../up'}, 'name has 1 to 64 letters'],
  [{...WHOLE, origin: 'net'}, 'origin is category/name; got "net"'],
  [{...WHOLE, target: 'demo'}, 'target is a branch'],
  [{...WHOLE, expectedClass: 1}, 'expectedClass is a class'],
  [{...WHOLE, expectedOutcome: 'maybe'}, 'expectedOutcome is fixed or operator'],
  [{...WHOLE, rightFiles: 'Makefile'}, 'rightFiles is a list of strings'],
  [{...WHOLE, forbidden: [{why: 'x'}]}, 'each of forbidden has why, and file or added'],
  [{...WHOLE, forbidden: [{why: 'x', added: '('}]}, '"(" is no regular expression'],
  [{...WHOLE, scriptedAnswer: {}}, 'scriptedAnswer has classification'],
])('%j is refused with its fault and its file', (value, fault) => {
  expect(() => parse(value)).toThrow(fault);
  expect(() => parse(value)).toThrow('x/case.json');
});

describe('the corpora that come with Portwright', () => {
  test.each([
    ['demo', 7],
    ['known-failures', 12],
  ])('%s has its cases, and the shipped policy their classes', async (name, count) => {
    const corpus = await readCorpus(await findCorpus(name));
    expect(corpus.cases).toHaveLength(count);
    expect(classesMissing(corpus, await loadPolicy(policyPath({})))).toEqual([]);
  });

  test('a directory that is none is refused with what there is', async () => {
    await expect(findCorpus('nothing')).rejects.toThrow('known-failures');
  });
});

describe('evalPolicy', () => {
  test('without repair every class is offered, and none is worked on', async () => {
    const policy = await loadPolicy(policyPath({}));
    const {classification_to_tier} = evalPolicy(policy, false);
    expect(Object.keys(classification_to_tier)).toEqual(Object.keys(policy.classification_to_tier));
    expect(new Set(Object.values(classification_to_tier))).toEqual(new Set(['MANUAL']));
  });

  test('with repair the tiers are the operator’s own, and nobody is waited for', async () => {
    const policy = await loadPolicy(policyPath({}));
    const own = evalPolicy({...policy, limits: {day: {tokens: 1}}}, true);
    expect(own.classification_to_tier).toEqual(policy.classification_to_tier);
    expect([own.limits, own.waiting?.review_hours]).toEqual([undefined, 0]);
  });

  test('with the model alone no rule has the last word, and no recipe is tried', async () => {
    const policy = await loadPolicy(policyPath({}));
    const {recipes, second_opinion} = evalPolicy(policy, true, true);
    expect([recipes, second_opinion]).toEqual([false, Object.keys(policy.classification_to_tier)]);
  });

  test.each([true, false])('it is valid by the schema that workers check it by, with repair %s', async (repair) => {
    const path = join(await mkdtemp(join(tmpdir(), 'portwright-')), 'policy.json');
    await writeFile(path, JSON.stringify(evalPolicy(await loadPolicy(policyPath({})), repair, true)));
    const checked = await checkPolicyFile(path);
    await rm(dirname(path), {recursive: true});
    expect(checked).toMatchObject({ok: true});
  });
});
