import {render} from 'preact-render-to-string';
import type {AttemptResult} from '../../src/case/status.ts';
import {AttemptTimeline} from '../../src/console/attempt/attempt-timeline.tsx';
import {AttemptsSummary} from '../../src/console/attempt/attempts-summary.tsx';
import {type Turn, turnsFrom} from '../../src/console/attempt/turns.ts';
import {answer, attemptOf, calls, conversation, system, user} from './attempt-conversation.ts';
import {HOSTILE, repeatedIds, tagsOf, textOf} from './attempt-html.ts';

const shown = (attempt: AttemptResult, turns: readonly Turn[] = []): string =>
  render(<AttemptTimeline attempt={attempt} turns={turns} />);

const BUILD = turnsFrom(
  conversation([
    system,
    user,
    calls(['1', 'get_file', '{"path":"/work/DeltaPorts/ports/net/foo/Makefile"}'], ['2', 'dsynth_build', '{"origin":"net/foo"}']),
    answer('1', '{"ok":false,"error":"There is none."}'),
    answer('2', '{"ok":false,"rebuild_ok":false,"findings":"x.c:1: error\\nx.c:2: error"}'),
    {role: 'assistant', content: '## Patch Summary\n\nIt works.', reasoning_content: 'Hm.'},
  ]),
);

/** Lines that are seen while nothing is opened. */
function closedLines(html: string): string[] {
  return [...html.matchAll(/<details class="turn"[^>]*><summary>(.*?)<\/summary>/gs)].map(([, summary]) =>
    textOf(summary ?? '').replace(/\s+/g, ' '),
  );
}

test('a turn is one line: what it called, its build, its tokens and how much of them was cached', () => {
  const html = shown(attemptOf(), BUILD);
  const [first, second] = closedLines(html);
  expect(first).toMatch(/^Turn 1\s?get_file\s?net\/foo\/Makefile\s?not done\s?dsynth_build\s?net\/foo\s?build failed/);
  expect(first).toMatch(/1 050 tokens\s?90 % cached$/);
  expect(second).toMatch(/^Turn 2\s?replies\s?It works\./);
  expect(tagsOf(html).findLast(({attributes}) => attributes.class === 'fill')?.attributes.width).toBe('90');
});

test('what a reviewer found in the diff stands with the findings, and what the model answers', () => {
  const findings = [{kind: 'literal', path: 'ports/net/foo/overlay.dops', reason: `A version is written out. ${HOSTILE}`}];
  const html = shown(attemptOf({diffReview: {findings, conversation: 'c', turns: 1, answer: 'It has to be.'}}));
  expect(textOf(html)).toContain('review literal: ports/net/foo/overlay.dops A version is written out.');
  expect(textOf(html)).toContain('The model was sent 1 finding of the reviewer and answers: It has to be.');
  expect(html).not.toContain(HOSTILE);
  expect(textOf(shown(attemptOf()))).not.toContain('review');
});

test('a turn opened has all of it, under ids that stay', () => {
  const html = shown(attemptOf({attempt: 2}), BUILD);
  const text = textOf(html);
  for (const part of ['You repair ports.', 'The port is net/foo.', 'x.c:1: error', 'x.c:2: error', 'There is none.', 'Hm.'])
    expect(text).toContain(part);
  expect(text).toContain('1 000 tokens in, 905 of them cached · 50 out');
  const ids = tagsOf(html).flatMap(({attributes}) => attributes.id ?? []);
  expect(ids).toEqual(expect.arrayContaining(['a2', 'a2-t1', 'a2-t2', 'a2-t2-reasoning']));
  expect(repeatedIds(html)).toEqual([]);
  expect(tagsOf(html).filter(({name, attributes}) => name === 'details' && attributes.id === undefined)).toEqual([]);
});

test('a long text is folded, one that is very long is cut with a word', () => {
  const turns = (content: string) =>
    turnsFrom(
      conversation([
        {role: 'system', content},
        {role: 'assistant', content: 'x'},
      ]),
    );
  const folded = shown(attemptOf(), turns('line\n'.repeat(25)));
  expect(folded).toContain('<details class="labelled" id="a1-t1-message-1">');
  expect(shown(attemptOf(), turns('line\n'.repeat(24)))).not.toContain('a1-t1-message-1');
  const cut = shown(attemptOf(), turns(`${'x'.repeat(60_000)}END`));
  expect(cut).not.toContain('END');
  expect(textOf(cut)).toContain('10 003 characters more are in the session.');
  expect(cut).toMatch(/<section class="scrolled" tabindex="0" aria-label="[^"]+">/);
});

test.each<[string, Partial<AttemptResult>, string]>([
  ['a proved one', {proof: {rebuildOk: true, diffSha256: 'x'}}, 'proved'],
  [
    'a failed proof',
    {proof: {rebuildOk: false, diffSha256: 'x', failure: {step: 'build', tail: 'x', signature: 'x'}}},
    'proof failed in build',
  ],
  [
    'a rejected one',
    {proof: {rebuildOk: true, diffSha256: 'x'}, rejected: {by: 'alice', reason: 'belongs upstream'}},
    'rejected',
  ],
  [
    'a diff that the guard refuses',
    {findings: [{rule: 'outside', severity: 'refuse', path: 'x', reason: 'why'}]},
    'refused by the guard',
  ],
  [
    'a diff that is to be asked about',
    {findings: [{rule: 'large', severity: 'ask', path: '', reason: 'why'}]},
    'held by the guard',
  ],
  ['one at its limit', {end: 'turn-limit'}, 'turn limit'],
])('%s says so in front', (_name, more, words) => {
  const heading = /<details class="attempt"[^>]*><summary>(.*?)<\/summary>/s.exec(shown(attemptOf(more)))?.[1] ?? '';
  expect(textOf(heading)).toContain(words);
});

test('the facts of its end are there', () => {
  const text = textOf(
    shown(
      attemptOf({
        end: 'time-limit',
        reason: 'its 3 minutes are over',
        rejected: {by: 'alice', reason: 'belongs upstream'},
        findings: [{rule: 'hiding', severity: 'refuse', path: 'ports/net/foo/Makefile', reason: 'This hides it: BROKEN=x'}],
        built: false,
        env: 'env-7',
      }),
    ),
  );
  for (const fact of [
    'Time limit: its 3 minutes are over',
    'Rejected by alice: belongs upstream',
    'Last build: not passed',
    '3.5 min',
  ])
    expect(text).toContain(fact);
  for (const fact of [
    'Guard: refuses, 1 finding',
    'hiding',
    'ports/net/foo/Makefile',
    'This hides it: BROKEN=x',
    'env-7',
    'Tokens: 600',
    '75 % of it from the cache',
  ])
    expect(text).toContain(fact);
});

test('without turns it says why', () => {
  expect(textOf(shown(attemptOf({by: 'alice', turns: 0})))).toContain('No model was asked');
  expect(textOf(shown(attemptOf({turns: 3})))).toContain('Its conversation is not in the evidence any more.');
});

test('an attempt at work shows its story and no end', () => {
  const timeline = [{atUtc: '2026-01-02T03:04:05.000Z', phase: 'patch' as const, text: 'turn 1: get_file'}];
  const text = textOf(
    render(<AttemptTimeline attempt={{attempt: 3}} turns={[]} running={{activity: 'asks the model', timeline}} />),
  );
  expect(text).toMatch(/Attempt 3\s?running\s?asks the model\s?03:04/);
  expect(text).toContain('turn 1: get_file');
  expect(text).not.toContain('Proof');
});

test('nothing that a model, a tool or an operator says becomes markup', () => {
  const json = JSON.stringify({[HOSTILE]: HOSTILE, long: `${HOSTILE}\n`.repeat(40), nested: {[HOSTILE]: [HOSTILE]}});
  const turns = turnsFrom(
    conversation([
      {role: 'system', content: HOSTILE},
      {...calls(['1', HOSTILE, json], ['2', 'grep', HOSTILE]), content: HOSTILE, reasoning_content: HOSTILE},
      answer('1', json),
      answer('2', HOSTILE),
      {role: 'assistant', content: HOSTILE},
    ]),
  );
  const attempt = attemptOf({
    by: HOSTILE,
    env: HOSTILE,
    reason: HOSTILE,
    finalError: HOSTILE,
    rejected: {by: HOSTILE, reason: HOSTILE},
    findings: [{rule: HOSTILE, severity: 'ask', path: HOSTILE, reason: HOSTILE}],
  });
  for (const html of [shown(attempt, turns), render(<AttemptsSummary attempts={[attempt]} />)]) {
    const tags = tagsOf(html);
    expect(tags.filter(({name}) => name === 'script' || name === 'img')).toEqual([]);
    expect(tags.flatMap(({attributes}) => Object.keys(attributes)).filter((name) => /^on|^style$/.test(name))).toEqual([]);
    expect(html).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
  }
});

test('JSON that is too deep to be written again is shown as it came', () => {
  const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  const html = shown(attemptOf(), turnsFrom(conversation([system, calls(['1', 'grep', deep]), answer('1', deep)])));
  expect(html).toContain('{&quot;a&quot;:[[[[');
});

test('an object of very many fields is cut with a word', () => {
  const many = JSON.stringify(Object.fromEntries(Array.from({length: 1000}, (_none, at) => [`key${at}`, at])));
  const text = textOf(shown(attemptOf(), turnsFrom(conversation([system, calls(['1', 'grep', many]), answer('1', '{}')]))));
  expect(text).toContain('940 more fields in the raw JSON.');
  expect(text).toContain('key59 59');
  expect(text).not.toContain('key60 60');
});

test('the table of attempts has a row each, which leads to it', () => {
  const html = render(
    <AttemptsSummary attempts={[attemptOf({proof: {rebuildOk: true, diffSha256: 'x'}}), attemptOf({attempt: 2, by: 'alice'})]} />,
  );
  expect([...html.matchAll(/href="(#[^"]+)"/g)].map(([, href]) => href)).toEqual(['#a1', '#a2']);
  expect(textOf(html)).toMatch(/Attempt 1\s?proved\s?reported\s?no findings\s?passed\s?2\s?3\.5\s?600\s?75 %/);
  expect(textOf(html)).toContain('the diff of alice');
  expect(tagsOf(html).filter(({name, attributes}) => name === 'th' && attributes.scope === undefined)).toEqual([]);
  expect(render(<AttemptsSummary attempts={[]} />)).toBe('');
});
