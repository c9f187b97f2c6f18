import {jest} from '@jest/globals';
import type {Triage} from '../../../src/case/status.ts';
import {provideContext} from '../../../src/protocol/port-case.ts';
import {CaseServer, type Start, until, waiting} from '../../support/case-worker.ts';
import {reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(30_000);

let cases: CaseServer;

beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

const withWorker = (world: ScriptedCase, work: (start: Start) => Promise<void>): Promise<void> => cases.withWorker(world, work);

function ruled(classification: string): {triage: Triage & {rule: string}; text: string} {
  const rootCause = 'the entry is stale';
  return {triage: {classification, confidence: 'high', platform: 'generic', rootCause, rule: 'plist'}, text: 'report'};
}

const FIX = {recipe: 'plist', diff: 'recipe-diff', note: 'the entry goes'};

test('a rule and a recipe close a case without any model, for no tokens', async () => {
  const world = new ScriptedCase();
  const written: string[] = [];
  world.ruled = ruled('compile-error');
  world.fixes = [{...FIX, review: 'is it upstream?'}];
  world.others = {
    findModel: async () => 'no model is set',
    writeTriage: async ({via}: {via: string}) => void written.push(via),
  };
  await withWorker(world, async (start) => {
    const result = await (await start('net/stale')).result();
    expect(result).toMatchObject({outcome: 'fixed', classification: 'compile-error', tokens: 0, attempts: 1});
    expect(result).toMatchObject({reason: expect.stringContaining('check this: is it upstream?')});
  });
  expect(written).toEqual(['rule']);
  expect(world.log).toEqual(['begin env-1 with recipe-diff', 'effect 0', 'prove true', 'restore env-1', 'audit success']);
  expect(world.recorded.at(-1)).toMatchObject({
    triage: {rule: 'plist'},
    attempts: [{by: 'the recipe plist', diff: 'diff-1', usage: {prompt: 0}}],
  });
});

test('a recipe that fails its proof leaves the case to the model, with its diff and all of the attempts', async () => {
  const world = new ScriptedCase();
  const told: unknown[] = [];
  world.fixes = [FIX];
  world.turns = [() => reply('put_file'), () => reply(), () => reply('put_file'), () => reply()];
  world.proofs = [false, false, true];
  world.others = {
    openAttempt: async ({attempt, of, earlier}: {attempt: number; of: number; earlier: {by?: string}[]}) => {
      told.push([attempt, of, earlier.map((one) => one.by ?? 'model')]);
      return `attempt-${attempt}`;
    },
  };
  await withWorker(world, async (start) => {
    expect(await (await start('net/wrong-recipe')).result()).toMatchObject({outcome: 'fixed', attempts: 3});
  });
  expect(told).toEqual([
    [2, 3, ['the recipe plist']],
    [3, 3, ['the recipe plist', 'model']],
  ]);
});

test('a second opinion also calls the model, and so does an operator’s context', async () => {
  const world = new ScriptedCase();
  world.policy = {...world.policy, second_opinion: ['missing-dep']};
  world.ruled = ruled('missing-dep');
  world.readings = [ScriptedCase.triaged('missing-dep'), ScriptedCase.triaged('missing-dep')];
  world.turns = [() => reply()];
  await withWorker(world, async (start) => {
    const handle = await start('net/opinion');
    expect(await until(handle, waiting)).toMatchObject({triage: {rootCause: expect.not.stringContaining('stale')}});
    world.ruled = ruled('compile-error');
    await handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'look again'}]});
    expect(await handle.result()).toMatchObject({outcome: 'fixed', classification: 'missing-dep'});
  });
  expect(world.log.filter((line) => line.startsWith('ask triage'))).toHaveLength(2);
});

test('MANUAL tries no recipe', async () => {
  const world = new ScriptedCase();
  world.ruled = ruled('missing-dep');
  world.fixes = [FIX];
  await withWorker(world, async (start) => {
    expect(await until(await start('net/manual'), waiting)).toMatchObject({pendingOutcome: 'manual', attempts: []});
  });
  expect(world.log).toEqual(['handoff manual']);
});

test('a port that builds on the present tree closes as recovered before any recipe or model, for no tokens', async () => {
  const world = new ScriptedCase();
  world.policy = {...world.policy, recheck: true};
  world.ruled = ruled('compile-error');
  world.fixes = [FIX];
  world.buildsUnchanged = true;
  await withWorker(world, async (start) => {
    const result = await (await start('net/recovered')).result();
    expect(result).toMatchObject({
      outcome: 'recovered',
      tokens: 0,
      attempts: 0,
      reason: expect.stringContaining('builds on the present tree'),
    });
  });
  expect(world.log).toEqual(['begin env-1', 'build unchanged true', 'restore env-1']);
});

test('a port that still fails is repaired after one recheck, which is none of its attempts', async () => {
  const world = new ScriptedCase();
  world.policy = {...world.policy, recheck: true};
  world.turns = [() => reply('put_file'), () => reply(), () => reply('put_file'), () => reply()];
  world.proofs = [false, true];
  await withWorker(world, async (start) => {
    expect(await (await start('net/fails-still')).result()).toMatchObject({outcome: 'fixed', attempts: 2});
  });
  expect(world.log.filter((line) => /^(begin|build)/.test(line))).toEqual([
    'begin env-1',
    'build unchanged false',
    'begin env-1',
    'begin env-1 with diff-1',
  ]);
  expect(world.recorded.at(-1)?.timeline.map(({text}) => text)).toContain(
    'the port fails on the present tree too, in build, in the same way',
  );
});
