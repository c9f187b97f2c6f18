import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import markdownIt from 'markdown-it';
import {installRoot} from '../src/setup/paths.ts';

const ROOT = installRoot();
const parser = markdownIt({html: true});

/** A code block or an inline code of a document. */
export interface Code {
  /** Language of a fence; empty for an indented block, undefined for inline code. */
  readonly language?: string;
  readonly text: string;
}

/** A link of a document: its path from the repository's root, and its anchor; both without what the link leaves out. */
export interface Link {
  readonly path: string;
  readonly anchor?: string;
}

/** Returns the paths of all documents from the repository's root. */
export function documents(): string[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const below = readdirSync(join(ROOT, 'docs'), {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.md'));
  return [...top, ...below.map((name) => `docs/${name}`)].sort();
}

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Returns all code of a text, in its order. */
export function codeIn(text: string): Code[] {
  return parser.parse(text, {}).flatMap(({type, info, content, children}) => {
    if (type === 'fence' || type === 'code_block') return [{language: info.trim(), text: content}];
    return (children ?? []).filter((one) => one.type === 'code_inline').map((one) => ({text: one.content}));
  });
}

/** Returns the links and images of a document that lead into the repository. */
export function linksIn(document: string, text: string): Link[] {
  const inline = parser.parse(text, {}).flatMap(({children}) => children ?? []);
  const targets = inline.flatMap((one) => one.attrGet('href') ?? one.attrGet('src') ?? []).map(String);
  return targets.filter((target) => !isElsewhere(target)).map((target) => linkOf(document, target));
}

/** Reports whether a link leads out of the repository. */
export function isElsewhere(target: string): boolean {
  return /^[a-z]+:/.test(target);
}

/** Returns where a link of a document leads. */
export function linkOf(document: string, target: string): Link {
  const [path = '', anchor] = decodeURI(target).split('#');
  const full = path === '' ? document : normalize(join(dirname(document), path));
  return anchor === undefined ? {path: full} : {path: full, anchor};
}

/** Returns the anchors of a text's headings, as GitHub makes them. */
export function anchorsIn(text: string): string[] {
  return headingsIn(text).map(({anchor}) => anchor);
}

/** A heading with its anchor, and the text from it to the next heading, as a reader sees it. */
export interface Heading {
  readonly level: number;
  readonly title: string;
  readonly anchor: string;
  readonly text: string;
}

/** Returns the headings of a text in their order. */
export function headingsIn(text: string): Heading[] {
  const anchors = new Anchors();
  const headings: Heading[] = [];
  const tokens = parser.parse(text, {});
  for (const [at, {type, tag, content, children}] of tokens.entries()) {
    const shown = children === null ? content : plainText(children);
    if (tokens[at - 1]?.type === 'heading_open') {
      headings.push({level: Number(tokens[at - 1]?.tag.slice(1)), title: shown, anchor: anchors.next(content), text: ''});
    } else if (['inline', 'fence', 'code_block'].includes(type) && tag !== 'h1') {
      const last = headings.pop();
      if (last !== undefined) headings.push({...last, text: `${last.text} ${shown}`.trim()});
    }
  }
  return headings;
}

function plainText(children: readonly {readonly type: string; readonly content: string}[]): string {
  return children.map(({type, content}) => shownText(type, content)).join('');
}

function shownText(type: string, content: string): string {
  if (type === 'softbreak') return ' ';
  return type === 'image' ? '' : content;
}

/** Anchors of one document: a heading that comes again gets a number. */
export class Anchors {
  readonly #seen = new Map<string, number>();

  next(heading: string): string {
    const slug = slugOf(heading);
    const count = this.#seen.get(slug) ?? 0;
    this.#seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  }
}

/** Returns GitHub's anchor of a heading: lower case, without punctuation, blanks as hyphens. */
function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
