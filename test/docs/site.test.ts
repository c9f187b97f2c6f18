import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {documentRenderer} from '../../site/markdown.ts';
import {navigation, pages, urlOf} from '../../site/pages.ts';
import {installRoot} from '../../src/setup/paths.ts';

const ROOT = installRoot();
const SITE = join(ROOT, '.portwright', 'docs');

/** Returns the values of href and src of a page that lead into the site. */
function targetsIn(html: string): string[] {
  return [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Reports whether a link of a page leads to no file of the site, or to an anchor that the file does not have. */
function isDead(url: string, target: string): boolean {
  const [path = '', anchor] = decodeURI(target).split('#');
  const file = join(SITE, path === '' ? url : join(dirname(url), path));
  if (!existsSync(file)) return true;
  return anchor !== undefined && !readFileSync(file, 'utf8').includes(` id="${anchor}"`);
}

test('the site has a page for each document, in its navigation, without dead links', async () => {
  await execa(join(ROOT, 'node_modules', '.bin', 'eleventy'), ['--config=site/eleventy.config.js', '--quiet'], {cwd: ROOT});
  const all = pages();
  const dead = all.flatMap(({url}) => {
    const targets = targetsIn(readFileSync(join(SITE, url), 'utf8'));
    return targets.filter((target) => isDead(url, target)).map((target) => `${url}: ${target}`);
  });
  expect(dead).toEqual([]);
  expect(readFileSync(join(SITE, 'index.html'), 'utf8')).toContain(
    '<pre tabindex="0"><code>npm ci &amp;&amp; npm run demo\n</code></pre>',
  );
  const shown = new Set(navigation().flatMap((section) => section.pages.map(({url}) => url)));
  const hidden = all.filter(({url, document}) => !shown.has(url) && !/^docs\/adr\/\d|README\.md$|^SECURITY/.test(document));
  expect(hidden).toEqual([]);
});

test('urls are unique', () => {
  const urls = pages().map(({document}) => urlOf(document));
  expect(new Set(urls).size).toBe(urls.length);
});

test('what scrolls can be reached by the keyboard, and a table has no header without a text', () => {
  const html = documentRenderer().render('| | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nls\n```\n', {document: 'README.md'});
  expect(html).toContain('<div class="wide" tabindex="0"><table>');
  expect(html).toContain('<td></td>\n<th>b</th>');
  expect(html).toContain('<pre tabindex="0"><code class="language-sh">');
});

test('links and names of documents lead to pages, and anything else is an error', () => {
  const render = (text: string, document: string) => documentRenderer().renderInline(text, {document});
  expect(render('See docs/install.md, `docs/dops.md` and [the terms](docs/glossary.md#a-case).', 'README.md')).toBe(
    'See <a href="install.html">docs/install.md</a>, <code>docs/dops.md</code> and <a href="glossary.html#a-case">the terms</a>.',
  );
  expect(render('[up](../README.md) [here](#x) THREATS.md', 'docs/adr/README.md')).toBe(
    '<a href="../documents.html">up</a> <a href="#x">here</a> <a href="../threats.html">THREATS.md</a>',
  );
  expect(() => render('[code](src/cli/main.ts)', 'README.md')).toThrow(
    /README\.md links to src\/cli\/main\.ts, which is no page/,
  );
});
