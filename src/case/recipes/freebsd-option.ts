import {dopsAppliesTo, readDops, withOperations} from './dops.ts';
import {factsOf} from './facts.ts';
import {assignments, insertBeforeTargets} from './makefile.ts';
import {type Changes, gitDiff, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

const FRAGMENT = 'Makefile.DragonFly';

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
    const changes = overlay.dops === undefined ? fragmentChanges(overlay, options) : dopsChanges(overlay, input, options);
    const diff = changes && gitDiff(overlay, changes);
    if (diff === undefined) return undefined;
    return {
      diff,
      note: `DragonFly has no ${factsOf(input, 'header').join(', ')}; the option ${options.join(', ')} requires it and is no longer a default.`,
    };
  },
};

/** Returns, for each missing header, the only default option that can require it; empty unless the first header has one. */
function optionsOf(input: RecipeInput): string[] {
  const [first, ...rest] = factsOf(input, 'header').map((header) => optionFor(input, header));
  return first === undefined ? [] : [...new Set([first, ...rest.flatMap((option) => option ?? [])])];
}

function optionFor({files}: RecipeInput, header: string): string | undefined {
  const makefile = files.find(({path}) => path === 'port/Makefile')?.text ?? '';
  const pattern = FEATURES.find((feature) => feature.header.test(header))?.option;
  const defaults = assignments(makefile, 'OPTIONS_DEFAULT').flatMap(({operator, values}) => (operator === ':=' ? [] : values));
  const [option, ...others] = [...new Set(defaults)].filter((value) => pattern?.test(value));
  return option === undefined || others.length > 0 || isChosenFrom(makefile, option) ? undefined : option;
}

/**
 * Returns whether the option belongs to a set that requires a choice: a replacement would be needed, which a recipe cannot
 * choose.
 */
function isChosenFrom(makefile: string, option: string): boolean {
  const sets = [...makefile.matchAll(/^(OPTIONS_(?:SINGLE|MULTI)_\w+)[ \t]*[+?]?=/gm)].flatMap(([, name]) => name ?? []);
  return sets.some((name) => assignments(makefile, name).some(({values}) => values.includes(option)));
}

function filterOf(options: readonly string[]): string {
  return `\${OPTIONS_DEFAULT${options.map((option) => `:N${option}`).join('')}}`;
}

/** A default that is already filtered out and still enabled comes from elsewhere. */
function isFiltered(text: string, options: readonly string[]): boolean {
  return options.some((option) => new RegExp(`OPTIONS_DEFAULT[^\\n]*:N${option}\\b`).test(text));
}

function fragmentChanges(overlay: Overlay, options: readonly string[]): Changes | undefined {
  const text = overlay.files.get(FRAGMENT) ?? '';
  if (isFiltered(text, options)) return undefined;
  return new Map([[FRAGMENT, insertBeforeTargets(text, `OPTIONS_DEFAULT:= ${filterOf(options)}\n`)]]);
}

function dopsChanges(overlay: Overlay, {port}: RecipeInput, options: readonly string[]): Changes | undefined {
  const text = overlay.dops ?? '';
  const read = readDops(text);
  if (read === undefined || !dopsAppliesTo(read, port.target) || isFiltered(text, options)) return undefined;
  const filter = {kind: 'mk.var.eval', name: 'OPTIONS_DEFAULT', value: filterOf(options)} as const;
  return new Map([['overlay.dops', withOperations(read, [filter]).text]]);
}
