import {render} from 'preact-render-to-string';
import {argumentParts, resultParts} from '../../src/console/attempt/result-parts.ts';
import {TranscriptView} from '../../src/console/attempt/transcript.tsx';
import {turnsFrom} from '../../src/console/attempt/turns.ts';
import {answer, attemptOf, calls, conversation, system, user} from './attempt-conversation.ts';
import {HOSTILE, repeatedIds, tagsOf, textOf} from './attempt-html.ts';

const FILE = {
  ok: true,
  path: '/work/x.c',
  content: 'one\ntwo\n',
  first_line: 580,
  last_line: 581,
  total_lines: 861,
  sha256: 'f'.repeat(64),
};
const LOG = Array.from({length: 100}, (_, at) => `log line ${at + 1}`).join('\n');
const PATCH = '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-old\n+new\n';
const NODES = conversation([
  system,
  user,
  {
    ...calls(
      ['1', 'get_file', '{"path":"/work/obj/net/foo/x.c","from":580}'],
      ['2', 'replace_in_file', '{"path":"/work/x.c","old_text":"a < b\\n","new_text":"b > a\\n"}'],
      ['3', 'genpatch', '{}'],
      ['4', 'dsynth_build', '{"origin":"net/foo"}'],
    ),
    reasoning_content: 'I read the file first.',
  },
  answer('1', JSON.stringify(FILE)),
  answer('2', '{"ok":true,"matched":"exact","line":7,"left":"26 turns"}'),
  answer('3', JSON.stringify({ok: true, rc: 0, generated: 'patch-a.c', patch: PATCH})),
  answer('4', JSON.stringify({ok: true, rebuild_ok: true, stdout_tail: LOG})),
  {role: 'user', content: 'Report now.'},
  {role: 'assistant', content: '**Done**'},
]);
const shown = (): string => render(<TranscriptView attempts={[{attempt: attemptOf(), nodes: NODES}]} />);

test('calls are shown in one line, with their results by kind', () => {
  const [turn] = turnsFrom(NODES);
  const [read, replace, patch, build] = turn?.calls ?? [];
  if (!read || !replace || !patch || !build) throw new Error('a call is missing');
  expect(resultParts(read)).toEqual([{kind: 'file', text: 'one\ntwo\n', from: 580}]);
  expect(argumentParts(replace)).toEqual([{kind: 'change', before: 'a < b\n', after: 'b > a\n'}]);
  expect(resultParts(replace)).toEqual([{kind: 'facts', facts: [['matched', 'exact']]}]);
  expect(resultParts(patch)).toEqual([
    {kind: 'facts', facts: [['generated', 'patch-a.c']]},
    {kind: 'diff', text: PATCH},
  ]);
  expect(resultParts(build)).toEqual([{kind: 'log', name: 'stdout_tail', text: LOG}]);
  const html = shown();
  expect(textOf(html)).toContain('net/foo/x.c, lines 580–581 of 861');
  expect(html).toContain('<td class="ln">581</td><td>two</td>');
  expect(html).toMatch(/<tr class="del"><td class="sg">−<\/td><td>a &lt; b<\/td>/);
  expect(html).toMatch(/<tr class="add"><td class="sg">\+<\/td><td>new<\/td>/);
});

test('a long log shows its end, and all of it unfolded; raw JSON and instructions are folded', () => {
  const html = shown();
  const open = html.replace(/<details.*?<\/details>/gs, '');
  expect(open).toContain('log line 100');
  expect(open).not.toContain('log line 50<');
  expect(open).not.toContain('You repair ports.');
  expect(open).not.toContain('rebuild_ok');
  expect(textOf(html)).toContain('All 100 lines');
  expect(textOf(html)).toContain('"rebuild_ok":true');
});

test('each turn has an address, a link to it, and the share of its prompt that was cached', () => {
  const html = shown();
  const ids = tagsOf(html).flatMap(({attributes}) => attributes.id ?? []);
  expect(ids).toEqual(expect.arrayContaining(['a1', 'a1-t1', 'a1-t2']));
  expect(repeatedIds(html)).toEqual([]);
  const hrefs = tagsOf(html).flatMap(({attributes}) => attributes.href ?? []);
  expect(hrefs.filter((href) => !ids.includes(href.slice(1)))).toEqual([]);
  expect(html).toContain('aria-label="90 % of the prompt was cached"');
  expect(textOf(html)).toContain('Reasoning, 5 words');
});

test('the latest attempt comes first; the conversation with its reviewer is behind it', () => {
  const review = conversation([
    {role: 'system', content: 'You review.'},
    {role: 'assistant', content: '{"findings": []}'},
  ]);
  const html = render(
    <TranscriptView
      attempts={[
        {attempt: attemptOf(), nodes: NODES, review},
        {attempt: attemptOf({attempt: 2, by: 'alice'}), nodes: undefined},
      ]}
    />,
  );
  expect(html.indexOf('id="a2"')).toBeLessThan(html.indexOf('id="a1"'));
  expect(html).toContain('href="#a1-review"');
  expect(textOf(html)).toContain('No model was asked.');
  expect(repeatedIds(html)).toEqual([]);
});

test('nothing in a conversation becomes markup', () => {
  const nodes = conversation([
    {role: 'system', content: HOSTILE},
    {...calls([HOSTILE, HOSTILE, JSON.stringify({path: HOSTILE, old_text: HOSTILE, new_text: HOSTILE})]), content: HOSTILE},
    answer(HOSTILE, JSON.stringify({[HOSTILE]: `${HOSTILE}\n`, error: HOSTILE, content: HOSTILE})),
  ]);
  const html = render(<TranscriptView attempts={[{attempt: attemptOf({by: HOSTILE, reason: HOSTILE}), nodes}]} />);
  expect(tagsOf(html).filter(({name}) => name === 'script' || name === 'img')).toEqual([]);
  expect(html).not.toMatch(/[^\P{Cc}\n\t]|‮/u);
});

test('without attempts the page names what will be there', () => {
  expect(textOf(render(<TranscriptView attempts={[]} />))).toContain('No attempt was made');
});
