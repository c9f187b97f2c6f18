import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize, relative} from 'node:path';

/**
 * Folders of src/ from the bottom up. A file imports from its own folder and from folders before it, and from no other.
 * The only list of the layers: lint checks the imports against it, and the diagram in ARCHITECTURE.md is drawn in its order.
 */
export const LAYERS = [
  'dops',
  'case',
  'protocol',
  'setup',
  'llm',
  'evidence',
  'devenv',
  'report',
  'demo',
  'eval',
  'activities',
  'workflows',
  'worker',
  'console',
  'cli',
] as const;

/** Folders of src/case/ from the bottom up, under the same rule; files directly in src/case/ are below them all. */
export const SUBJECTS: readonly string[] = [
  'text',
  'evidence',
  'guard',
  'effect',
  'budget',
  'prompt',
  'recipes',
  'triage',
  'policy',
  'migration',
  'attempt',
  'operator',
  'review',
  'ask',
  'tree-index',
  'run',
  'host',
  'lease',
];

/** A workflow runs in a sandbox: of src/ it imports pure rules and the protocol, and nothing that could do I/O. */
const WORKFLOWS_MAY = new Set(['dops', 'case', 'protocol', 'workflows']);

/** What a file imports, by path below `src`; types and dynamic imports count. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Returns the relative imports of every file below `src`, paths relative to it. Throws on an import of a file that does not exist. */
export function readImports(src: string): Imports {
  const files = readdirSync(src, {recursive: true, encoding: 'utf8'}).filter((file) => /\.tsx?$/.test(file));
  return new Map(files.sort().map((file) => [file, importsOf(src, file)]));
}

function importsOf(src: string, file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) => {
    const target = normalize(join(dirname(file), path));
    if (!existsSync(join(src, target))) throw new Error(`src/${file} imports ${path}, which does not exist.`);
    return target;
  });
}

/** Returns a sentence for each import that the rules forbid, and for each cycle of files. */
export function violations(imports: Imports): string[] {
  return [...upward(imports), ...cycles(imports)];
}

function upward(imports: Imports): string[] {
  const found: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const problem = problemOf(file, target);
      if (problem !== undefined) found.push(`src/${file} imports src/${target}: ${problem}`);
    }
  }
  return found;
}

function problemOf(file: string, target: string): string | undefined {
  const [from, to] = [layerOf(file), layerOf(target)];
  if (from < 0) return `src/${file.split('/')[0]}/ is not in the list of layers; add it to LAYERS in test/structure/imports.ts.`;
  if (to > from) return `${LAYERS[to]} is above ${LAYERS[from]}. Move what both need down, or pass it in.`;
  if (LAYERS[from] === 'workflows' && !WORKFLOWS_MAY.has(LAYERS[to] ?? ''))
    return 'a workflow imports only pure rules and the protocol.';
  if (LAYERS[from] === 'case' && subjectOf(target) > subjectOf(file))
    return `case/${SUBJECTS[subjectOf(target)]} is above ${file}. Move what both need down, or pass it in.`;
  return undefined;
}

function layerOf(file: string): number {
  return LAYERS.findIndex((layer) => file.startsWith(`${layer}/`));
}

function subjectOf(file: string): number {
  return SUBJECTS.findIndex((subject) => file.startsWith(`case/${subject}/`));
}

/** Cycles by Tarjan's algorithm: each set of files that reach each other. */
function cycles(imports: Imports): string[] {
  const found: string[] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const members = stack.splice(stack.indexOf(file));
    if (members.length > 1 || imports.get(file)?.includes(file))
      found.push(`These files import each other: ${members.map((one) => `src/${one}`).join(', ')}.`);
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}

/** Returns the imports between folders as a Mermaid graph. Of arrows that a longer way implies, none is drawn. */
export function diagram(imports: Imports): string {
  const folders = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const from = folderOf(file);
    const to = folders.get(from) ?? new Set();
    for (const target of targets) if (folderOf(target) !== from) to.add(folderOf(target));
    folders.set(from, to);
  }
  const order = [...folders.keys()].sort((a, b) => LAYERS.indexOf(b as never) - LAYERS.indexOf(a as never));
  const arrows = order.flatMap((from) =>
    [...(folders.get(from) ?? [])].filter((to) => !isImplied(folders, from, to)).map((to) => `  ${from} --> ${to}`),
  );
  return ['graph TD', ...arrows].join('\n');
}

function folderOf(file: string): string {
  return relative('.', file).split('/')[0] ?? '';
}

/** Whether `to` is reached from `from` by way of another folder. */
function isImplied(folders: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const reaches = (at: string, seen: Set<string>): boolean =>
    at === to || (!seen.has(at) && [...(folders.get(at) ?? [])].some((next) => reaches(next, seen.add(at))));
  return [...(folders.get(from) ?? [])].some((next) => next !== to && reaches(next, new Set([from])));
}
