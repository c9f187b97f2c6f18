import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {assignedWords} from '../../dops/makefile/value-words.ts';
import {composedFileChanges} from './composed-file.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {fixDiff} from './fix-diff.ts';
import {removeWords, wordsAssigned} from './fragment.ts';
import {type Changes, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

const REJECTED =
  /unrecognized (?:command[- ]line|debug output level|gcc) option ['"‘`]?(-[\w=+.,-]+)|(?:unknown|unsupported) (?:argument|option):? ['"‘`]?(-[\w=+.,-]+)|error: (-W(?:error=)?[\w-]+): no option -W/;
const VARIABLES = ['CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS'];
/** Flags that protect the program, or choose what it is: dropping one is no repair. */
const NEEDED = /^-(?:f(?!no-)|m|std=|D|U|I|L|l|O|g\b|pthread|static|shared)/;
const DROPPABLE = /^-f(?:no-|color-|diagnostics-|colou?r|lto\b|limit-debug|standalone-debug|heinous|brace)|^-m(?:no-|retpoline)/;

/** Drops a flag that the compiler rejects from the port's own flags; one of the source's build files is left alone. */
export const rejectedFlag: Recipe = {
  name: 'error-rejected-flag',
  wants: (input) => (flagIn(input) === undefined ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const flag = flagIn(input);
    const makefile = overlay?.composed.get('Makefile') ?? '';
    const names = VARIABLES.filter((name) => flag !== undefined && wordsAssigned(makefile, name).includes(flag));
    if (overlay === undefined || flag === undefined || names.length === 0) return undefined;
    const changes =
      overlay.form === 'compat' ? compatChanges(overlay, makefile, names, flag) : operationChanges(overlay, names, flag);
    const diff = fixDiff(overlay, changes);
    if (diff === undefined) return undefined;
    const note = `The compiler rejects ${flag}, which the port adds to ${names.join(' and ')}; it is dropped.`;
    return {diff, note, review: `Check whether ${flag} is only for another compiler, or has a counterpart in this one.`};
  },
};

/** Returns the flag of the first cause, if it may be dropped. */
function flagIn({causes}: RecipeInput): string | undefined {
  const first = causes.findings.find(({kind}) => kind === 'cause');
  const [, ...groups] = REJECTED.exec(first?.text ?? '') ?? [];
  const flag = groups.find((group) => group !== undefined)?.replace(/[.,]$/, '');
  return flag === undefined || (NEEDED.test(flag) && !DROPPABLE.test(flag)) ? undefined : flag;
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
