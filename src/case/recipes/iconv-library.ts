import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {factsOf} from './facts.ts';
import {fixDiff} from './fix-diff.ts';
import {appendWords, wordsAssigned} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** Functions of converters/libiconv, whose header renames iconv() to them. */
const LIBICONV = /^libiconv(?:_open|_close|ctl|_set_relocation_prefix)?$/;
const FLAGS = ['-L${LOCALBASE}/lib', '-liconv'];
const USES: [string, string[]][] = [['USES', ['iconv']]];

/** Links with libiconv, whose header the port includes and whose library it leaves out. */
export const iconvLibrary: Recipe = {
  name: 'error-missing-libiconv',
  wants: (input) => (symbolsIn(input).length === 0 ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const makefile = overlay?.composed.get('Makefile');
    if (overlay === undefined || makefile === undefined || symbolsIn(input).length === 0) return undefined;
    const linked = ['LDFLAGS', 'LIBS'].flatMap((name) => wordsAssigned(makefile, name));
    if (linked.some((word) => word.includes('-liconv') || word.includes('ICONV_LIB'))) return undefined;
    const hasUses = wordsAssigned(makefile, 'USES').some((word) => /^iconv\b/.test(word));
    const added: Added = new Map<string, readonly string[]>([['LDFLAGS', FLAGS], ...(hasUses ? [] : USES)]);
    const changes = overlay.form === 'compat' ? fragmentChanges(overlay, added) : operationChanges(overlay, added);
    const diff = fixDiff(overlay, changes, (port) => wordsAssigned(port.get('Makefile') ?? '', 'LDFLAGS').includes('-liconv'));
    if (diff === undefined) return undefined;
    const note = `The port includes the header of converters/libiconv, and does not link with it; LDFLAGS gets ${FLAGS.join(' ')}.`;
    return {diff, note, review: 'Check that the port is to use libiconv of ports and not iconv of the base system.'};
  },
};

function symbolsIn(input: RecipeInput): string[] {
  const [first] = factsOf(input, 'symbol');
  return first !== undefined && LIBICONV.test(first) ? [first] : [];
}

type Added = ReadonlyMap<string, readonly string[]>;

function operationChanges(overlay: Overlay, added: Added): Changes | undefined {
  const dops = editableDops(overlay, 'the library of iconv');
  const operations = [...added].map(([name, words]): Emittable => ({kind: 'mk.var.token_add', name, value: words.join(' ')}));
  return dops && dopsChanges(overlay, withOperations(dops, operations));
}

function fragmentChanges(overlay: Overlay, added: Added): Changes {
  const text = [...added].reduce((edited, [name, words]) => appendWords(edited, name, words), overlay.files.get(FRAGMENT) ?? '');
  return new Map([[FRAGMENT, text]]);
}
