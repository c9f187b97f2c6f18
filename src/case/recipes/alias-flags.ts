import {addStatement} from '../../dops/edit/edit-overlay.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {assignedWords} from '../../dops/makefile/value-words.ts';
import type {Overlay as Dops} from '../../dops/syntax/parse-overlay.ts';
import {flagOfAlias} from '../guard/uses-alias.ts';
import {appendWords, wordsAssigned} from './fragment.ts';
import {type Overlay, patchedFile, readPatches, type Texts} from './overlay.ts';
import {overlayWords} from './overlay-words.ts';
import type {RecipeInput} from './recipe.ts';

/** Conditions on FreeBSD in the source, as an extended regular expression. */
export const FREEBSD_CONDITIONS = '^[[:blank:]]*#[[:blank:]]*(el)?if.*__FreeBSD__';

const CXX = /\.(?:cc|cpp|cxx|c\+\+|C|hh|hpp|hxx|h\+\+|ipp|tpp)$/;
const OBJECTIVE = /\.mm?$/;

/** The flag that USES=alias stood for, and the source that needs it. */
export interface AliasFlags {
  readonly flag: string;
  /** CFLAGS, CXXFLAGS or both, by the languages of the files. */
  readonly variables: readonly string[];
  /** Conditions, as `path:number`. */
  readonly places: readonly string[];
}

/**
 * Returns the flag in place of USES=alias, where the source has conditions on FreeBSD that leave DragonFly out; undefined without one,
 * without a search of the source, or if the overlay defines `__FreeBSD__` itself.
 */
export function aliasFlags(input: RecipeInput, overlay: Overlay): AliasFlags | undefined {
  const uses = [...wordsOf(overlay, 'USES'), ...wordsAssigned(overlay.composed.get('Makefile') ?? '', 'USES')];
  const flags = uses.flatMap((word) => flagOfAlias(word) ?? []);
  const [flag, ...others] = [...new Set(flags)];
  const isDefined = FLAGS.flatMap((name) => wordsOf(overlay, name)).some((word) => word.includes('-D__FreeBSD__'));
  if (flag === undefined || others.length > 0 || isDefined) return undefined;
  const conditions = conditionsOf(input, overlay);
  const files = [...new Set(conditions.map(({path}) => path))].filter((path) => !OBJECTIVE.test(path));
  const variables = [
    ...(files.some((path) => !CXX.test(path)) ? ['CFLAGS'] : []),
    // A header of C is included from C++ too, where the port has both.
    ...(files.some((path) => CXX.test(path)) ? ['CXXFLAGS'] : []),
  ];
  return variables.length === 0 ? undefined : {flag, variables, places: conditions.map(({path, line}) => `${path}:${line}`)};
}

const FLAGS = ['CFLAGS', 'CXXFLAGS', 'CPPFLAGS'];

function wordsOf({files}: Overlay, name: string): string[] {
  return overlayWords(files, name).flatMap(({words}) => words);
}

/** Returns the conditions that leave DragonFly out, in files that the overlay does not change: those it extends itself. */
function conditionsOf({matches}: RecipeInput, overlay: Overlay): {path: string; line: string}[] {
  const found = matches?.find(({pattern}) => pattern === FREEBSD_CONDITIONS)?.lines ?? [];
  return found.flatMap((match) => {
    const [, path = '', line = '', text = ''] = /^([^:]+):(\d+):(.*)$/.exec(match) ?? [];
    return path === '' || text.includes('__DragonFly__') || isChanged(overlay, path) ? [] : [{path, line}];
  });
}

function isChanged({files, composed}: Overlay, path: string): boolean {
  const patches = [...files].filter(([name]) => /(^|\/)patch-[^/]+$/.test(name)).flatMap(([, text]) => readPatches(text) ?? []);
  const makefiles = [...composed].filter(([name]) => name.startsWith('Makefile')).map(([, text]) => text);
  return (
    patches.some((patch) => patchedFile(patch) === path) ||
    makefiles.some((text) => text.split(/[\s\\'"]+/).includes(`\${WRKSRC}/${path}`))
  );
}

/** Returns overlay.dops with the flag behind the statement of that index. */
export function withFlagStatements(dops: Dops, index: number, {flag, variables}: AliasFlags): Dops {
  return variables
    .toReversed()
    .reduce((edited, name) => addStatement(edited, {kind: 'mk.var.token_add', name, value: flag}, index), dops);
}

/** Returns a Makefile.DragonFly with the flag. */
export function withFlagWords(text: string, {flag, variables}: AliasFlags): string {
  return variables.reduce((edited, name) => appendWords(edited, name, [flag]), text);
}

/** Returns whether a composed port has the flag under no condition. */
export function hasFlags(port: Texts, {flag, variables}: AliasFlags): boolean {
  const makefile = readMakefile(port.get('Makefile') ?? '');
  return variables.every((name) =>
    assignedWords(makefile, name).some(({words, isConditional}) => !isConditional && words.includes(flag)),
  );
}
