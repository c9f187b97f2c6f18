import {dirname, relative} from 'node:path';
import {documents, headingsIn, linksIn, readDocument} from './documents.ts';

/** The document that lists all others: its headings and tables are the navigation of the site. */
export const INDEX = 'docs/README.md';
const HOME = 'README.md';

/** A document as a page of the site. */
export interface Page {
  /** Path from the repository's root. */
  readonly document: string;
  /** Path from the site's root. */
  readonly url: string;
  readonly title: string;
}

/** A heading of the navigation with its pages. */
export interface Section {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Returns the path of a document's page from the site's root. */
export function urlOf(document: string): string {
  if (document === HOME) return 'index.html';
  if (document === INDEX) return 'documents.html';
  // docs/ has a page of that name.
  if (document === 'SECURITY.md') return 'security-policy.html';
  return document
    .replace(/^docs\//, '')
    .replace(/README\.md$/, 'index.md')
    .replace(/^[A-Z]+\.md$/, (name) => name.toLowerCase())
    .replace(/\.md$/, '.html');
}

/** Returns the path from one page to another or to a file, both from the site's root. */
export function pathBetween(from: string, to: string): string {
  return relative(dirname(from), to);
}

export function pageOf(document: string): Page {
  const title = headingsIn(readDocument(document))[0]?.title ?? document;
  return {document, url: urlOf(document), title};
}

/** Returns all pages of the site. */
export function pages(): Page[] {
  return documents().map(pageOf);
}

/** Returns the navigation: each heading of the index with the pages that it links, in their order. */
export function navigation(): Section[] {
  const known = new Set(documents());
  const parts = readDocument(INDEX).split(/^## /m).slice(1);
  return parts.map((part) => {
    const [title = ''] = part.split('\n', 1);
    const linked = new Set(linksIn(INDEX, part).map(({path}) => path));
    return {title, pages: [...linked].filter((path) => known.has(path)).map(pageOf)};
  });
}
