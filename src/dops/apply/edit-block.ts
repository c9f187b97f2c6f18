import {conditionRegions, nodesOf} from '../makefile/query-makefile.ts';
import type {Makefile, MakeNodeOf} from '../makefile/read-makefile.ts';
import {appendLines, lastInclude, replaceLines} from '../makefile/rewrite-lines.ts';
import {changed, type Edit, editOnly, UNCHANGED} from './edit.ts';

/** `mk ensure-include`: an include whose text, comment included, contains the name is enough. */
export function ensureInclude(makefile: Makefile, name: string): Edit {
  if (nodesOf(makefile, 'include').some(({text}) => text.includes(name))) return UNCHANGED;
  return insertBlock(makefile, [`.include <${name}>`], []);
}

/** `mk block set`: replaces the only region with this condition, else-branches included, or adds one. */
export function setBlock(makefile: Makefile, block: {condition: string; contains?: string; recipe: readonly string[]}): Edit {
  const {condition, contains = '', recipe} = block;
  const lines = [`.if ${condition}`, ...recipe, '.endif'];
  const found = conditionRegions(makefile, condition).filter(({from, to}) =>
    makefile.lines.slice(from, to).join('\n').includes(contains),
  );
  if (found.length === 0) return insertBlock(makefile, lines, ['']);
  return editOnly(found, `.if ${condition}`, ({from, to}) => changed(replaceLines(makefile, from, to, lines)));
}

/** `mk disable-if`: comments the directive out; its `.endif` stays, so the Makefile is unbalanced afterwards. */
export function disableCondition(makefile: Makefile, block: {condition: string; contains?: string}): Edit {
  const found = conditionsOf(makefile, block.condition, block.contains);
  return editOnly(found, `.if ${block.condition}`, ({from, to}) =>
    changed(replaceLines(makefile, from, to, [`# ${makefile.lines[from] ?? ''}`])),
  );
}

/** `mk replace-if`: the indent and the comment of the directive are lost. */
export function replaceCondition(makefile: Makefile, block: {from: string; to: string; contains?: string}): Edit {
  const found = conditionsOf(makefile, block.from, block.contains);
  return editOnly(found, `.if ${block.from}`, ({kind, from, to}) =>
    changed(replaceLines(makefile, from, to, [`.${kind} ${block.to}`])),
  );
}

function conditionsOf(makefile: Makefile, condition: string, contains = ''): MakeNodeOf<'if' | 'elif'>[] {
  return nodesOf(makefile, 'if', 'elif').filter((node) => node.condition === condition && node.text.includes(contains));
}

/** Inserts lines, and `separator` behind them, before the last include; appends the lines if there is no include. */
export function insertBlock(makefile: Makefile, lines: readonly string[], separator: readonly string[]): Edit {
  const at = lastInclude(makefile);
  if (at === undefined) return changed(appendLines(makefile, lines));
  return changed(replaceLines(makefile, at, at, [...lines, ...separator]));
}
