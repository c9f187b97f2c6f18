import {jest} from '@jest/globals';
import {ApplicationFailure} from '@temporalio/common';
import {diffReviewSummary} from '../../../src/case/attempt/diff-review.ts';
import {guardContext, guardDiff, passes} from '../../../src/case/guard/index.ts';
import type {Policy} from '../../../src/case/policy/policy.ts';
import {fixOf} from '../../../src/case/review/fixes.ts';
import type {AttemptResult} from '../../../src/case/status.ts';
import type {ControlActivities, ModelTurn} from '../../../src/protocol/activities.ts';
import {accept, handPatch, timeline} from '../../../src/protocol/port-case.ts';
import {CaseServer, until, waiting} from '../../support/case-worker.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

const ASKS = {
  rule: 'downloads',
  severity: 'ask',
  path: 'ports/net/x/Makefile.DragonFly',
  reason: 'fetches from elsewhere',
} as const;
const REFUSES = {rule: 'hiding', severity: 'refuse', path: 'ports/net/x/Makefile.DragonFly', reason: 'sets BROKEN'} as const;

/** A policy of so many attempts of 9 turns each. */
const attempts = (count: number): Policy => ({
  ...POLICY,
  tiers: {ASSIST: {max_iterations: count, max_tokens: 9000, max_turns: 9}, MANUAL: {}},
});

/** A report that gives a reason for what stays. */
function insisting(insists: string): ModelTurn {
  return {...reply(), insists} as ModelTurn;
}

/** Returns the log lines of model calls and tools of a repair. */
const turnsOf = (made: ScriptedCase): string[] => made.log.filter((line) => /^(ask patch|tool|prove)/.test(line));

test('a model gets the findings on its diff in the same conversation, changes and builds it, sees what is found then, and it is proved', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(1);
  made.turns = [
    () => reply('put_file'),
    () => reply(),
    () => reply('put_file', 'dsynth_build'),
    () => reply('emit_diff'),
    () => reply(),
  ];
  made.findings = [[ASKS, REFUSES]];
  await cases.withWorker(made, async (start) => {
    const handle = await start('guarded/changed');
    expect(await handle.result()).toMatchObject({outcome: 'fixed', attempts: 1});
  });
  expect(turnsOf(made)).toEqual([
    'ask patch offered',
    'tool put_file put_file',
    'ask patch offered',
    'ask patch offered again',
    'tool put_file put_file',
    'tool dsynth_build dsynth_build',
    'ask patch offered closing',
    'tool emit_diff emit_diff',
    'ask patch offered',
    'prove true',
  ]);
  expect(made.messages).toHaveLength(1);
  for (const part of [ASKS.rule, ASKS.path, ASKS.reason, REFUSES.reason, 'What is accepted instead', 'for 7 turns'])
    expect(made.messages[0]).toContain(part);
  expect(made.recorded.at(-1)?.attempts).toMatchObject([
    {turns: 5, usage: {prompt: 500}, findings: [], guardRound: {raised: [ASKS, REFUSES], turns: 3}},
  ]);
  expect(made.recorded.at(-1)?.attempts[0]?.guardRound).not.toHaveProperty('insists');
});

test('after a passing build the model is shown the judgement of its diff, and an edit needs a build again', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(1);
  const shown: unknown[] = [];
  const turn = (...calls: string[]): ScriptedCase['turns'][number] => {
    return ({closing}) => {
      shown.push(closing && [closing.findings.length, closing.effect, closing.turns]);
      return reply(...calls);
    };
  };
  made.turns = [turn('put_file', 'dsynth_build'), turn('grep'), turn('put_file'), turn('dsynth_build'), turn('list_dir'), turn()];
  made.findings = [[ASKS], []];
  await cases.withWorker(made, async (start) => {
    expect(await (await start('guarded/closing')).result()).toMatchObject({outcome: 'fixed', attempts: 1});
  });
  expect(shown).toEqual([undefined, [1, 'Only files change.', 3], undefined, undefined, [0, 'Only files change.', 1], undefined]);
  expect(made.log.filter((line) => /^(ask patch|effect|prove)/.test(line))).toEqual([
    'ask patch offered',
    'effect 0',
    'ask patch offered closing',
    'ask patch offered',
    'ask patch offered',
    'effect 0',
    'ask patch offered closing',
    'ask patch none',
    'prove true',
  ]);
  expect(made.messages).toEqual([]);
});

test('what a model insists on after a passing build needs no round: the operator gets its reason, though attempts are left', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(3);
  made.turns = [() => reply('put_file', 'dsynth_build'), () => insisting('the old site is gone')];
  made.findings = [[ASKS]];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('guarded/closed'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: expect.stringContaining('The model insists: the old site is gone'),
      attempts: [{turns: 2, guardRound: {raised: [ASKS], insists: 'the old site is gone', turns: 1}}],
    });
  });
  expect(made.messages).toEqual([]);
});

test('what a model insists on goes to the operator with its reason, though attempts are left', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(3);
  made.turns = [() => reply('put_file', 'dsynth_build'), () => reply(), () => insisting('the old site is gone')];
  made.findings = [[ASKS]];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('guarded/insists'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: expect.stringMatching(
        /asks you to judge: downloads, .*fetches from elsewhere The model insists: the old site is gone/,
      ),
      attempts: [{end: 'reported', findings: [ASKS], guardRound: {insists: 'the old site is gone', turns: 1}}],
    });
  });
  expect(made.log.some((line) => line.startsWith('prove'))).toBe(false);
});

test('a refused diff that is not changed ends the attempt, and the next one gets its findings', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(2);
  const earlier: unknown[] = [];
  made.others = {
    openAttempt: async (input: {attempt: number; earlier: unknown[]}) => {
      earlier.push(...input.earlier);
      return `attempt-${input.attempt}`;
    },
  };
  made.turns = [() => reply('put_file'), () => reply(), () => insisting('it must'), () => reply('put_file'), () => reply()];
  made.findings = [[REFUSES]];
  await cases.withWorker(made, async (start) => {
    expect(await (await start('guarded/refused')).result()).toMatchObject({outcome: 'fixed', attempts: 2});
  });
  expect(made.recorded.at(-1)?.attempts[0]).toMatchObject({
    reason: expect.stringContaining('sets BROKEN'),
    guardRound: {raised: [REFUSES]},
  });
  expect(made.recorded.at(-1)?.attempts[0]?.guardRound).not.toHaveProperty('insists');
  expect(earlier).toMatchObject([{findings: [REFUSES]}]);
});

test('findings on a diff whose build failed go to the model too, and do not end the case while attempts are left', async () => {
  const made = new ScriptedCase();
  made.policy = {...attempts(2), tiers: {ASSIST: {max_iterations: 2, max_tokens: 9000, max_turns: 1}, MANUAL: {}}};
  made.turns = [
    () => reply('put_file', 'dsynth_build'),
    () => reply(),
    () => insisting('nothing else works'),
    () => reply('put_file', 'dsynth_build'),
    () => reply(),
  ];
  made.builds = [false, true];
  made.findings = [[ASKS]];
  await cases.withWorker(made, async (start) => {
    expect(await (await start('guarded/unbuilt')).result()).toMatchObject({outcome: 'fixed', attempts: 2});
  });
  expect(made.messages).toEqual([expect.stringContaining('Your last build failed')]);
  const [first] = made.recorded.at(-1)?.attempts ?? [];
  expect(first).toMatchObject({findings: [ASKS], guardRound: {raised: [ASKS], turns: 1}});
  expect(first?.guardRound).not.toHaveProperty('insists');
});

test('a finding that comes up only after the round is for the next attempt; the operator gets what is left of the last one', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(2);
  const other = {...ASKS, rule: 'network'};
  made.turns = Array.from({length: 2}, () => [
    () => reply('put_file'),
    () => reply(),
    () => reply('put_file'),
    () => reply(),
  ]).flat();
  made.findings = [[ASKS], [other], [ASKS], [other]];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('guarded/another'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: expect.stringMatching(/none of 2 attempts.*fetches from elsewhere/),
      attempts: [{findings: [other]}, {findings: [other]}],
    });
  });
});

test('a round is bounded by turns, and its tools close with the last', async () => {
  const made = new ScriptedCase();
  made.policy = {...attempts(1), tiers: {ASSIST: {max_iterations: 1, max_tokens: 90_000, max_turns: 40}, MANUAL: {}}};
  made.turns = [
    () => reply('put_file'),
    () => reply(),
    ...Array.from({length: 7}, (_, at) => () => reply(at === 3 ? 'put_file' : `grep-${at}`)),
    () => reply(),
  ];
  made.findings = [[ASKS]];
  await cases.withWorker(made, async (start) => {
    expect(await (await start('guarded/bounded')).result()).toMatchObject({outcome: 'fixed'});
  });
  expect(made.log.filter((line) => line.startsWith('ask patch'))).toEqual([
    'ask patch offered',
    'ask patch offered',
    'ask patch offered again',
    ...Array(6).fill('ask patch offered'),
    'ask patch none',
  ]);
});

test('a budget that has no room for the round ends the case as such, with the question for its operator', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(2);
  made.turns = [() => reply('put_file'), () => reply(), () => ({kind: 'over-budget', reason: '12 tokens are left'})];
  made.findings = [[ASKS]];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('guarded/poor'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'budget-exhausted',
      reason: '12 tokens are left; the diff guard: fetches from elsewhere',
      attempts: [{guardRound: {raised: [ASKS], turns: 1}}],
    });
  });
});

const PACKAGE = {rule: 'package', severity: 'ask', path: '', reason: 'The package has 2 files, the last good one 40'} as const;

test('what is found in the package of a proof goes to the model too, and the diff that it then leaves is proved again', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(1);
  const diffs = ['diff-1', 'diff-2'];
  made.others = {captureDiff: async () => ({diff: diffs.shift(), overlay: null})};
  made.turns = [() => reply('put_file'), () => reply(), () => reply('put_file'), () => reply()];
  made.packages = [[PACKAGE]];
  await cases.withWorker(made, async (start) => {
    expect(await (await start('guarded/package')).result()).toMatchObject({outcome: 'fixed', attempts: 1});
  });
  expect(made.messages[0]).toContain(PACKAGE.reason);
  expect(made.log.filter((line) => line.startsWith('prove'))).toEqual(['prove true', 'prove true']);
  expect(made.recorded.at(-1)?.attempts).toMatchObject([{diff: 'diff-2', findings: [], guardRound: {raised: [PACKAGE]}}]);
});

test('a package that the model insists on is for the operator, though its build passed; the same diff is not built twice', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(2);
  made.turns = [() => reply('put_file'), () => reply(), () => insisting('upstream dropped the examples')];
  made.packages = [[PACKAGE]];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('guarded/smaller'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: expect.stringMatching(/asks you to judge: package, .*The model insists: upstream dropped the examples/),
      attempts: [
        {
          reason: expect.stringMatching(/the clean rebuild passed; the diff guard: The package has 2 files/),
          findings: [PACKAGE],
          proof: {rebuildOk: true},
        },
      ],
    });
    expect(fixOf(state)).toBeUndefined();
  });
  expect(made.log.filter((line) => line.startsWith('prove'))).toEqual(['prove true']);
});

/** Returns a diff of the port's Makefile.DragonFly that adds this line. */
function diffAdding(line: string): string {
  const path = 'ports/guarded/byhand/Makefile.DragonFly';
  return [
    `diff --git a/${path} b/${path}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${path}`,
    '@@ -0,0 +1 @@',
    `+${line}`,
    '',
  ].join('\n');
}

test('an operator’s own diff that the guard refuses is refused, also as judged, and is no fix; one that it asks about is a fix once it is judged and proved', async () => {
  const made = new ScriptedCase();
  made.policy = {...attempts(1), waiting: {review_hours: 24}};
  made.readings = [ScriptedCase.triaged('missing-dep')];
  let diff = '';
  const checkDiff: ControlActivities['checkDiff'] = async ({origin, decided}) => {
    const findings = guardDiff(diff, origin, guardContext(undefined), decided);
    return {findings, passes: passes(findings), shown: diff};
  };
  made.others = {checkDiff};
  await cases.withWorker(made, async (start) => {
    const handle = await start('guarded/byhand');
    await until(handle, waiting);
    const hand = async (line: string, judged: string[]) => {
      diff = diffAdding(line);
      const before = (await until(handle, waiting)).attempts.length;
      await handle.executeUpdate(handPatch, {args: [{by: 'ann', diff, judged}]});
      return until(handle, (one) => waiting(one) && one.attempts.length === before + 1);
    };
    const refused = await hand('NO_CHECKSUM=yes', ['hiding']);
    expect(refused).toMatchObject({
      pendingOutcome: 'needs-help',
      attempts: [{by: 'ann', findings: [{rule: 'hiding', severity: 'refuse'}]}],
    });
    expect(made.log).not.toContain('prove true');
    expect(fixOf(refused)).toBeUndefined();
    const asked = await hand('PORTVERSION=2', []);
    expect(asked).toMatchObject({pendingOutcome: 'needs-help', reason: expect.stringMatching(/asks you to judge: identity/)});
    expect(fixOf(asked)).toBeUndefined();
    const judged = await hand('PORTVERSION=2', ['identity']);
    expect(judged).toMatchObject({pendingOutcome: 'fixed'});
    expect(fixOf(judged)).toMatchObject({verdict: 'unreviewed', by: 'ann'});
    await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
    expect(await handle.result()).toMatchObject({outcome: 'fixed'});
  });
  expect(made.messages).toEqual([]);
  expect(made.log.filter((line) => line.startsWith('prove'))).toEqual(['prove true']);
});

test('a finding on the effect goes the same way as one on the diff, and is not asked for a refused diff', async () => {
  const made = new ScriptedCase();
  made.policy = attempts(1);
  made.turns = [() => reply('put_file'), () => reply(), () => reply('put_file', 'dsynth_build'), () => reply()];
  const loses = {rule: 'dependencies', severity: 'ask', path: '', reason: 'LIB_DEPENDS has no libssl.so'} as const;
  made.effects = [[loses]];
  await cases.withWorker(made, async (start) => {
    expect(await (await start('effect/changed')).result()).toMatchObject({outcome: 'fixed', attempts: 1});
  });
  expect(made.messages[0]).toContain(loses.reason);
  expect(made.log.filter((line) => /^(effect|prove)/.test(line))).toEqual(['effect 1', 'effect 0', 'prove true']);
  expect(made.recorded.at(-1)?.attempts).toMatchObject([{findings: [], effect: 'Only files change.'}]);

  const refused = new ScriptedCase();
  refused.policy = attempts(1);
  refused.turns = [() => reply('put_file'), () => reply(), () => insisting('no')];
  refused.findings = [[REFUSES]];
  await cases.withWorker(refused, async (start) => {
    await until(await start('effect/refused'), waiting);
  });
  expect(refused.log.filter((line) => /^(effect|prove)/.test(line))).toEqual([]);
});

describe('the review of a diff before its proof', () => {
  const DEAD = {kind: 'dead', path: 'ports/net/x/dragonfly/patch-a.c', reason: 'it changes nothing'};
  const REVIEWED: Policy = {...attempts(2), review: 'on', review_model: 'careful'};
  const BUILDS = [() => reply('put_file', 'dsynth_build'), () => reply()];

  /** What one case is scripted to do. */
  type Script = Partial<
    Pick<ScriptedCase, 'turns' | 'reviewed' | 'reviews' | 'notReviewed' | 'builds' | 'findings' | 'packages'>
  > & {
    readonly policy?: Policy;
    /** Diffs of the overlay, in the order in which they are taken. */
    readonly diffs?: string[];
  };

  /** Runs cases one after the other on one worker, each to its end, which must be `fixed` by its first attempt. */
  async function inTurn(work: (fixedBy: (name: string, script: Script) => Promise<Fixed>) => Promise<void>): Promise<void> {
    const made = new ScriptedCase();
    let diffs: string[] = [];
    made.others = {
      captureDiff: async () => ({diff: diffs.shift() ?? 'diff-1', overlay: null}),
      proveRebuild: async ({diff}: {diff: string}) => {
        made.log.push(`prove ${diff}`);
        const findings = made.packages.shift();
        return {rebuildOk: true, diffSha256: 'd', ...(findings === undefined ? {} : {findings})};
      },
    };
    await cases.withWorker(made, async (start) => {
      await work(async (name, {turns = BUILDS, ...script}) => {
        diffs = script.diffs ?? [];
        Object.assign(
          made,
          {policy: REVIEWED, reviewed: [], reviews: [], notReviewed: '', builds: [], findings: [], packages: []},
          script,
        );
        made.turns.push(...turns);
        const [lines, messages] = [made.log.length, made.messages.length];
        expect(await (await start(`reviewed/${name}`)).result()).toMatchObject({outcome: 'fixed', attempts: 1});
        const attempt = made.recorded.at(-1)?.attempts[0] as AttemptResult;
        const notes = await cases.server.client.workflow.getHandle(attempt.workflowId as string).query(timeline);
        const own = made.log.slice(lines);
        const from = own.findIndex((line) => line.startsWith('review '));
        const log = from < 0 ? [] : own.slice(from).filter((line) => /^(review|ask|tool|effect|prove)/.test(line));
        return {attempt, log, messages: made.messages.slice(messages), notes: notes.map(({text}) => text)};
      });
    });
  }

  interface Fixed {
    readonly attempt: AttemptResult;
    /** Calls from the review on. */
    readonly log: readonly string[];
    readonly messages: readonly string[];
    readonly notes: readonly string[];
  }

  test('is one call of the attempt where the policy wants it; what prevents it is noted, and the diff is proved', async () => {
    await inTurn(async (fixedBy) => {
      const off = await fixedBy('off', {policy: attempts(2)});
      expect(off.log).toEqual([]);
      expect(off.attempt).not.toHaveProperty('diffReview');

      const clean = await fixedBy('clean', {reviewed: [{findings: []}]});
      expect(clean.log).toEqual(['review diff-1 0', 'ask review absent', 'reviewer careful, 8670 left', 'prove diff-1']);
      expect(clean.attempt).toMatchObject({turns: 2, usage: {prompt: 300}});
      expect(clean.attempt.diffReview).toEqual({findings: [], conversation: 'c', turns: 0});
      expect(clean.messages).toEqual([]);

      const asked = ['ask review absent', 'reviewer careful, 8670 left'];
      const bug = ApplicationFailure.nonRetryable('a fault of ours', 'TypeError');
      const away = ApplicationFailure.nonRetryable('no such model', 'ModelRefused');
      const left: [Script, object, string[]][] = [
        [{notReviewed: 'the diff changes 3 lines'}, {skipped: 'the diff changes 3 lines'}, []],
        [{reviews: [{kind: 'over-budget', reason: '12 tokens are left'}]}, {skipped: '12 tokens are left'}, asked],
        [{reviews: [away]}, {skipped: expect.stringContaining('no such model')}, asked],
        [{reviewed: [bug]}, {skipped: expect.stringContaining('a fault of ours')}, asked],
        [{reviewed: [{problem: 'it is cut'}]}, {conversation: 'c', problem: 'it is cut'}, asked],
      ];
      const spent = await fixedBy('spent', {
        turns: [() => reply('put_file', 'dsynth_build'), () => ({kind: 'over-budget', reason: '9 tokens are left'})],
      });
      expect(spent.log).toEqual([]);
      expect(spent.attempt.diffReview?.skipped).toBe('the author of the diff cannot answer, since 9 tokens are left');
      for (const [at, [script, review, calls]] of left.entries()) {
        const {attempt, log, notes} = await fixedBy(`left-out-${at}`, script);
        expect(log).toEqual(['review diff-1 0', ...calls, 'prove diff-1']);
        expect(attempt.diffReview).toEqual({findings: [], turns: 0, ...review});
        expect(notes).toContain(diffReviewSummary(attempt));
      }
    });
  });

  test('sends its findings to the author once, who changes the diff or leaves it with a reason; what cannot be proved then does not count', async () => {
    await inTurn(async (fixedBy) => {
      const reviewed = [{findings: [DEAD]}, {findings: [DEAD]}];
      const changed = await fixedBy('changed', {
        turns: [...BUILDS, ...BUILDS],
        reviewed: [...reviewed],
        diffs: ['diff-1', 'diff-2'],
      });
      expect(changed.log.slice(2)).toEqual([
        'reviewer careful, 8670 left',
        'ask patch offered again',
        'tool put_file put_file',
        'tool dsynth_build dsynth_build',
        'effect 0',
        'ask patch offered closing',
        'prove diff-2',
      ]);
      expect(changed.messages).toEqual([expect.stringContaining('dead, ports/net/x/dragonfly/patch-a.c: it changes nothing')]);
      expect(changed.attempt).toMatchObject({diff: 'diff-2', turns: 4, findings: [], usage: {prompt: 500}});
      expect(changed.attempt.diffReview).toEqual({findings: [DEAD], conversation: 'c', turns: 2, answer: 'a report'});
      expect(changed.notes).toContain('review of the diff, 1 finding (dead): they go to the model once');

      const insists = await fixedBy('insists', {turns: [...BUILDS, () => insisting('it is needed')], reviewed: [...reviewed]});
      expect(insists.log.slice(3)).toEqual(['ask patch offered again', 'prove diff-1']);
      expect(insists.attempt.diffReview).toMatchObject({findings: [DEAD], turns: 1, answer: 'it is needed'});
      expect(insists.attempt).not.toHaveProperty('guardRound');

      const edit = (...more: string[]) => [...BUILDS, () => reply('put_file', ...more), () => reply()];
      const worse: [string, Script][] = [
        ['failed', {turns: edit('dsynth_build'), builds: [true, false]}],
        ['unbuilt', {turns: edit()}],
        ['held', {turns: edit('dsynth_build'), findings: [[], [ASKS]]}],
      ];
      for (const [name, script] of worse) {
        const {attempt, log} = await fixedBy(name, {...script, reviewed: [...reviewed], diffs: ['diff-1', 'diff-2']});
        expect(log.filter((line) => line.startsWith('prove'))).toEqual(['prove diff-1']);
        expect(attempt).toMatchObject({diff: 'diff-1', built: true, findings: [], diffReview: {isTakenBack: true}});
        expect(attempt).not.toHaveProperty('guardRound');
      }
    });
  });

  test('follows the guard: a diff that it holds goes to the author first, and a package that it asks about needs no second review', async () => {
    await inTurn(async (fixedBy) => {
      const held = await fixedBy('guarded', {
        turns: [...BUILDS, () => reply('put_file'), () => reply(), () => reply()],
        reviewed: [{findings: [DEAD]}],
        findings: [[ASKS]],
        diffs: ['diff-1', 'diff-2'],
      });
      expect(held.messages.map((text) => text.split('\n')[0])).toEqual(['## Findings on your diff', '## A review of your diff']);
      expect(held.log.filter((line) => /^(review |prove)/.test(line))).toEqual(['review diff-2 0', 'prove diff-2']);
      expect(held.attempt).toMatchObject({guardRound: {raised: [ASKS]}, diffReview: {findings: [DEAD]}});

      const smaller = await fixedBy('package', {
        turns: [...BUILDS, () => reply(), () => reply('put_file'), () => reply()],
        reviewed: [{findings: [DEAD]}],
        packages: [[PACKAGE]],
        diffs: ['diff-1', 'diff-2'],
      });
      expect(smaller.log.filter((line) => /^(review |prove)/.test(line))).toEqual([
        'review diff-1 0',
        'prove diff-1',
        'prove diff-2',
      ]);
      expect(smaller.attempt).toMatchObject({diff: 'diff-2', guardRound: {raised: [PACKAGE]}, findings: []});
    });
  });
});
