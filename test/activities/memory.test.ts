import {loadTexts} from '../../src/activities/policy.ts';
import {promptActivities} from '../../src/activities/prompts.ts';
import type {AttemptResult, CaseStatus} from '../../src/case/status.ts';
import {closedCases} from '../../src/evidence/case-bundles.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {KeptCase} from '../cli/kept-case.ts';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const DIFF = '+USES+=\tunmistakable\n';

/** Returns the first prompts of a triage and of a repair of the port, after a case that closed with this attempt. */
async function promptsAfter(
  attempt: AttemptResult,
  changes: Partial<CaseStatus>,
  memory?: {unreviewed: boolean},
): Promise<string[]> {
  const timeline = [{atUtc: '2026-01-02T00:00:00Z', phase: 'closed', text: ''}] as const;
  kept.archive({outcome: 'fixed', reason: 'a reason', timeline, attempts: [attempt], ...changes});
  kept.evidence.bundle('20260201-101500Z');
  const report = {
    ...kept.port,
    runId: 'run-Live-1',
    bundleId: 'devel_foo-20260201-101500Z',
    profile: 'Live',
    createdUtc: '2026-02-01T10:15:00Z',
  };
  const earlierCases = await closedCases(kept.evidence.root, report, 5);
  expect(earlierCases).toHaveLength(1);
  const worker = promptActivities({env: {}, roots: [kept.evidence.root], client: undefined as never, taskQueue: ''});
  const about = {
    report,
    texts: await kept.store.putJson(await loadTexts()),
    nonce: 'abcd1234',
    context: [],
    earlierCases,
    memory,
  };
  const triage = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'x'};
  const limits = {attempt: 1, of: 2, turns: 9, tier: 'ASSIST', earlier: []};
  const triageText = await kept.store.put('a triage');
  const opened = [
    await worker.openTriage({...about, classes: ['compile-error'], snippetRounds: 1} as never),
    await worker.openAttempt({...about, ...limits, triage, triageText} as never),
  ];
  return Promise.all(
    opened.map(async (id) => JSON.stringify((await readConversation(kept.store, id)).map(({message}) => message))),
  );
}

const ACCEPTED = {accepted: {by: 'ann', atUtc: '2026-01-02T00:00:00Z'}};

test('an accepted fix is in the prompts of later cases', async () => {
  for (const prompt of await promptsAfter(await kept.proved(1, DIFF), ACCEPTED)) expect(prompt).toContain('unmistakable');
});

test('a fix that nobody has judged is in none, neither as a fix nor as an earlier case, unless the policy allows it', async () => {
  for (const memory of [undefined, {unreviewed: false}]) {
    for (const prompt of await promptsAfter(await kept.proved(1, DIFF), {}, memory)) {
      expect(prompt).toContain('a reason');
      expect(prompt).not.toContain('unmistakable');
    }
  }
  const allowed = await promptsAfter(await kept.proved(1, DIFF), {}, {unreviewed: true});
  for (const prompt of allowed) expect(prompt).toContain('unmistakable');
});

test.each([
  ['was not proved', async () => kept.attempt(1, DIFF)],
  ['failed its proof', async () => kept.attempt(1, DIFF, {proof: {rebuildOk: false, diffSha256: ''}})],
  [
    'was refused, though its build passed and an operator handed it in',
    async () => kept.proved(1, DIFF, {by: 'ann', findings: [{rule: 'hiding', severity: 'refuse', path: 'p', reason: 'r'}]}),
  ],
] as const)('a diff that %s is in no prompt, whatever the policy allows', async (_, attempt) => {
  for (const prompt of await promptsAfter(await attempt(), {...ACCEPTED, outcome: 'needs-help'}, {unreviewed: true}))
    expect(prompt).not.toContain('unmistakable');
});

test('a rejected fix is shown once, as one not to repeat', async () => {
  const rejected = await kept.proved(1, DIFF, {rejected: {by: 'ann', reason: 'it hides the cause'}});
  for (const prompt of await promptsAfter(rejected, {outcome: 'needs-help'})) {
    expect(prompt).toContain('REJECTED: do not repeat it');
    expect(prompt.match(/unmistakable/g)).toHaveLength(1);
  }
});
