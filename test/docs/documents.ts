import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import MarkdownIt from 'markdown-it';
import {installRoot} from '../../src/setup/paths.ts';

const ROOT = installRoot();
const parser = new MarkdownIt({html: true});

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
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => linkOf(document, target));
}

function linkOf(document: string, target: string): Link {
  const [path = '', anchor] = decodeURI(target).split('#');
  const full = path === '' ? document : normalize(join(dirname(document), path));
  return anchor === undefined ? {path: full} : {path: full, anchor};
}

/** Returns the anchors of a text's headings, as GitHub makes them. */
export function anchorsIn(text: string): string[] {
  const seen = new Map<string, number>();
  return headingsIn(text).map((heading) => {
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

function headingsIn(text: string): string[] {
  const tokens = parser.parse(text, {});
  return tokens.filter((_, at) => tokens[at - 1]?.type === 'heading_open').map(({content}) => content);
}

/** Returns GitHub's anchor of a heading: lower case, without punctuation, blanks as hyphens. */
export function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
