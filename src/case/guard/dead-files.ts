import {treeOf} from '../../dops/apply/text-tree.ts';
import {DEAD, type DeadFile, deadFiles} from '../../dops/check/dead-files.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {GuardedDiff, Rule} from './finding.ts';

/**
 * Rule on files that the diff adds or leaves without effect, those of an overlay.dops included that no operation uses any more. Files that had none before
 * and that the diff does not touch pass. Patches without a change have a rule of their own.
 */
export const DEAD_FILE: Rule = {
  name: 'dead-file',
  severity: 'ask',
  protects: 'overlays from files that do nothing',
  check(file, diff) {
    if (file.within === undefined || file.type === 'delete') return undefined;
    const touched = diff.files.flatMap(({within}) => within ?? []);
    const found = deadAfter(diff).filter(
      ({path}) => path === file.within || (file.within === 'overlay.dops' && !touched.includes(path)),
    );
    return found.length === 0
      ? undefined
      : `${found.map(({path, why}) => `${path} ${DEAD[why]}`).join('; ')}. Use it or delete it.`;
  },
};

/** Returns the files without effect after the diff, without those that were so before and stay untouched. */
function deadAfter(diff: GuardedDiff): DeadFile[] {
  const before = diff.overlay ?? new Map<string, string>();
  const after = filesAfter(before, diff);
  if (after === undefined) return [];
  const known = new Set(dead(before).map(({path}) => path));
  const touched = new Set(diff.files.map(({within}) => within));
  return dead(after).filter((one) => isOwn(one) && (touched.has(one.path) || !known.has(one.path)));
}

/** Returns whether the rule applies to a dead file: STATUS may stay where overlay.dops is, and other rules check the content of patches. */
function isOwn({path, why}: DeadFile): boolean {
  return path !== 'STATUS' && (why === 'orphan' || why === 'empty' || path.startsWith('Makefile.DragonFly'));
}

/** Returns the overlay after the diff, without files of which the content is not known; undefined if overlay.dops is one of those. */
export function filesAfter(before: ReadonlyMap<string, string>, {files, home}: GuardedDiff): Map<string, string> | undefined {
  const after = new Map(before);
  for (const {oldPath, within, type, binary, complete, shown} of files) {
    if (within === undefined) continue;
    if (type === 'rename' || type === 'delete') after.delete(oldPath.slice(home.length));
    if (type === 'delete') continue;
    const isKnown = complete && !binary;
    if (!isKnown && within === 'overlay.dops') return undefined;
    if (isKnown) after.set(within, shown.map((line) => `${line}\n`).join(''));
    else after.delete(within);
  }
  return after;
}

function dead(files: ReadonlyMap<string, string>): DeadFile[] {
  const dops = files.get('overlay.dops');
  return deadFiles(treeOf(files), dops === undefined ? undefined : parseOverlay(dops));
}
