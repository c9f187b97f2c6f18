import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {factsOf} from './facts.ts';
import {fixDiff} from './fix-diff.ts';
import {appendWords, wordsAssigned} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** A library of ports whose header renames the functions of the base system to its own. */
interface Library {
  readonly port: string;
  readonly symbol: RegExp;
  readonly flag: string;
  /** Variable of the framework for the flag. */
  readonly variable: string;
  readonly uses: string;
  readonly isUsed: RegExp;
}

const LIBRARIES: readonly Library[] = [
  {
    port: 'converters/libiconv',
    symbol: /^libiconv(?:_open|_close|ctl|_set_relocation_prefix)?$/,
    flag: '-liconv',
    variable: 'ICONV_LIB',
    uses: 'iconv',
    isUsed: /^iconv\b/,
  },
  {
    port: 'devel/gettext-runtime',
    symbol: /^libintl_\w+$/,
    flag: '-lintl',
    variable: 'INTL_LIB',
    uses: 'gettext-runtime',
    isUsed: /^gettext(?:-runtime)?(?:$|:)/,
  },
];
const DIRECTORY = '-L${LOCALBASE}/lib';

/** Links with a library of ports whose header the port includes and whose library it leaves out. */
export const missingLibrary: Recipe = {
  name: 'error-missing-library',
  wants: (input) => (libraryIn(input) === undefined ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const library = libraryIn(input);
    const makefile = overlay?.composed.get('Makefile');
    if (overlay === undefined || makefile === undefined || library === undefined) return undefined;
    const {port, flag, variable, uses, isUsed} = library;
    const linked = ['LDFLAGS', 'LIBS'].flatMap((name) => wordsAssigned(makefile, name));
    if (linked.some((word) => word.includes(flag) || word.includes(variable))) return undefined;
    const hasUses = wordsAssigned(makefile, 'USES').some((word) => isUsed.test(word));
    const added: Added = new Map([['LDFLAGS', [DIRECTORY, flag]] as const, ...(hasUses ? [] : [['USES', [uses]] as const])]);
    const changes = overlay.form === 'compat' ? fragmentChanges(overlay, added) : operationChanges(overlay, added);
    const diff = fixDiff(overlay, changes, (composed) => wordsAssigned(composed.get('Makefile') ?? '', 'LDFLAGS').includes(flag));
    if (diff === undefined) return undefined;
    const note = `The port includes the header of ${port}, and does not link with it; LDFLAGS gets ${DIRECTORY} ${flag}.`;
    return {diff, note, review: `Check that the port is to use ${port} and not the base system.`};
  },
};

function libraryIn(input: RecipeInput): Library | undefined {
  const [first] = factsOf(input, 'symbol');
  return first === undefined ? undefined : LIBRARIES.find(({symbol}) => symbol.test(first));
}

type Added = ReadonlyMap<string, readonly string[]>;

function operationChanges(overlay: Overlay, added: Added): Changes | undefined {
  const dops = editableDops(overlay, 'a library of ports to link with');
  const operations = [...added].map(([name, words]): Emittable => ({kind: 'mk.var.token_add', name, value: words.join(' ')}));
  return dops && dopsChanges(overlay, withOperations(dops, operations));
}

function fragmentChanges(overlay: Overlay, added: Added): Changes {
  const text = [...added].reduce((edited, [name, words]) => appendWords(edited, name, words), overlay.files.get(FRAGMENT) ?? '');
  return new Map([[FRAGMENT, text]]);
}
