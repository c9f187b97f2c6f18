import {assignmentsOf, nodesOf} from '../../dops/makefile/query-makefile.ts';
import {type Makefile, readMakefile} from '../../dops/makefile/read-makefile.ts';
import {assignedWords, wordsOf} from '../../dops/makefile/value-words.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {factsOf} from './facts.ts';
import {fixDiff} from './fix-diff.ts';
import {insertBeforeTargets} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** Headers that only FreeBSD (or Linux) has, and the usual names of the options that need them. */
const FEATURES: readonly {readonly header: RegExp; readonly option: RegExp}[] = [
  {header: /^bl[ao]c?klist\.h$|^blocklist\.h$/, option: /^(LIB)?BL(AC|OC)KLISTD?$/},
  {header: /^(sys\/(capsicum|capability)|capsicum_helpers|libcasper|casper\/\w+)\.h$/, option: /^(CAPSICUM|CASPER)$/},
  {header: /^bsm\/\w+\.h$/, option: /^((BSM_?)?AUDIT|BSM|OPENBSM)$/},
  {header: /^libudev\.h$/, option: /^(LIB)?UDEV$/},
  {header: /^netinet\/sctp\w*\.h$/, option: /^SCTP$/},
  {header: /^(basu|elogind|systemd)\/[\w-]+\.h$/, option: /^(BASU|ELOGIND|SYSTEMD|SDBUS)$/},
  {header: /^pulse\/[\w-]+\.h$/, option: /^PULSE(AUDIO)?$/},
  {header: /^(sys\/)?jail\.h$/, option: /^JAILS?$/},
  {header: /^sys\/rctl\.h$/, option: /^RCTL$/},
  {header: /^(sys\/sdt|dtrace)\.h$/, option: /^DTRACE$/},
  {header: /^libgeom\.h$|^geom\/\w+\.h$/, option: /^GEOM$/},
  {header: /^(libzfs|libzfs_core|sys\/fs\/zfs|sys\/nvpair)\.h$/, option: /^ZFS$/},
  {header: /^net\/netmap(_user)?\.h$/, option: /^NETMAP$/},
  {header: /^infiniband\/\w+\.h$/, option: /^(RDMA|OFED|IBVERBS|INFINIBAND)$/},
  {header: /^bluetooth\.h$/, option: /^BLUETOOTH$/},
  {header: /^pmc\.h$/, option: /^HWPMC$/},
];

/** Removes a default option that requires a header which DragonFly lacks. */
export const freebsdOption: Recipe = {
  name: 'error-freebsd-only-features',
  wants: (input) => (optionsOf(input).length === 0 ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const options = optionsOf(input);
    if (overlay === undefined || options.length === 0) return undefined;
    const headers = factsOf(input, 'header').join(', ');
    const reason = `no ${headers}, which the default option ${options.join(', ')} requires`;
    const isCompat = overlay.form === 'compat';
    const changes = isCompat ? fragmentChanges(overlay, options) : operationChanges(overlay, options, reason);
    const diff = fixDiff(overlay, changes);
    if (diff === undefined) return undefined;
    const note = `DragonFly has no ${headers}; the option ${options.join(', ')} requires it and is no longer a default.`;
    return {diff, note};
  },
};

/** Returns, for each missing header, the only default option that can require it; empty unless the first header has one. */
function optionsOf(input: RecipeInput): string[] {
  const [first, ...rest] = factsOf(input, 'header').map((header) => optionFor(input, header));
  return first === undefined ? [] : [...new Set([first, ...rest.flatMap((option) => option ?? [])])];
}

function optionFor({files}: RecipeInput, header: string): string | undefined {
  const makefile = readMakefile(files.find(({path}) => path === 'port/Makefile')?.text ?? '');
  const pattern = FEATURES.find((feature) => feature.header.test(header))?.option;
  const defaults = assignedWords(makefile, 'OPTIONS_DEFAULT').flatMap(({operator, words}) => (operator === ':=' ? [] : words));
  const [option, ...others] = [...new Set(defaults)].filter((value) => pattern?.test(value));
  return option === undefined || others.length > 0 || isChosenFrom(makefile, option) ? undefined : option;
}

/**
 * Returns whether the option belongs to a set that requires a choice: a replacement would be needed, which a recipe cannot
 * choose.
 */
function isChosenFrom(makefile: Makefile, option: string): boolean {
  const sets = nodesOf(makefile, 'assignment').filter(({name}) => /^OPTIONS_(SINGLE|MULTI)_/.test(name));
  return sets.some(({value}) => wordsOf(value).some(({text}) => text === option));
}

function filterOf(options: readonly string[]): string {
  return `\${OPTIONS_DEFAULT${options.map((option) => `:N${option}`).join('')}}`;
}

/** A default that is already filtered out and still enabled comes from elsewhere. */
function isFiltered(value: string, options: readonly string[]): boolean {
  return options.some((option) => new RegExp(`OPTIONS_DEFAULT[^\\n]*:N${option}\\b`).test(value));
}

function fragmentChanges(overlay: Overlay, options: readonly string[]): Changes | undefined {
  const text = overlay.files.get(FRAGMENT) ?? '';
  const set = assignmentsOf(readMakefile(text), 'OPTIONS_DEFAULT');
  if (set.some(({value}) => isFiltered(value, options))) return undefined;
  return new Map([[FRAGMENT, insertBeforeTargets(text, `OPTIONS_DEFAULT:= ${filterOf(options)}`)]]);
}

function operationChanges(overlay: Overlay, options: readonly string[], reason: string): Changes | undefined {
  const dops = editableDops(overlay, reason);
  if (dops === undefined) return undefined;
  const isDone = dops.statements.some((one) => one.kind === 'mk.var.eval' && isFiltered(one.value, options));
  const filter = {kind: 'mk.var.eval', name: 'OPTIONS_DEFAULT', value: filterOf(options)} as const;
  return isDone ? undefined : dopsChanges(overlay, withOperations(dops, [filter]));
}
