import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {codeIn, documents, readDocument} from '../../site/documents.ts';
import {installRoot} from '../../src/setup/paths.ts';

const ROOT = installRoot();
const FOLDERS = ['bench', 'bin', 'corpora', 'demo', 'docs', 'eval', 'hooks', 'mutate', 'packaging', 'policy', 'src', 'test'];
const SCRIPTS = Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {scripts: object}).scripts);

/**
 * Returns the texts in back-ticks that have the form of a path, without patterns such as `src/<name>.ts` and `hooks/*`, and without files that the
 * reader of a guide is to write: those that a fence names behind its language.
 */
function pathsIn(text: string): string[] {
  const written = new Set(codeIn(text).map(({language}) => language?.split(' ')[1]));
  return [...text.matchAll(/`([\w./-]+)`/g)].map(([, path = '']) => path).filter((path) => !written.has(path));
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
  expect(pathsIn(`${text}\n\n\`\`\`ts src/no-such.ts\n\`\`\`\n`)).not.toContain('src/no-such.ts');
});

test.each(documents())('each repository path in %s exists', (document) => {
  const paths = pathsIn(readDocument(document));
  expect(paths.filter((path) => isMissing(path, SOURCES))).toEqual([]);
});

test.each(documents())('each document and npm script that %s names exists', (document) => {
  const text = readDocument(document);
  const named = [...text.matchAll(/(?:docs\/[\w-]+|\b[A-Z]{4,})\.md\b/g)].map(([name]) => name);
  const scripts = [...text.matchAll(/npm run (?:-\S+ )?([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  expect(scripts.filter((name) => !SCRIPTS.includes(name))).toEqual([]);
});
