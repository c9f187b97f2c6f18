import {caseDetails, oneDecimal, remainingOf} from '../../../src/case/review/case-details.ts';
import {caseText} from '../../../src/case/review/case-text.ts';
import {handoffNote, operatorInstruction} from '../../../src/case/review/handoff.ts';
import {type AttemptResult, type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {pluralize} from '../../../src/case/text/plural.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const NEW = newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'});
const USAGE = {prompt: 100, cached: 40, completion: 5, reasoning: 0, cost: 0};
const ATTEMPT: AttemptResult = {
  attempt: 1,
  end: 'reported',
  reason: 'it ended',
  turns: 1,
  minutes: 1.25,
  usage: USAGE,
  built: false,
  findings: [],
};
const TRIAGE = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: ''};
const WAITING: CaseStatus = {
  ...NEW,
  phase: 'awaiting-operator',
  pendingOutcome: 'needs-help',
  reason: 'why it waits',
  triage: TRIAGE,
  usage: USAGE,
};
const EARLIER = {
  workflowId: 'w',
  runId: 'run-0',
  bundleId: 'b-0',
  closedUtc: '2026-01-18T14:05:01Z',
  outcome: 'discarded',
  reason: 'r_1',
  classification: null,
  signature: '',
  attempts: 0,
  bundles: 1,
  diffs: [],
} as unknown as CaseStatus['earlier'][number];

test('a new case on a terminal has its state and what is not known yet', () => {
  expect(caseText(NEW).split('\n')).toEqual([
    'port:@t:net/foo: Running: reads the evidence',
    '  class     not known yet',
    '  tier      not decided yet',
    '  tokens    0',
    '',
  ]);
});

test('calls that count as our estimate are labelled wherever the tokens of a case are', () => {
  const status: CaseStatus = {
    ...WAITING,
    usage: {...USAGE, implausible: 2},
    attempts: [{...ATTEMPT, usage: {...USAGE, implausible: 1}}],
  };
  const label = "(2 calls estimated: the server's report was implausible)";
  for (const text of [caseText(status), caseDetails(status), handoffNote(status)]) expect(text).toContain(label);
  expect(caseText(status)).toContain("65 tokens (1 call estimated: the server's report was implausible)");
  expect(caseText(WAITING)).not.toContain('estimated');
});

test('a case on a terminal has each fact on a line of its own', () => {
  const status: CaseStatus = {
    ...WAITING,
    tier: 'ASSIST',
    usage: {...USAGE, cost: 0.5},
    budget: {...NEW.budget, tokensLimit: 900},
    accepted: {by: 'ann', atUtc: ''},
    bundles: [{runId: 'run-1', bundleId: 'b-1'}],
    attempts: [ATTEMPT, {...ATTEMPT, attempt: 2, built: true, proof: {rebuildOk: true, diffSha256: ''}}],
    earlier: [EARLIER],
    timeline: [{atUtc: '2026-01-18T14:05:01.123Z', phase: 'triage', text: 'an entry'}],
  };
  expect(caseText(status).split('\n')).toEqual([
    'port:@t:net/foo: Needs you: how does it continue?',
    '  why       why it waits',
    '  class     compile-error, high, generic',
    '  tier      ASSIST',
    '  tokens    65 of 900',
    '  cost      0.5000',
    '  accepted  by ann',
    '  evidence  runs/run-1/ports/b-1',
    '  attempt 1 1 turn, 65 tokens, not built, no proof: it ended',
    '  attempt 2 1 turn, 65 tokens, built, proof passed: it ended',
    '  earlier   2026-01-18T14:05 discarded: r_1',
    expect.stringMatching(/^ {2}to do {5}\S/),
    '',
    '2026-01-18 14:05:01  triage             an entry',
  ]);
  expect(caseText({...status, outcome: 'fixed', phase: 'closed'})).toMatch(/^port:@t:net\/foo: Fixed\n(?!.*to do)/s);
});

test('the details of a closed case have no next step; earlier cases are listed with their evidence', () => {
  const open = caseDetails({...NEW, timeline: [{atUtc: '2026-01-18T14:05:01Z', phase: 'triage', text: 'a_b'}]});
  expect(open).toContain('**Next:**');
  expect(open).toContain('not known yet');
  expect(open).toMatch(/\n\n- 14:05:01 triage: a\\_b$/);
  expect(open).not.toMatch(/\*\*Why|\*\*To do|cost|\*\*Left|Earlier|undefined/);
  const closed = caseDetails({...NEW, phase: 'closed', outcome: 'fixed', earlier: [EARLIER]});
  expect(closed).toMatch(/^# net\/foo: Fixed\n/);
  expect(closed).not.toContain('**Next:**');
  expect(closed).toContain('- 2026-01-18T14:05 no class: discarded; r\\_1 (`runs/run-0/ports/b-0`)');
  const known = {...EARLIER, classification: 'patch-error'};
  expect(caseDetails({...NEW, earlier: [known, EARLIER]})).toMatch(/- \S+ patch-error: [^\n]*\n- \S+ no class/);
});

test('each phase has a next step of its own', () => {
  const phases = [
    'collect',
    'triage',
    'decide',
    'waiting-env',
    'patch',
    'prove',
    'awaiting-operator',
    'deliver',
    'closed',
  ] as const;
  const steps = phases.map((phase) => /\*\*Next:\*\* (.+)\.\n/.exec(caseDetails({...NEW, phase}))?.[1] ?? '');
  expect(steps.every((step) => step !== '')).toBe(true);
  expect(new Set(steps).size).toBe(9);
});

test('a case that waits shows the update that closes it, by what would become of it', () => {
  const repair = caseDetails(WAITING);
  expect(repair).toContain('*needs-help*');
  expect(repair).toContain(' --name resolve ');
  expect(repair).toContain(`--input '{"by":"you","outcome":"needs-help","note":"why"}'`);
  expect(repair).not.toContain('`reject`');
  const review = caseDetails({...WAITING, pendingOutcome: 'fixed'});
  expect(review).toContain(' --name accept ');
  expect(review).toContain(`--input '{"by":"you"}'`);
  expect(review).toContain('`reject`');
  expect(caseDetails(NEW)).not.toContain('temporal workflow');
});

test('a delivery that failed stands with its last lines everywhere, and with what may be done', () => {
  const delivery = {
    state: 'failed',
    id: 'id-1',
    atUtc: 't',
    exit: 3,
    tail: 'one\n```two',
    reason: 'x ended with exit code 3',
  } as const;
  const accepted = {by: 'ann', atUtc: 't'};
  const status: CaseStatus = {...WAITING, pendingOutcome: 'fixed', accepted, delivery};
  const text = caseText(status);
  expect(text).toContain(
    '  delivery  Not delivered: x ended with exit code 3. (id-1)\n            | one\n            | ```two\n',
  );
  expect(text).toContain('deliver again, or close the case without a delivery');
  const details = caseDetails(status);
  expect(details).toContain('**Delivery** `id-1`: Not delivered: x ended with exit code 3.\n\n````text\none\n```two\n````');
  expect(details).toContain('To deliver it again, use Update `retryDelivery` in the menu above, or `skipDelivery`');
  expect(handoffNote(status)).toContain('portwright retry-delivery');
  expect(handoffNote(status)).toContain('portwright skip-delivery');
});

test('a diff with fences of its own stays in its block', () => {
  const block = (diffText: string) => caseDetails({...NEW, attempts: [{...ATTEMPT, diffText}]});
  expect(block('+a\n\n')).toContain('```diff\n+a\n```');
  expect(block('+`a`')).toContain('```diff\n+`a`\n```');
  expect(block('+```\n+````')).toContain('\n`````diff\n+```\n+````\n`````');
});

test('attempts show rejection, findings and the cost where there is one', () => {
  const finding = {rule: 'large', severity: 'ask', path: '', reason: 'many_lines'} as const;
  const attempts = [
    {...ATTEMPT, rejected: {by: 'a_b', reason: 'no_good'}, findings: [finding, {...finding, path: 'p_1'}]},
    {...ATTEMPT, attempt: 2, turns: 2, built: true},
  ];
  const text = caseDetails({...NEW, attempts, usage: {...USAGE, cost: 1.5}});
  expect(text).toContain('Rejected by a\\_b: no\\_good');
  expect(text).toContain('- guard, ask: **the diff** many\\_lines\n- guard, ask: **p\\_1** many\\_lines');
  expect(text).toMatch(/\n1 turn, 65 tokens.*Proof: not run\./);
  expect(text).toMatch(/\n2 turns, 65 tokens/);
  expect(text).toContain(', cost 1.5000; 2 attempts, 2.5 minutes');
});

test('a remainder is never below 0, and no limit is no text', () => {
  expect(remainingOf(4, 1, 'turns')).toBe('3 of 4 turns');
  expect(remainingOf(4, 9, 'turns')).toBe('0 of 4 turns');
  expect(remainingOf(null, 9, 'turns')).toBe('');
  expect(remainingOf(undefined, 9, 'turns')).toBe('');
  expect(remainingOf(2.5, 1, 'minutes', oneDecimal)).toBe('1.5 of 2.5 minutes');
  expect([oneDecimal(2), oneDecimal(2.04), oneDecimal(2.06), oneDecimal(10)]).toEqual(['2', '2', '2.1', '10']);
  expect([pluralize(0, 'turn'), pluralize(1, 'turn'), pluralize(2, 'turn')]).toEqual(['0 turns', '1 turn', '2 turns']);
});

test('a hand-off has what it cost, the evidence and the commands for the outcome', () => {
  const bundles = [1, 2].map((n) => ({runId: 'run-1', bundleId: `b-${n}`}));
  const note = handoffNote({...WAITING, bundles, attempts: [ATTEMPT], triage: {...TRIAGE, rootCause: 'the cause'}});
  expect(note.split('\n\n').length).toBeGreaterThan(12);
  expect(note).toMatch(/^# net\/foo \(@t\) /);
  expect(note).toContain('compile-error (confidence high, generic)');
  expect(note).toContain('the cause');
  expect(note).toContain(': runs/run-1/ports/b-1, runs/run-1/ports/b-2.');
  expect(note).toMatch(/\n1\.3 minutes .*, 65 billable tokens \(prompt 100, .* 40, .* 5\)/);
  expect(note).toMatch(/- Attempt 1: 1 turns?, 65 tokens, never built, /);
  for (const command of ['context', 'retry', 'grant', 'patch', 'resolve'])
    expect(note).toContain(`portwright ${command} port:@t:net/foo`);
  expect(note).not.toContain('portwright accept port');
  expect(note).toMatch(/ needs-help\.\n\n$/);
  const review = handoffNote({...WAITING, pendingOutcome: 'fixed', budget: {...NEW.budget, tokensLimit: 900}});
  for (const command of ['accept', 'reject']) expect(review).toContain(`portwright ${command} port:@t:net/foo`);
  expect(review).toContain('65 billable tokens of 900 (');
  expect(handoffNote({...WAITING, usage: {...USAGE, cost: 0.5}})).toContain(' 0.5000 ');
});

test('an attempt in a hand-off shows whose diff it was, its build, its proof and its findings', () => {
  const findings = [{rule: 'large', severity: 'ask', path: 'p', reason: 'It is large.'} as const];
  const proof = {rebuildOk: true, diffSha256: ''};
  const attempt = {...ATTEMPT, turns: 1, built: true, proof, findings, reason: 'It ended! '};
  const rest = /, the proof passed\. It ended!\n {2}- guard, ask \(large\): p It is large\.\n/.source;
  expect(handoffNote({...WAITING, attempts: [attempt]})).toMatch(
    new RegExp(`- Attempt 1: 1 turn, \\d+ tokens, built once${rest}`),
  );
  // A diff by an operator or a recipe has no turns, no tokens and no build of its own.
  expect(handoffNote({...WAITING, attempts: [{...attempt, by: 'ann'}]})).toMatch(
    new RegExp(`- Attempt 1, the diff by ann${rest}`),
  );
});

test.each<[string, Partial<CaseStatus>, RegExp]>([
  ['a proved fix', {pendingOutcome: 'fixed'}, /rebuild_proof\.json/],
  ['a failed triage', {pendingOutcome: 'triage-failed'}, /settings/],
  ['a missing dependency', {triage: {...TRIAGE, classification: 'missing-dep'}}, /dependency/],
  ['a changed distfile', {triage: {...TRIAGE, classification: 'fetch-checksum'}}, /distinfo/],
  ['no attempt', {}, /by hand/],
  ['an attempt with a diff', {attempts: [{...ATTEMPT, diffText: '+x'}]}, /changes\.diff and analysis\/patch\.md/],
  ['an attempt without one', {attempts: [ATTEMPT]}, /^(?!.*changes\.diff).*patch\.md/],
])('after %s the operator is told what to do', (_name, change, expected) => {
  expect(operatorInstruction({...WAITING, ...change})).toMatch(expected);
});

test('findings that ask are judged together, unless another refuses', () => {
  const ask = (rule: string) => ({rule, severity: 'ask', path: '', reason: ''}) as const;
  const refuse = {...ask('outside'), severity: 'refuse'} as const;
  const note = {...ask('executable'), severity: 'note'} as const;
  const last = (...findings: AttemptResult['findings']) =>
    operatorInstruction({
      ...WAITING,
      attempts: [
        {...ATTEMPT, findings: [ask('x')]},
        {...ATTEMPT, diffText: '+x', findings},
      ],
    });
  expect(last(ask('large'), note, ask('secret'), ask('large'))).toContain('--judged large,secret`');
  expect(last(ask('large'), refuse)).not.toContain('--judged');
  expect(last(note)).not.toContain('--judged');
  expect(last()).toContain('changes.diff');
});

test('money and minutes are shown only where a limit has them', () => {
  const budget = {tokensUsed: 0, tokensLimit: 100, attemptsLimit: 2, minutesLimit: 3, costLimit: null};
  const text = caseDetails({...WAITING, budget, attempts: [ATTEMPT], usage: NO_USAGE, currentAttempt: 'child-1'});
  expect(text).toContain('**Left:** 100 of 100 tokens, 1 of 2 attempts, 1.8 of 3 minutes');
  expect(text).toContain('`child-1`');
});

const REVIEW = {
  findings: [{kind: 'dead', path: 'q', reason: 'it does nothing'}],
  conversation: 'c',
  turns: 1,
  answer: 'it is needed',
};

describe('the effect of a diff, what its model insists on, and what a reviewer found', () => {
  const evil = '[x](http://e) <b>\u202e\n# heading';
  const finding = {rule: 'downloads', severity: 'ask', path: 'p', reason: 'it fetches'} as const;
  const judged: AttemptResult = {
    ...ATTEMPT,
    effect: `Only files change. ${evil}`,
    findings: [finding],
    guardRound: {raised: [finding], turns: 1, insists: `the site is gone ${evil}`},
    diffReview: {
      findings: [{kind: 'dead', path: 'q', reason: `it does nothing ${evil}`}],
      conversation: 'c',
      turns: 1,
      answer: `it is needed ${evil}`,
    },
  };
  const status = {...WAITING, attempts: [judged]};

  test('stand with the attempt on a terminal', () => {
    const text = caseText({
      ...status,
      attempts: [
        {...judged, effect: 'Only\nfiles.', guardRound: {...judged.guardRound, insists: 'gone'} as never, diffReview: REVIEW},
      ],
    });
    expect(text).toContain(
      [
        '    effect  Only files.',
        '    guard   ask (downloads): p it fetches',
        '    round   The model was sent 1 finding and insists: gone',
        '    review  dead: q it does nothing',
        '    review  The model was sent 1 finding of the reviewer and answers: it is needed',
      ].join('\n'),
    );
  });

  test('stand in the hand-off and the Web UI as text that forms no link, heading or tag', () => {
    for (const text of [handoffNote(status), caseDetails(status)]) {
      expect(text).toContain('Only files change. \\[x\\](http\\://e) \\<b\\>');
      expect(text).toContain('insists: the site is gone \\[x\\]');
      expect(text).toContain('review: dead: q it does nothing \\[x\\]');
      expect(text).toContain('answers: it is needed \\[x\\]');
      expect(text).not.toMatch(/^# heading/m);
    }
    expect(handoffNote(status)).not.toContain('\u202e');
  });

  test('are left out where nothing was evaluated or asked', () => {
    for (const text of [
      handoffNote({...WAITING, attempts: [ATTEMPT]}),
      caseDetails({...WAITING, attempts: [ATTEMPT]}),
      caseText({...WAITING, attempts: [ATTEMPT]}),
    ])
      expect(text).not.toMatch(/effect|The model was sent|review/i);
  });
});
