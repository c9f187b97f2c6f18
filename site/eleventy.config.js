import {cpSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {headingsIn, readDocument} from './documents.ts';
import {documentRenderer} from './markdown.ts';
import {navigation, pages, pathBetween} from './pages.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = '.portwright/docs';

/** `npm run docs`: makes the site of the documents. Each document is a template; the index of docs/ is the navigation. */
export default function configure(config) {
  const sections = navigation();
  const all = pages();
  for (const {document, url, title} of all) {
    const headings = headingsIn(readDocument(document)).filter(({level}) => level === 2);
    const data = {layout: 'layout.njk', permalink: url, document, url, title, headings, sections};
    config.addTemplate(`${url.replace(/\.html$/, '')}.md`, readDocument(document), data);
  }
  config.setLibrary('md', documentRenderer());
  // Eleventy takes the blocks that are indented for text, unless it is told not to.
  config.amendLibrary('md', (renderer) => renderer.enable('code'));
  config.addFilter('from', (to, from) => pathBetween(from, to));
  config.on('eleventy.before', () => rmSync(join(ROOT, OUTPUT), {recursive: true, force: true}));
  config.on('eleventy.after', () => writeAssets(all));
  return {dir: {input: 'site', output: OUTPUT}, markdownTemplateEngine: false, templateFormats: ['md']};
}

function writeAssets(all) {
  cpSync(join(ROOT, 'docs', 'images'), join(ROOT, OUTPUT, 'images'), {recursive: true});
  for (const name of ['site.css', 'site.js']) cpSync(join(import.meta.dirname, name), join(ROOT, OUTPUT, name));
  const entries = all.flatMap(({document, url, title}) =>
    headingsIn(readDocument(document)).map((one) => ({
      url: `${url}#${one.anchor}`,
      page: title,
      heading: one.title,
      text: one.text,
    })),
  );
  writeFileSync(join(ROOT, OUTPUT, 'search-index.js'), `globalThis.searchIndex = ${JSON.stringify(entries)};\n`);
}
