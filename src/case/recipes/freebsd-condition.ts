import type {Finding} from '../evidence/root-causes/finding.ts';
import {type Chain, chainsOf, type RoleOf} from './branches.ts';
import {cmakeRole, extendCmake, extendMeson, mesonRole} from './build-conditions.ts';
import {cRole, extendCondition} from './c-conditions.ts';
import {fixDiff} from './fix-diff.ts';
import {besideLine, type Candidate, type Extend, withSymbol} from './guarding-branch.ts';
import {overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';
import {sourcePatchChanges} from './source-patch.ts';
import {pathIn, placeOf, type SourcePlace} from './source-place.ts';

/** A language with conditions on the system. */
interface Language {
  readonly name: RegExp;
  readonly roleOf: RoleOf;
  readonly extend: Extend;
}

const C: Language = {name: /\.(?:c|h|cc|hh|cpp|hpp|cxx|hxx|c\+\+|h\+\+|m|mm|ipp|inc)$/i, roleOf: cRole, extend: extendCondition};
const LANGUAGES: readonly Language[] = [
  C,
  {name: /(?:^|\/)CMakeLists\.txt$|\.cmake$/, roleOf: cmakeRole, extend: extendCmake},
  {name: /(?:^|\/)meson\.build$/, roleOf: mesonRole, extend: extendMeson},
];

/** Errors for which a condition that leaves DragonFly out is the usual reason, with the names that are missing. */
const MISSING: readonly RegExp[] = [
  /fatal error: '?([\w./+-]+?)'?(?: file not found|: No such file)/,
  /'(\w+)' (?:undeclared|was not declared|is not a member|does not name a type|has not been declared)/,
  /(?:use of undeclared identifier|unknown type name|no type named|no member named) '(\w+)'/,
  /has no member named '(\w+)'/,
  /implicit declaration of function '(\w+)'|call to undeclared (?:library )?function '(\w+)'/,
  /storage size of '\w+' isn't known|has incomplete type|(?:to|of) incomplete type '(?:struct |union |enum )?(\w+)/,
  /variable has incomplete type '(?:struct |union |enum )?(\w+)/,
  /#error/,
];
const BUILD_ERROR = /^CMake Error at (\S+?):(\d+) \(message\)|^\S*?(meson\.build):(\d+):\d+: ERROR: Problem encountered/;

/** A failure in a file that a condition on FreeBSD may explain. */
interface Failure extends SourcePlace {
  readonly language: Language;
  readonly symbols: readonly string[];
  /** Whether only a branch beside the line is certain, as for a header or an `#error`. */
  readonly isAtLine: boolean;
}

/** Extends a condition on FreeBSD to DragonFly, in the file that the first error names. */
export const freebsdCondition: Recipe = {
  name: 'error-freebsd-condition',
  wants(input) {
    const failure = failureOf(input);
    return failure === undefined ? undefined : [failure.path];
  },
  fix(input, sources): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const failure = failureOf(input);
    const file = failure && pathIn(sources, failure.path);
    if (overlay === undefined || failure === undefined || file === undefined) return undefined;
    const edits = new Map([[file, (text: string) => extended(text, failure)]]);
    const changes = sourcePatchChanges(overlay, sources, edits, `conditions on FreeBSD of ${file}`);
    const diff = fixDiff(overlay, changes);
    if (diff === undefined) return undefined;
    return {
      diff,
      note: `${file} leaves DragonFly out of a condition on FreeBSD, which explains the error at line ${failure.line}; the condition is extended.`,
      review: `Check that DragonFly has what ${file} expects of FreeBSD under this condition.`,
    };
  },
};

function failureOf(input: RecipeInput): Failure | undefined {
  const first = input.causes.findings.find(({kind}) => kind === 'cause');
  return first && (compilerFailure(input, first) ?? buildFailure(input, first));
}

function compilerFailure(input: RecipeInput, {text}: Finding): Failure | undefined {
  const plain = text.replace(/[‘’`]/g, "'");
  const place = placeOf(input, plain);
  const found = MISSING.map((form) => form.exec(plain)).find((match) => match !== null);
  if (place === undefined || found === undefined || !C.name.test(place.path)) return undefined;
  const symbols = found.slice(1).flatMap((symbol) => symbol ?? []);
  return {...place, language: C, symbols, isAtLine: /fatal error|#error/.test(found[0])};
}

function buildFailure(input: RecipeInput, {text}: Finding): Failure | undefined {
  const [, cmake, cmakeLine, meson, mesonLine] = BUILD_ERROR.exec(text) ?? [];
  const place = placeOf(input, `${cmake ?? meson ?? ''}:${cmakeLine ?? mesonLine ?? ''}:`);
  const language = LANGUAGES.find(({name}) => place !== undefined && name.test(place.path));
  return place === undefined || language === undefined ? undefined : {...place, language, symbols: [], isAtLine: true};
}

/** Returns the text with the condition extended; undefined if none is certain. */
function extended(text: string, {language, line, symbols, isAtLine}: Failure): string | undefined {
  const lines = text.split('\n');
  const chains = chainsOf(lines, language.roleOf);
  const chosen = chains && chooseBranches(lines, chains, {language, line, symbols, isAtLine});
  if (chosen === undefined || chosen.length === 0) return undefined;
  for (const {branch, lines: condition} of [...chosen].sort((a, b) => b.branch.from - a.branch.from))
    lines.splice(branch.from, branch.to - branch.from, ...condition);
  return lines.join('\n');
}

function chooseBranches(
  lines: readonly string[],
  chains: readonly Chain[],
  {language, line, symbols, isAtLine}: Omit<Failure, 'path'>,
): Candidate[] {
  const beside = besideLine(lines, chains, line - 1, language.extend);
  if (beside !== undefined) return [beside];
  return isAtLine ? [] : withSymbol(lines, chains, symbols, language.extend);
}
