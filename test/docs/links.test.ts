import {existsSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {anchorsIn, documents, type Link, linksIn, readDocument} from '../../site/documents.ts';
import {installRoot} from '../../src/setup/paths.ts';

/** Reports whether a link leads to a file or directory that is there and, with an anchor, to one of its headings. */
function isDead({path, anchor}: Link): boolean {
  const file = join(installRoot(), path);
  if (path.startsWith('..') || !existsSync(file)) return true;
  if (anchor === undefined) return false;
  return statSync(file).isDirectory() || !anchorsIn(readDocument(path)).includes(anchor);
}

test('links to missing files and headings are dead', () => {
  const text =
    '# One\n\n## A `b`: c\n\n[a](no.md) [b](#no) [c](#a-b-c) [d](../README.md#no) [e](https://x.org/y.md) [f](../../x.md) [g](adr/)';
  expect(
    linksIn('docs/dops.md', text)
      .filter(({anchor}) => anchor !== 'a-b-c')
      .map(isDead),
  ).toEqual([true, true, true, true, false]);
  expect(anchorsIn(text)).toContain('a-b-c');
});

test.each(documents())('%s has no dead links', (document) => {
  expect(linksIn(document, readDocument(document)).filter(isDead)).toEqual([]);
});

test('each document of docs/ is in its index', () => {
  const listed = new Set(linksIn('docs/README.md', readDocument('docs/README.md')).map(({path}) => path));
  const pages = documents().filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md');
  expect(pages.filter((path) => !listed.has(path))).toEqual([]);
});

test('each decision is in the list of decisions', () => {
  const listed = new Set(linksIn('docs/adr/README.md', readDocument('docs/adr/README.md')).map(({path}) => path));
  const decisions = documents().filter((path) => /^docs\/adr\/\d/.test(path));
  expect(decisions.length).toBeGreaterThan(10);
  expect(decisions.filter((path) => !listed.has(path))).toEqual([]);
});
