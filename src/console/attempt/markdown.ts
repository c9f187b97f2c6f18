import markdownIt, {type MarkdownItOptions, type Token} from 'markdown-it';
import {visible} from './visible.ts';

/** Characters that are read as Markdown. Some of its rules need more than linear time for hostile text: so much takes them well below a second. */
const LONGEST = 65_536;

const OPTIONS: MarkdownItOptions = {html: false, linkify: false, typographer: false};

// Definitions of links are left as text: a long address that is named a thousand times would make a page of gigabytes.
const parser = markdownIt(OPTIONS).disable(['image', 'reference']);
parser.validateLink = (url) => /^https?:\/\//i.test(url);

const {rules} = parser.renderer;
rules.link_open = (tokens, at, options, _env, self) => {
  tokens[at]?.attrSet('rel', 'noreferrer noopener nofollow');
  return self.renderToken(tokens, at, options);
};
rules.fence = (tokens, at) => pre(tokens[at]?.content ?? '');
rules.code_block = rules.fence;
parser.inline.ruler.before('link', 'reference_number', (state, silent) => {
  const [text, digits] = /^\[\^(\d{1,3})\]/.exec(state.src.slice(state.pos, state.pos + 8)) ?? [];
  const {sources: references} = state.env as {readonly sources?: References};
  const number = Number(digits);
  if (text === undefined || references === undefined || number < 1 || number > references.count) return false;
  if (!silent) state.push('reference_number', 'a', 0).meta = {number, path: references.path(number)};
  state.pos += text.length;
  return true;
});
rules.reference_number = (tokens, at) => {
  const {number, path} = (tokens[at] as Token).meta as {readonly number: number; readonly path: string};
  return `<a class="cite" href="${parser.utils.escapeHtml(path)}" aria-label="Source ${number}">${number}</a>`;
};
// Columns would be aligned by a style attribute, which the page's policy forbids.
rules.th_open = () => '<th>';
rules.td_open = () => '<td>';
rules.table_open = () => '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>\n';
rules.table_close = () => '</table></div>\n';

/** Sources that `[^1]` and so on refer to. */
export interface References {
  readonly count: number;
  /** Returns the address of a source on the page, from 1. */
  readonly path: (number: number) => string;
}

/**
 * Markdown of a model as HTML without anything of its own: tags stay text, there are no images, links go to http and https only.
 * Its highest heading becomes one of level `under` + 1. A text that is longer than 65,536 characters stays text.
 * With `references`, their numbers become links.
 */
export function renderMarkdown(text: string, under = 2, references?: References): string {
  const shown = visible(text);
  if (shown.length > LONGEST) return pre(shown);
  const tokens = parser.parse(shown, {sources: references} as never);
  demote(tokens, under);
  return parser.renderer.render(tokens, parser.options, {});
}

function pre(text: string): string {
  return `<pre class="wrapped whole"><code>${parser.utils.escapeHtml(text)}</code></pre>\n`;
}

function demote(tokens: readonly Token[], under: number): void {
  const headings = tokens.filter(({type}) => type === 'heading_open' || type === 'heading_close');
  const highest = headings.reduce((level, heading) => Math.min(level, levelOf(heading)), 6);
  for (const heading of headings) heading.tag = `h${Math.min(6, levelOf(heading) + under + 1 - highest)}`;
}

function levelOf({tag}: Token): number {
  return Number(tag.slice(1));
}
