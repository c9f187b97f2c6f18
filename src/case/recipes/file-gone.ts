import {removeStatement, replaceStatement} from '../../dops/edit/edit-overlay.ts';
import {targetBlocks} from '../../dops/makefile/query-makefile.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {replaceLines} from '../../dops/makefile/rewrite-lines.ts';
import {dopsChanges, editableDops} from './dops-overlay.ts';
import {fixDiff} from './fix-diff.ts';
import {hasContent} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';
import {type NamedFile, withoutFile} from './recipe-lines.ts';

const MISSING = /^(?:\S*\/)?(?:sed|chmod|cp|mv): (?:can(?:not|'t) [a-z ]+ ['‘"]?)?(\/\S+?)['’"]?: No such file or directory$/;

/** Removes a file that is gone from a command of the overlay's targets (`sed: .../x.c: No such file`), or names its new place. */
export const fileGone: Recipe = {
  name: 'error-patch-command-file-gone',
  wants(input) {
    const path = goneFile(input);
    return path === undefined ? undefined : [withoutUp(path)];
  },
  fix(input, sources): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const path = goneFile(input);
    if (overlay === undefined || path === undefined || sources.has(path)) return undefined;
    const moved = movedTo(path, sources);
    // WRKSRC is no longer below the top of the source: the file may only be there, and not gone.
    if (path.startsWith('../') && moved !== withoutUp(path)) return undefined;
    const file = {word: `\${WRKSRC}/${path}`, replacement: moved && `\${WRKSRC}/${moved}`};
    const changes = overlay.form === 'compat' ? fragmentChanges(overlay, file) : operationChanges(overlay, file);
    const diff = fixDiff(overlay, changes, (port) => !words(port.get('Makefile') ?? '').includes(file.word));
    if (diff === undefined) return undefined;
    const done = moved === undefined ? 'no command of the overlay changes it any more' : `the overlay changes ${moved} instead`;
    return {diff, note: `The source has no ${path}; ${done}.`, review: `Check where the source does what ${path} did.`};
  },
};

/** Returns the file of the first cause, relative to WRKSRC, if a command of the patch phase did not find it. */
function goneFile({causes, port}: RecipeInput): string | undefined {
  const first = causes.findings.find(({kind}) => kind === 'cause');
  const path = first?.phase === 'patch' ? MISSING.exec(first.text)?.[1] : undefined;
  const at = path?.indexOf(`/${port.origin}/`) ?? -1;
  if (path === undefined || at < 0) return undefined;
  const [, ...below] = path.slice(at + port.origin.length + 2).split('/');
  const inside = below.slice(below.findIndex((name) => name !== '..'));
  const isPlain = inside.length > 0 && inside.every((name) => /^[\w.+-]+$/.test(name) && !/^\.+$/.test(name));
  return isPlain && below.at(-1) !== '..' ? below.join('/') : undefined;
}

/** Returns a path without its leading steps up. */
function withoutUp(path: string): string {
  return path.replace(/^(\.\.\/)+/, '');
}

/** Returns the only other file of the same name. */
function movedTo(path: string, sources: ReadonlyMap<string, string>): string | undefined {
  const name = `/${path}`.replace(/^.*\//, '/');
  return [...sources.keys()].find((other) => `/${other}`.endsWith(name));
}

function operationChanges(overlay: Overlay, file: NamedFile): Changes | undefined {
  const dops = overlay.form === 'dops' ? editableDops(overlay, '') : undefined;
  if (dops === undefined) return undefined;
  let edited = dops;
  for (const [index, statement] of [...dops.statements.entries()].reverse()) {
    if (!('recipe' in statement) || !statement.recipe.join('\n').includes(file.word)) continue;
    const recipe = withoutFile(statement.recipe, file);
    if (recipe === undefined) return undefined;
    const isEmpty = recipe.every((line) => line.trim() === '');
    edited = isEmpty ? removeStatement(edited, index) : replaceStatement(edited, index, {...statement, recipe});
  }
  return edited === dops ? undefined : dopsChanges(overlay, edited);
}

function fragmentChanges(overlay: Overlay, file: NamedFile): Changes | undefined {
  const text = overlay.files.get(FRAGMENT) ?? '';
  const makefile = readMakefile(text);
  const targets = makefile.nodes.flatMap((node) => (node.kind === 'target' ? [node.name] : []));
  const blocks = targets.flatMap((name) => targetBlocks(makefile, name));
  const [block, ...others] = blocks.filter(({from, to}) => makefile.lines.slice(from, to).join('\n').includes(file.word));
  const recipe = block && others.length === 0 ? withoutFile(makefile.lines.slice(block.from + 1, block.to), file) : undefined;
  if (block === undefined || recipe === undefined) return undefined;
  const head = recipe.length === 0 ? [] : makefile.lines.slice(block.from, block.from + 1);
  const updated = replaceLines(makefile, block.from, block.to, [...head, ...recipe]).replace(/\n+$/, '\n');
  return new Map([[FRAGMENT, hasContent(updated) ? updated : undefined]]);
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
