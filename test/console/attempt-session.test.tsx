import {render} from 'preact-render-to-string';
import {sessionHtml} from '../../src/console/attempt/session-html.tsx';
import {SessionView} from '../../src/console/attempt/session-view.tsx';
import {answer, attemptOf, calls, conversation, system, user} from './attempt-conversation.ts';
import {HOSTILE, repeatedIds, tagsOf, textOf} from './attempt-html.ts';

const ARGUMENTS = '{"path": "Makefile",  "content":"a\\nb"}';
const RESULT = '{"ok":true,"content":"first\\nsecond"}';
const LONG = 'line of a very long prompt\n'.repeat(5000);

const NODES = conversation([
  {role: 'system', content: LONG},
  user,
  {...calls(['id-1', 'put_file', ARGUMENTS], ['id-2', 'dsynth_build', '{}']), reasoning_content: 'I think.'},
  answer('id-1', RESULT),
  answer('id-2', '{"ok":true,"rebuild_ok":true}'),
  {role: 'user', content: 'Report now.'},
  {role: 'assistant', content: '# Done\n\n**bold**'},
]);

const ATTEMPTS = [
  {attempt: attemptOf(), nodes: NODES},
  {attempt: attemptOf({attempt: 2, by: 'alice'}), nodes: undefined},
  {attempt: attemptOf({attempt: 3}), nodes: conversation([system, user])},
];

/** Texts of the messages, as they were sent. */
function sentTexts(html: string): string[] {
  return [...html.replace(/<details class="readable".*?<\/details>/gs, '').matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].map(([, text]) =>
    textOf(text ?? ''),
  );
}

test('the conversation with the reviewer of a diff follows its attempt, under its own ids', () => {
  const review = conversation([
    {role: 'system', content: 'You review one diff.'},
    {role: 'assistant', content: '{"findings": []}'},
  ]);
  const html = render(<SessionView attempts={[{attempt: attemptOf(), nodes: NODES, review}]} />);
  expect(sentTexts(html).slice(-2)).toEqual(['You review one diff.', '{"findings": []}']);
  expect(html).toContain('href="#a1-review"');
  expect(repeatedIds(html)).toEqual([]);
});

test('every message is there as it was sent, whole and in its order', () => {
  const html = render(<SessionView attempts={ATTEMPTS.slice(0, 1)} />);
  expect(sentTexts(html)).toEqual([
    LONG,
    'The port is net/foo.',
    'I think.',
    ARGUMENTS,
    '{}',
    RESULT,
    '{"ok":true,"rebuild_ok":true}',
    'Report now.',
    '# Done\n\n**bold**',
  ]);
  expect(textOf(html)).toContain('id-1');
});

test('what has line breaks inside JSON can be read by its fields too', () => {
  const html = render(<SessionView attempts={ATTEMPTS} />);
  const readable = [...html.matchAll(/<details class="readable".*?<\/details>/gs)].map(([part]) => textOf(part));
  expect(readable).toHaveLength(2);
  expect(readable[1]).toContain('first\nsecond');
});

test('a text that begins with a newline keeps it', () => {
  const html = render(
    <SessionView attempts={[{attempt: attemptOf(), nodes: conversation([{role: 'system', content: '\nx'}])}]} />,
  );
  expect(html).toMatch(/<pre[^>]*>\n\nx<\/pre>/);
});

test('the table of contents leads to each turn', () => {
  const html = render(<SessionView attempts={ATTEMPTS} />);
  const tags = tagsOf(html);
  const hrefs = tags.flatMap(({attributes}) => attributes.href ?? []);
  expect(hrefs).toEqual(['#a1', '#a1-t1', '#a1-t2', '#a2', '#a3', '#a3-t1']);
  const ids = new Set(tags.flatMap(({attributes}) => attributes.id ?? []));
  expect(hrefs.filter((href) => !ids.has(href.slice(1)))).toEqual([]);
  expect(repeatedIds(html)).toEqual([]);
  expect(textOf(html)).toMatch(/Turn 1\s?put_file, dsynth_build\s?built/);
});

test('a turn holds what came after the results of the one before', () => {
  const html = render(<SessionView attempts={ATTEMPTS.slice(0, 1)} />);
  const [, first = '', second = ''] = html.split(/<h3 id="a1-t\d">/);
  expect(textOf(first)).toContain('first\\nsecond');
  expect(textOf(first)).not.toContain('Report now.');
  expect(textOf(second)).toContain('Report now.');
});

test('the exported file stands alone: a policy, the styles within, no script and no address but its own', () => {
  const html = sessionHtml({
    title: `net/foo ${HOSTILE}`,
    facts: 'fixed',
    css: 'a > b { color: red } /* </style> $& */',
    attempts: ATTEMPTS,
  });
  expect(html).toMatch(/^<!doctype html>\n<html lang="en"><head>/);
  expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`);
  expect(html).toContain('<style>a > b { color: red } /* <\\/style> $& */</style>');
  const tags = tagsOf(html.replace(/<!doctype html>|<style>.*?<\/style>/gs, ''));
  expect(tags.filter(({name}) => ['script', 'link', 'img', 'iframe', 'form', 'base', 'object'].includes(name))).toEqual([]);
  expect(tags.flatMap(({attributes}) => attributes.href ?? attributes.src ?? []).filter((href) => !href.startsWith('#'))).toEqual(
    [],
  );
  expect(html.match(/<title>/g)).toHaveLength(1);
});

test('nothing in a conversation becomes markup', () => {
  const nodes = conversation([
    {role: 'system', content: HOSTILE},
    {...calls([HOSTILE, HOSTILE, JSON.stringify({a: `${HOSTILE}\n`})]), content: HOSTILE, reasoning_content: HOSTILE},
    answer(HOSTILE, JSON.stringify({[HOSTILE]: `${HOSTILE}\n`})),
  ]);
  const html = sessionHtml({
    title: HOSTILE,
    facts: HOSTILE,
    css: '',
    attempts: [{attempt: attemptOf({by: HOSTILE, reason: HOSTILE}), nodes}],
  });
  const tags = tagsOf(html.replace('<!doctype html>', ''));
  expect(tags.filter(({name}) => name === 'script' || name === 'img')).toEqual([]);
  expect(html).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
});

test('without attempts it says so', () => {
  expect(textOf(render(<SessionView attempts={[]} />))).toBe('No attempt was made.');
});
