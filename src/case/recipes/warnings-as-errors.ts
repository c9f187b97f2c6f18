import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {fixDiff} from './fix-diff.ts';
import {appendWords, wordsAssigned} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** A warning that the compiler takes for an error: `[-Werror=x]`, `[-Werror,-Wx]`, `[-Werror]`. */
const AS_ERROR = /error: .*\[-Werror(?:[=,][\w=,+-]+)?\]\s*$|^cc1(?:plus)?: (?:all|some) warnings being treated as errors/;

/** An argument that switches warnings back to warnings, and the evidence that the source has it and needs it. */
interface Switch {
  /** A word of USES, or GNU_CONFIGURE. */
  readonly uses: RegExp;
  readonly file: string;
  readonly needs: RegExp;
  readonly variable: 'MESON_ARGS' | 'CONFIGURE_ARGS';
  readonly argument: string;
  /** Arguments by which the port has decided itself. */
  readonly decided: RegExp;
}

const SWITCHES: readonly Switch[] = [
  {
    uses: /^meson\b/,
    file: 'meson.build',
    needs: /['"]werror=true['"]|['"]werror['"]\s*:\s*(?:true|['"]true['"])/,
    variable: 'MESON_ARGS',
    argument: '-Dwerror=false',
    decided: /werror/i,
  },
  {
    uses: /^GNU_CONFIGURE$/,
    file: 'configure',
    needs: /--(?:enable|disable)-werror\b/,
    variable: 'CONFIGURE_ARGS',
    argument: '--disable-werror',
    decided: /-werror/i,
  },
];

/** Lets warnings be warnings, by the build system's own argument, where the source makes errors of them. */
export const warningsAsErrors: Recipe = {
  name: 'error-warnings-as-errors',
  wants(input) {
    const found = switchFor(input);
    return found === undefined ? undefined : [found.file];
  },
  fix(input, sources): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const found = switchFor(input);
    if (overlay === undefined || found === undefined || !found.needs.test(sources.get(found.file) ?? '')) return undefined;
    const {variable, argument} = found;
    const changes = overlay.form === 'compat' ? fragmentChanges(overlay, found) : operationChanges(overlay, found);
    const diff = fixDiff(overlay, changes, (port) => wordsAssigned(port.get('Makefile') ?? '', variable).includes(argument));
    if (diff === undefined) return undefined;
    const note = `The source makes errors of warnings; ${argument} in ${variable} lets them be warnings.`;
    return {
      diff,
      note,
      review: 'Check whether the warning names a fault that DragonFly’s build should not have, such as a missing header.',
    };
  },
};

/** Returns the switch of the port's build system, unless the port has decided itself. */
function switchFor(input: RecipeInput): Switch | undefined {
  const first = input.causes.findings.find(({kind}) => kind === 'cause');
  if (first === undefined || !AS_ERROR.test(first.text)) return undefined;
  const makefile = input.files.find(({path}) => path === 'port/Makefile')?.text ?? '';
  const uses = [
    ...wordsAssigned(makefile, 'USES'),
    ...(wordsAssigned(makefile, 'GNU_CONFIGURE').length > 0 ? ['GNU_CONFIGURE'] : []),
  ];
  const found = SWITCHES.find((one) => uses.some((word) => one.uses.test(word)));
  return found === undefined || wordsAssigned(makefile, found.variable).some((word) => found.decided.test(word))
    ? undefined
    : found;
}

function operationChanges(overlay: Overlay, {variable, argument}: Switch): Changes | undefined {
  const dops = editableDops(overlay, 'warnings that the source takes for errors');
  const operation: Emittable = {kind: 'mk.var.token_add', name: variable, value: argument};
  return dops && dopsChanges(overlay, withOperations(dops, [operation]));
}

function fragmentChanges(overlay: Overlay, {variable, argument}: Switch): Changes {
  return new Map([[FRAGMENT, appendWords(overlay.files.get(FRAGMENT) ?? '', variable, [argument])]]);
}
