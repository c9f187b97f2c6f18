import {fixDiff} from './fix-diff.ts';
import {overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput, SourceSearch} from './recipe.ts';
import {sourcePatchChanges} from './source-patch.ts';
import {sourcePath} from './source-place.ts';

/** Errors of names that a condition on the system left out. */
const UNRESOLVED =
  /^error\[E0(?:432|433|412|425|405|407|583|599)\]: (?:unresolved import|failed to resolve|cannot find|no (?:function|method|associated)|file not found)/;
const ARROW = /^\s*-->\s+(\S+?):\d+:\d+\s*$/;
const VENDORED = /^((?:[\w.+-]+\/)*(?:cargo-crates|vendor)\/[\w.+-]+)\//;
const FREEBSD = '"freebsd"';
const PATTERN = 'target_os[[:blank:]]*=[[:blank:]]*"freebsd"';
const TERM = /\btarget_os(\s*)=(\s*)"freebsd"/g;
/** Files with gates that the recipe changes; a crate with more is ported by its authors. */
const MOST_FILES = 8;

/** Lets DragonFly into the conditions on FreeBSD of a crate, vendored or the port's own, that lacks names for want of them. */
export const cargoTargetOs: Recipe = {
  name: 'error-crate-target-os',
  wants(input) {
    const crate = crateOf(input);
    return crate === undefined ? undefined : gatedFiles(input, crate);
  },
  searches(input) {
    const crate = crateOf(input);
    return crate === undefined ? [] : [searchFor(crate)];
  },
  fix(input, sources): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const crate = crateOf(input);
    const files =
      crate === undefined ? [] : gatedFiles(input, crate).filter((file) => extendGates(sources.get(file) ?? '') !== undefined);
    if (overlay === undefined || crate === undefined || files.length === 0) return undefined;
    const edits = new Map(files.map((file) => [file, extendGates] as const));
    const diff = fixDiff(overlay, sourcePatchChanges(overlay, sources, edits, `conditions on FreeBSD of ${crate}`));
    if (diff === undefined) return undefined;
    return {
      diff,
      note: `${crate} has code for FreeBSD under conditions that leave DragonFly out; they are extended in ${files.join(', ')}.`,
      review: `Check that DragonFly has what ${crate} takes from FreeBSD.`,
    };
  },
};

/** Returns the directory of the crate that fails, relative to WRKSRC: of a vendored one, or src/ of the port's own. */
function crateOf(input: RecipeInput): string | undefined {
  const first = input.causes.findings.find(({kind}) => kind === 'cause');
  if (first === undefined || !UNRESOLVED.test(first.text)) return undefined;
  const at = first.context.lines.indexOf(first.text);
  const arrow = first.context.lines.slice(at + 1).find((line) => ARROW.test(line));
  const path = sourcePath(input, ARROW.exec(arrow ?? '')?.[1] ?? '');
  if (path === undefined) return undefined;
  return VENDORED.exec(path)?.[1] ?? /^((?:[\w.+-]+\/)*?src)\//.exec(path)?.[1];
}

function searchFor(crate: string): SourceSearch {
  return {pattern: PATTERN, path: crate};
}

/** Returns the crate's files with a gate for FreeBSD, of Rust and of its manifest; none if they are many. */
function gatedFiles({matches = []}: RecipeInput, crate: string): string[] {
  const lines = matches.find(({pattern, path}) => pattern === PATTERN && path === crate)?.lines ?? [];
  const files = [...new Set(lines.flatMap((line) => /^([^:]+):\d+:/.exec(line)?.[1] ?? []))];
  const gated = files.filter((file) => /\.rs$|(?:^|\/)Cargo\.toml$/.test(file) && !/\/(?:tests|benches|examples)\//.test(file));
  return gated.length <= MOST_FILES ? gated : [];
}

/** Returns the text with DragonFly in each condition on FreeBSD; undefined if there is none without it. */
function extendGates(text: string): string | undefined {
  const found = [...text.matchAll(TERM)].filter(({index}) => !enclosingCall(text, index)?.text.includes('"dragonfly"'));
  const updated = found.toReversed().reduce((edited, {0: term, index}) => {
    const other = term.replace(FREEBSD, '"dragonfly"');
    const isList = enclosingCall(text, index)?.name === 'any';
    const both = isList ? `${term}, ${other}` : `any(${term}, ${other})`;
    return edited.slice(0, index) + both + edited.slice(index + term.length);
  }, text);
  return updated === text ? undefined : updated;
}

/** Returns the innermost call around an offset, such as `any(…)`: its name and its arguments. */
function enclosingCall(text: string, offset: number): {readonly name: string; readonly text: string} | undefined {
  let depth = 0;
  for (let at = offset - 1; at >= 0 && offset - at < 2000; at -= 1) {
    if (text[at] === ')') depth += 1;
    if (text[at] !== '(' || depth-- > 0) continue;
    return {name: /(\w+)!?\s*$/.exec(text.slice(0, at))?.[1] ?? '', text: text.slice(at, closingAt(text, at))};
  }
  return undefined;
}

function closingAt(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
}
