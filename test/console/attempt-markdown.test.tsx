import {performance} from 'node:perf_hooks';
import fc from 'fast-check';
import {renderMarkdown} from '../../src/console/attempt/markdown.ts';
import {tagsOf, textOf} from './attempt-html.ts';

const ALLOWED = new Set(
  'a blockquote br code div em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul'.split(' '),
);

/** Tags of rendered Markdown; throws on one that is not harmless. */
function harmless(html: string) {
  const tags = tagsOf(html);
  for (const {name, attributes} of tags) {
    if (!ALLOWED.has(name)) throw new Error(`<${name}> is in ${html}`);
    if (name === 'a' && !/^https?:\/\//i.test(attributes.href ?? '')) throw new Error(`a link goes to ${attributes.href}`);
    if (name === 'a' && attributes.rel !== 'noreferrer noopener nofollow') throw new Error('a link has no rel');
    if (!['', 'wrapped whole', 'scroll'].includes(attributes.class ?? '')) throw new Error(`a class is ${attributes.class}`);
    const others = Object.keys(attributes).filter(
      (one) => !['class', 'href', 'rel', 'title', 'start', 'tabindex', 'role', 'aria-label'].includes(one),
    );
    if (others.length > 0) throw new Error(`<${name}> has ${others.join(', ')}`);
  }
  return tags;
}

test('what is Markdown becomes HTML', () => {
  const html = renderMarkdown('Text with **weight** and `code`.\n\n- one\n- two\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n');
  expect(harmless(html).map(({name}) => name)).toEqual(
    'p strong code ul li li div table thead tr th th tbody tr td td'.split(' '),
  );
});

test.each([
  ['a script', '<script>alert(1)</script>', '<script>alert(1)</script>\n'],
  ['an image of HTML', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>\n'],
  ['a comment', 'a <!-- b --> c', 'a <!-- b --> c\n'],
  ['an unfinished comment', '<!-- <script>', '<!-- <script>\n'],
  ['a block of HTML', '<div onclick=x>\n\nb</div>', '<div onclick=x>\nb</div>\n'],
  ['a fence with a hostile language', '```"><script>alert(1)</script>\n<i>\n```', '<i>\n\n'],
  ['a tag in a heading', '# <b onclick=x>a</b>', '<b onclick=x>a</b>\n'],
  ['a tag in a link', '[<b>x</b>](https://example.org/"onclick="x)', '<b>x</b>\n'],
  ['an automatic link with a script', '<javascript:alert(1)>', '<javascript:alert(1)>\n'],
])('%s stays text', (_name, text, shown) => {
  harmless(renderMarkdown(text));
  expect(textOf(renderMarkdown(text))).toBe(shown);
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  '&#106;avascript:alert(1)',
  'vbscript:x',
  'data:text/html,<script>alert(1)</script>',
  'data:image/png;base64,AAAA',
  'file:///etc/passwd',
  '//example.org/x',
  '/ui/cases',
  '#x',
])('a link to %s is none', (href) => {
  expect(harmless(renderMarkdown(`[words](<${href}>) and [words](${href})`)).map(({name}) => name)).not.toContain('a');
});

test('links go to http and https, without a referrer', () => {
  const [, link, auto] = harmless(renderMarkdown('[words](https://example.org/a?b=1&c "title") <http://example.org/>'));
  expect(link).toEqual({
    name: 'a',
    attributes: {href: 'https://example.org/a?b=1&amp;c', title: 'title', rel: 'noreferrer noopener nofollow'},
  });
  expect(auto?.attributes.href).toBe('http://example.org/');
});

test('an address in the text is no link, and an image is not loaded', () => {
  expect(harmless(renderMarkdown('see https://example.org/x')).map(({name}) => name)).toEqual(['p']);
  expect(harmless(renderMarkdown('![pixel](https://example.org/pixel.png)')).map(({name}) => name)).toEqual(['p', 'a']);
});

test('headings stand below the heading that they are under', () => {
  const names = (text: string, under?: number) => harmless(renderMarkdown(text, under)).map(({name}) => name);
  expect(names('## A\n\n### B\n\n## C')).toEqual(['h3', 'h4', 'h3']);
  expect(names('# A\n\n## B', 4)).toEqual(['h5', 'h6']);
  expect(names('A\n=\n\n#### B\n\n###### C', 3)).toEqual(['h4', 'h6', 'h6']);
});

test('what a reader would not see is written out', () => {
  expect(textOf(renderMarkdown('if (admin\u202e)\u200b'))).toBe('if (admin‹U+202E›)‹U+200B›\n');
});

test('whatever the text, only harmless tags come of it', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '[',
    ']',
    '(',
    ')',
    '!',
    '`',
    '```',
    '\n',
    '\n\n',
    '# ',
    '- ',
    '> ',
    '|',
    '---',
    '&',
    '&#x6a;',
    'javascript:',
    'http://a',
    '<a href=',
    '<!--',
    '\\',
    '*',
    '_',
    '\t',
    'x',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), {maxLength: 40}), (pieces) => {
      harmless(renderMarkdown(pieces.join('')));
    }),
    {numRuns: 2000},
  );
});

const MB = 1 << 20;
const HARD = [
  '`',
  '[',
  ']',
  '![',
  '[](',
  '[a](',
  '*a ',
  '**a *b',
  '_',
  '> ',
  '>',
  '- ',
  '<',
  '&',
  '|',
  'a|b\n-|-\n',
  '- a\n\n',
  '[a]: b\n',
  '[[a]',
  '``a`',
];

test.each(HARD)('%j again and again is done in bounded time, however long', (unit) => {
  for (const length of [65_536, MB]) {
    const text = unit.repeat(length / unit.length);
    const began = performance.now();
    const html = renderMarkdown(text);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(html.length).toBeLessThan(12 * length);
  }
});

test('nesting without end has one', () => {
  const lines = Array.from({length: 600}, (_none, at) => `${'>'.repeat(at)} a\n`).join('');
  const deep = harmless(renderMarkdown(lines.slice(0, 60_000))).filter(({name}) => name === 'blockquote').length;
  expect(deep).toBeLessThan(600 * 100);
  expect(() => renderMarkdown(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).not.toThrow();
});

test('addresses that are defined once and named often do not make the page grow', () => {
  const html = renderMarkdown(`[a]: https://example.org/${'x'.repeat(30_000)}\n\n${'[a]'.repeat(10_000)}`);
  expect(html.length).toBeLessThan(200_000);
});

test('a text that is too long to be read as Markdown is shown as text', () => {
  const html = renderMarkdown(`# Title <b>\n${'x'.repeat(65_536)}`);
  expect(harmless(html).map(({name}) => name)).toEqual(['pre', 'code']);
  expect(textOf(html)).toContain('# Title <b>\n');
});
