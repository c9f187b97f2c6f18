import {applyPatch, parsePatch} from 'diff';
import {guardContext, guardDiff, passes} from '../../src/case/guard/index.ts';
import {applyInMemory} from '../../src/case/recipes/apply-patch.ts';
import {
  applicable,
  type RecipeFix,
  type RecipeInput,
  type SearchResult,
  type SourceSearch,
} from '../../src/case/recipes/index.ts';
import {applyPlan} from '../../src/dops/apply/apply-plan.ts';
import {textsOf, treeOf} from '../../src/dops/apply/text-tree.ts';
import {planText} from '../../src/dops/plan.ts';
import {failingState} from './failing-state.ts';
import type {FieldFix} from './read-field.ts';
import type {FailingState, Files} from './state.ts';

/**
 * `right`: has the effect of the delivered change; `review`: has another effect, and is marked for review; `wrong`: has another effect and
 * is not marked; `asked`: the guard asks about it or refuses it; `declined`: no recipe writes a fix.
 */
export type Verdict = 'right' | 'review' | 'wrong' | 'asked' | 'declined';

/** Outcome of the recipes on one failure. */
export interface Replayed {
  readonly fix: FieldFix;
  readonly verdict: Verdict;
  /** Name of the recipe that wrote the fix. */
  readonly recipe: string;
}

/** Counts of the verdicts; `written` are all fixes that the guard lets pass, `share` is their part of all failures. */
export interface RecipeFigures {
  readonly fixes: number;
  readonly written: number;
  readonly right: number;
  readonly review: number;
  readonly wrong: number;
  readonly asked: number;
  readonly declined: number;
  readonly share: number;
}

export function recipeFigures(replayed: readonly Replayed[]): RecipeFigures {
  const count = (verdict: Verdict): number => replayed.filter((one) => one.verdict === verdict).length;
  const counts = {right: count('right'), review: count('review'), wrong: count('wrong')};
  const written = counts.right + counts.review + counts.wrong;
  const share = Math.round((written / Math.max(1, replayed.length)) * 1000) / 1000;
  return {fixes: replayed.length, written, ...counts, asked: count('asked'), declined: count('declined'), share};
}

/** Effect of an overlay: the composed port without its patches, and the patched source. */
interface Effect {
  readonly port: Files;
  readonly sources: Files;
}

/** Runs the recipes on a failure as a case does: findings, recipes with the source, guard. The first fix counts. */
export function replay(fix: FieldFix): Replayed {
  const state = failingState(fix);
  const found = firstFix(inputFor(fix, state), state.sources);
  if (found === undefined) return {fix, verdict: 'declined', recipe: ''};
  return {fix, recipe: found.recipe, verdict: verdictOn(fix, state, found.written)};
}

function inputFor({origin, target, causes}: FieldFix, {overlay, freebsd}: FailingState): RecipeInput {
  const port = composed(overlay, freebsd, target);
  const below = (prefix: string, files: Files) => Object.entries(files).map(([path, text]) => ({path: prefix + path, text}));
  const files = [...below('overlay/', overlay), ...below('port/', port ?? {})];
  return {port: {origin, target}, causes, files, freebsd: below('', freebsd)};
}

function firstFix(input: RecipeInput, sources: Files): {recipe: string; written: RecipeFix} | undefined {
  for (const {recipe, searches} of applicable(input)) {
    const searched = {...input, matches: searches.map((search) => searchIn(sources, search))};
    const wants = recipe.wants(searched) ?? [];
    const written = recipe.fix(searched, wanted(sources, wants));
    if (written !== undefined) return {recipe: recipe.name, written};
  }
  return undefined;
}

function searchIn(sources: Files, search: SourceSearch): SearchResult {
  const form = new RegExp(search.pattern.replaceAll('[[:blank:]]', '[ \\t]'));
  const below = Object.entries(sources).filter(([path]) => search.path === '' || path.startsWith(`${search.path}/`));
  const lines = below.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, at) => (form.test(line) ? [`${path}:${at + 1}:${line}`] : [])),
  );
  return {...search, lines};
}

/** Returns the files that a dev-env would read: those wanted, or the only other file of a name. */
function wanted(sources: Files, wants: readonly string[]): Map<string, string> {
  const paths = wants.flatMap((path) => {
    if (sources[path] !== undefined) return [path];
    const same = Object.keys(sources).filter((other) => other.split('/').at(-1) === path.split('/').at(-1));
    return same.length === 1 ? same : [];
  });
  return new Map(paths.map((path) => [path, sources[path] ?? '']));
}

function verdictOn({origin, target, causes}: FieldFix, state: FailingState, {diff, review}: RecipeFix): Verdict {
  if (!passes(guardDiff(diff, origin, guardContext(causes)))) return 'asked';
  const after = effectOf(applied(diff, origin, state.overlay), state, target);
  const delivered = state.delivered && effectOf(state.delivered, state, target);
  const isRight = after !== undefined && JSON.stringify(after) === JSON.stringify(delivered);
  return isRight ? 'right' : review === undefined ? 'wrong' : 'review';
}

/** Returns the overlay after a diff of git. */
function applied(diff: string, origin: string, overlay: Files): Files {
  const files = new Map(Object.entries(overlay));
  for (const patch of parsePatch(diff)) {
    const nameOf = (name = ''): string => name.replace(new RegExp(`^[ab]/ports/${origin}/`), '');
    const [before, after] = [nameOf(patch.oldFileName), nameOf(patch.newFileName)];
    const text = applyPatch(files.get(before) ?? '', patch);
    if (text === false) throw new Error(`The diff of a recipe does not apply to ${before}.`);
    if (after === '/dev/null') files.delete(before);
    else files.set(after, text);
  }
  return Object.fromEntries(files);
}

function composed(overlay: Files, freebsd: Files, target: string): Files | undefined {
  const {plan} = planText(overlay['overlay.dops'] ?? '');
  if (plan === undefined) return undefined;
  const port = treeOf(new Map(Object.entries(freebsd)));
  const {isOk} = applyPlan({plan, overlay: treeOf(new Map(Object.entries(overlay))), port, target, applyPatch: applyInMemory});
  return isOk ? Object.fromEntries(textsOf(port)) : undefined;
}

/** Returns the effect of an overlay; undefined if it does not compose, or a patch does not apply without fuzz. */
function effectOf(overlay: Files, state: FailingState, target: string): Effect | undefined {
  const port = composed(overlay, state.freebsd, target);
  if (port === undefined) return undefined;
  const isPatch = (path: string): boolean => path.startsWith('dragonfly/');
  let sources: Files | undefined = state.sources;
  for (const path of Object.keys(port).filter(isPatch).sort()) sources = sources && patchedBy(sources, port[path] ?? '');
  const rest = Object.entries(port).filter(([path]) => !isPatch(path));
  return sources === undefined ? undefined : {port: Object.fromEntries(rest.sort()), sources};
}

function patchedBy(sources: Files, text: string): Files | undefined {
  let result: Files | undefined = sources;
  for (const patch of parsePatch(text)) {
    const file = patch.newFileName ?? '';
    const after = applyPatch(result?.[file] ?? '', patch, {fuzzFactor: 0});
    result = result === undefined || after === false ? undefined : {...result, [file]: after};
  }
  return result;
}
