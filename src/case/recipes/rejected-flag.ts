import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {assignedWords} from '../../dops/makefile/value-words.ts';
import {composedFileChanges} from './composed-file.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {fixDiff} from './fix-diff.ts';
import {buildFilesWith, rejectedWords, withoutFlag} from './flag-words.ts';
import {removeWords, wordsAssigned} from './fragment.ts';
import {type Changes, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput, SourceSearch} from './recipe.ts';
import {sourcePatchChanges} from './source-patch.ts';

const VARIABLES = ['CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS'];

/** Drops a flag that the compiler or the linker rejects: from the port's own flags, or by a patch from the source's only build file that has it. */
export const rejectedFlag: Recipe = {
  name: 'error-rejected-flag',
  wants(input) {
    const words = rejectedWords(input);
    return words.length === 0 ? undefined : filesFor(input, words);
  },
  searches: (input) => rejectedWords(input).map(searchFor),
  fix(input, sources): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const words = rejectedWords(input);
    if (overlay === undefined || words.length === 0) return undefined;
    return portFix(overlay, words) ?? sourceFix(overlay, input, words, sources);
  },
};

/** Returns the fix for a flag of the port's Makefile. */
function portFix(overlay: Overlay, words: readonly string[]): RecipeFix | undefined {
  const makefile = overlay.composed.get('Makefile') ?? '';
  const flag = words.find((word) => VARIABLES.some((name) => wordsAssigned(makefile, name).includes(word)));
  if (flag === undefined) return undefined;
  const names = VARIABLES.filter((name) => wordsAssigned(makefile, name).includes(flag));
  const changes =
    overlay.form === 'compat' ? compatChanges(overlay, makefile, names, flag) : operationChanges(overlay, names, flag);
  const diff = fixDiff(overlay, changes);
  return diff === undefined ? undefined : {diff, ...noteFor(flag, `the port adds to ${names.join(' and ')}`)};
}

/** Returns the fix for a flag of the source's build files. */
function sourceFix(
  overlay: Overlay,
  input: RecipeInput,
  words: readonly string[],
  sources: ReadonlyMap<string, string>,
): RecipeFix | undefined {
  const files = filesFor(input, words);
  const [file] = files;
  const flag = words.find((word) => withoutFlag(sources.get(file ?? '') ?? '', word) !== undefined);
  if (file === undefined || files.length > 1 || flag === undefined) return undefined;
  const edits = new Map([[file, (text: string) => withoutFlag(text, flag)]]);
  const diff = fixDiff(overlay, sourcePatchChanges(overlay, sources, edits, `no ${flag} in DragonFly’s compiler`));
  return diff === undefined ? undefined : {diff, ...noteFor(flag, `${file} has`)};
}

function noteFor(flag: string, origin: string): {note: string; review: string} {
  const note = `The compiler or linker rejects ${flag}, which ${origin}; it is dropped.`;
  return {note, review: `Check whether ${flag} is only for another compiler, or has a counterpart in this one.`};
}

function searchFor(word: string): SourceSearch {
  return {pattern: word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), path: ''};
}

function filesFor({matches = []}: RecipeInput, words: readonly string[]): string[] {
  const patterns = words.map((word) => searchFor(word).pattern);
  return buildFilesWith(matches.filter(({pattern}) => patterns.includes(pattern)).flatMap(({lines}) => lines));
}

/** Removes the word where the Makefile has it once without a condition; else filters the variable at its end. */
function operationChanges(overlay: Overlay, names: readonly string[], flag: string): Changes | undefined {
  const dops = editableDops(overlay, `no ${flag} in DragonFly’s compiler`);
  const makefile = readMakefile(overlay.composed.get('Makefile') ?? '');
  const operations = names.map((name): Emittable => {
    const all = assignedWords(makefile, name);
    if (all.length === 1) return {kind: 'mk.var.token_remove', name, value: flag};
    return {kind: 'mk.var.eval', name, value: `\${${name}:N${flag}}`};
  });
  return dops && dopsChanges(overlay, withOperations(dops, operations));
}

function compatChanges(overlay: Overlay, makefile: string, names: readonly string[], flag: string): Changes | undefined {
  const updated = names.reduce((text, name) => removeWords(text, name, (word) => word === flag) ?? text, makefile);
  return updated === makefile ? undefined : composedFileChanges(overlay, 'Makefile', updated);
}
