import {assignmentsOf} from '../../dops/makefile/query-makefile.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {replaceLines} from '../../dops/makefile/rewrite-lines.ts';
import {type AssignedWords, assignedWords} from '../../dops/makefile/value-words.ts';
import {baseName} from '../text/base-name.ts';
import {composedFileChanges} from './composed-file.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {fixDiff} from './fix-diff.ts';
import {type Changes, type Overlay, overlayOf} from './overlay.ts';
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
      overlay.form === 'compat'
        ? composedFileChanges(overlay, 'Makefile', replaceLines(readMakefile(makefile), one.node.from, one.node.to, []))
        : operationChanges(overlay, name, missing.file);
    const diff = fixDiff(overlay, changes, (port) => assignmentsOf(readMakefile(port.get('Makefile') ?? ''), name).length === 0);
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
): {name: string; one: AssignedWords} | undefined {
  const names = [`LICENSE_FILE_${license}`, 'LICENSE_FILE'];
  const all = names.flatMap((name) => assignedWords(readMakefile(makefile), name).map((one) => ({name, one})));
  const [found, ...others] = all.filter(({name}) => name === all[0]?.name);
  if (found === undefined || others.length > 0 || found.one.isConditional) return undefined;
  const [value = '', ...more] = found.one.words;
  const inTree = /^\$\{(\.CURDIR|PORTSDIR|MASTERDIR)\}\//.test(value);
  return inTree && more.length === 0 && baseName(value) === baseName(file) ? found : undefined;
}

function operationChanges(overlay: Overlay, name: string, file: string): Changes | undefined {
  const dops = editableDops(overlay, `no ${baseName(file)} in the ports tree`);
  if (dops === undefined || dops.statements.some((one) => 'name' in one && one.name === name)) return undefined;
  return dopsChanges(overlay, withOperations(dops, [{kind: 'mk.var.unset', name}]));
}
