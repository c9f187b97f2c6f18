import type {LanguageFn} from 'highlight.js';
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import typescript from 'highlight.js/lib/languages/typescript';
import markdownIt, {type Token} from 'markdown-it';
import {Anchors, documents, isElsewhere, linkOf} from './documents.ts';
import {pathBetween, urlOf} from './pages.ts';

const LANGUAGES: Readonly<Record<string, LanguageFn>> = {sh: bash, json, markdown, ts: typescript};
for (const [name, language] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, language);

/** Files of the repository that the site has besides pages. */
export const ASSETS = 'docs/images/';
/** A document's name in running text: `docs/install.md`, `THREATS.md`. */
const MENTION = /\b(?:docs\/(?:adr\/)?[\w-]+|[A-Z]{4,})\.md\b/;

type TokenClass = new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

/** Data that a rendering needs: the document's path from the repository's root. */
export interface Environment {
  readonly document: string;
}

/** Returns a renderer for documents: headings get anchors, links lead to pages of the site, and names of documents become links. */
export function documentRenderer(): ReturnType<typeof markdownIt> {
  const renderer = markdownIt({html: true, highlight: highlighted});
  const known = new Set(documents());
  renderer.core.ruler.push('site', ({tokens, env, Token}) => {
    addAnchors(tokens);
    emptyHeadersToCells(tokens);
    const {document} = env as unknown as Environment;
    for (const token of tokens) {
      if (token.children === null) continue;
      token.children = linkMentions(token.children, Token as unknown as TokenClass, document, known);
      for (const child of token.children) rewriteTarget(child, document, known);
    }
  });
  // What scrolls has to be reached by the keyboard.
  renderer.renderer.rules.table_open = () => '<div class="wide" tabindex="0"><table>';
  for (const name of ['fence', 'code_block']) {
    const usual = renderer.renderer.rules[name];
    renderer.renderer.rules[name] = (...args) => (usual?.(...args) ?? '').replace('<pre>', '<pre tabindex="0">');
  }
  renderer.renderer.rules.table_close = () => '</table></div>';
  return renderer;
}

function highlighted(code: string, info: string): string {
  const [name = ''] = info.split(' ');
  return LANGUAGES[name] === undefined ? '' : highlighter.highlight(code, {language: name}).value;
}

function addAnchors(tokens: readonly Token[]): void {
  const anchors = new Anchors();
  for (const [at, token] of tokens.entries())
    if (token.type === 'heading_open') token.attrSet('id', anchors.next(tokens[at + 1]?.content ?? ''));
}

/** Turns headers of tables without a text into cells: a screen reader would announce nothing for a column. */
function emptyHeadersToCells(tokens: readonly Token[]): void {
  for (const [at, token] of tokens.entries()) {
    if (token.type !== 'th_open' || tokens[at + 1]?.content !== '') continue;
    token.tag = 'td';
    const close = tokens[at + 2];
    if (close !== undefined) close.tag = 'td';
  }
}

/** Turns names of documents in running text into links, unless they are in one already. */
function linkMentions(children: readonly Token[], TokenOf: TokenClass, document: string, known: ReadonlySet<string>): Token[] {
  let depth = 0;
  return children.flatMap((child) => {
    depth += child.type === 'link_open' ? 1 : 0;
    depth -= child.type === 'link_close' ? 1 : 0;
    return child.type === 'text' && depth === 0 ? mentionsOf(child, TokenOf, document, known) : [child];
  });
}

function mentionsOf(text: Token, TokenOf: TokenClass, document: string, known: ReadonlySet<string>): Token[] {
  const parts = text.content.split(new RegExp(`(${MENTION.source})`));
  return parts.flatMap((part) => {
    const plain = new TokenOf('text', '', 0);
    plain.content = part;
    if (!MENTION.test(part) || !known.has(part) || part === document) return [plain];
    const open = new TokenOf('link_open', 'a', 1);
    open.attrSet('href', `/${part}`);
    return [open, plain, new TokenOf('link_close', 'a', -1)];
  });
}

/** Lets a link or an image lead to its place on the site. Throws on a link to what the site does not have. */
function rewriteTarget(token: Token, document: string, known: ReadonlySet<string>): void {
  for (const name of ['href', 'src']) {
    const target = token.attrGet(name)?.toString();
    if (target !== undefined && !isElsewhere(target)) token.attrSet(name, siteTarget(target, document, known));
  }
}

function siteTarget(target: string, document: string, known: ReadonlySet<string>): string {
  const {path, anchor} = target.startsWith('/') ? {path: target.slice(1)} : linkOf(document, target);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const from = urlOf(document);
  if (path.startsWith(ASSETS)) return pathBetween(from, path.slice('docs/'.length)) + hash;
  if (known.has(path)) return (path === document && hash !== '' ? '' : pathBetween(from, urlOf(path))) + hash;
  throw new Error(
    `${document} links to ${target}, which is no page of the site. Link a document, or name the file in back-ticks.`,
  );
}
