import {composedFileChanges} from './composed-file.ts';
import {dopsAppliesTo, readDops, withOperations} from './dops.ts';
import {type Assignment, assignments} from './makefile.ts';
import {type Changes, gitDiff, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/**
 * Removes a license variable whose file is in the ports tree and missing on DragonFly (`Missing license file`). An empty value
 * would not do. A file of the source is left alone: it may have been renamed.
 */
export const licenseFile: Recipe = {
  name: 'error-missing-license-file',
  wants: (input) => (missingOf(input) === undefined ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const missing = missingOf(input);
    const makefile = overlay?.composed.get('Makefile');
    const found = missing && makefile !== undefined ? variableOf(makefile, missing) : undefined;
    if (overlay === undefined || missing === undefined || makefile === undefined || found === undefined) return undefined;
    const {name, one} = found;
    const changes =
      overlay.dops === undefined
        ? composedFileChanges(overlay, 'Makefile', makefile.slice(0, one.start) + makefile.slice(one.end))
        : dopsChanges(overlay, input, name);
    const diff = changes && gitDiff(overlay, changes);
    return diff === undefined
      ? undefined
      : {diff, note: `${name} names ${missing.file}, which does not exist; the variable is removed.`};
  },
};

function missingOf({causes}: RecipeInput): {license: string; file: string} | undefined {
  const first = causes.findings.find(({kind}) => kind === 'cause');
  const [, license, file] = /Missing license file for (\S+) in (\S+)/.exec(first?.text ?? '') ?? [];
  return license === undefined || file === undefined ? undefined : {license, file};
}

/** Returns the only, unconditional assignment that names the file, if the file is in the ports tree. */
function variableOf(
  makefile: string,
  {license, file}: {license: string; file: string},
): {name: string; one: Assignment} | undefined {
  const names = [`LICENSE_FILE_${license}`, 'LICENSE_FILE'];
  const all = names.flatMap((name) => assignments(makefile, name).map((one) => ({name, one})));
  const [found, ...others] = all.filter(({name}) => name === all[0]?.name);
  if (found === undefined || others.length > 0 || found.one.conditional) return undefined;
  const [value = '', ...more] = found.one.values;
  const inTree = /^\$\{(\.CURDIR|PORTSDIR|MASTERDIR)\}\//.test(value);
  return inTree && more.length === 0 && baseName(value) === baseName(file) ? found : undefined;
}

function dopsChanges(overlay: Overlay, {port}: RecipeInput, name: string): Changes | undefined {
  const read = readDops(overlay.dops ?? '');
  if (read === undefined || !dopsAppliesTo(read, port.target)) return undefined;
  if (read.statements.some(({place}) => place.tokens.some(({value}) => value === name))) return undefined;
  return new Map([['overlay.dops', withOperations(read, [{kind: 'mk.var.unset', name}]).text]]);
}

function baseName(path: string): string {
  return path.replace(/^.*\//, '');
}
