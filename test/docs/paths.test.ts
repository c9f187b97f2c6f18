import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';

const ROOT = installRoot();
const FOLDERS = ['bench', 'bin', 'corpora', 'demo', 'docs', 'eval', 'hooks', 'mutate', 'packaging', 'policy', 'src', 'test'];
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'THREATS.md', ...documentsIn('docs')];
const SCRIPTS = Object.keys((JSON.parse(read('package.json')) as {scripts: object}).scripts);

function documentsIn(dir: string): string[] {
  return readdirSync(join(ROOT, dir))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${dir}/${name}`);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Returns the texts in back-ticks that have the form of a path, without patterns such as `src/<name>.ts` and `hooks/*`. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+)`/g)].map(([, path = '']) => path);
}

/** Reports whether no file has this path. Source files may be named by the end of their path, as in `faults/server.test.ts`. */
function isMissing(path: string, sources: readonly string[]): boolean {
  if (FOLDERS.some((folder) => path.startsWith(`${folder}/`)) && existsSync(join(ROOT, path))) return false;
  if (/\.tsx?$/.test(path)) return !sources.some((source) => source === path || source.endsWith(`/${path}`));
  return FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

const SOURCES = ['src', 'test', 'bench', 'eval'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`),
);

test('a missing path is reported', () => {
  const text = 'In `src/no-such.ts`, `faults/no-such.test.ts` and `docs/`, but not in `src/<name>.ts`.';
  expect(pathsIn(text).filter((path) => isMissing(path, SOURCES))).toEqual(['src/no-such.ts', 'faults/no-such.test.ts']);
});

test.each(DOCUMENTS)('each repository path in %s exists', (document) => {
  const paths = pathsIn(read(document));
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => isMissing(path, SOURCES))).toEqual([]);
});

test.each(DOCUMENTS)('each document and npm script that %s names exists', (document) => {
  const text = read(document);
  const documents = [...text.matchAll(/(?:docs\/[\w-]+|\b[A-Z]{4,})\.md\b/g)].map(([name]) => name);
  const scripts = [...text.matchAll(/npm run (?:-\S+ )?([\w:-]+)/g)].map(([, name = '']) => name);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) => path);
  expect(documents.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  expect(scripts.filter((name) => !SCRIPTS.includes(name))).toEqual([]);
  expect(links.filter((path) => !existsSync(join(ROOT, document, '..', path)))).toEqual([]);
});
