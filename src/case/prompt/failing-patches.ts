import type {StructuredPatch} from 'diff';
import {patchesIn} from '../../dops/read-patches.ts';
import type {Finding} from '../evidence/root-causes/finding.ts';
import {baseName} from '../text/base-name.ts';
import type {PortFile} from './playbooks.ts';
import {distinctFiles, safeTitle} from './port-files.ts';
import type {Item} from './space.ts';

/** Maximum characters of a patch that a repair's prompt includes in full; of a longer one it has the rejected hunks. */
const PATCH_CHARS = 4096;
const MAX_PATCHES = 3;

/**
 * Returns the patches that the findings name, of the overlay or of FreeBSD's port, at most three: small ones in full, of others the
 * hunks that were rejected. `facts` are those of the findings, which name the rejected hunks.
 */
export function failingPatches(files: readonly PortFile[], findings: string, facts: readonly Finding['facts'][] = []): Item[] {
  // Whole names only: patch-a.c is not named by patch-a.c.in.
  const named = new Set(findings.split(/[\s'"`/:,()]+/));
  const items = distinctFiles(files).flatMap(({path, text}) => {
    const name = /^(?:overlay|port)\/(?:dragonfly|files)\/(?:.*\/)?(patch-[^/]+)$/.exec(path)?.[1];
    if (name === undefined || !named.has(name)) return [];
    const rejected = facts.find(({patch}) => patch !== undefined && baseName(patch) === name)?.hunks;
    const shown = text.length <= PATCH_CHARS ? text : rejectedHunks(text, rejected ?? '');
    if (shown === '') return [];
    const note = rejected === undefined ? '' : `Rejected hunks: ${rejected.replaceAll('\n', '; ')}\n`;
    return [{title: safeTitle(path), text: `${note}${shown}`}];
  });
  return items.slice(0, MAX_PATCHES);
}

/** Returns hunks of a patch; `rejected` has a line `<file>: <number>, <number>` for each file. Empty if none of them is there. */
function rejectedHunks(text: string, rejected: string): string {
  const numbers = new Map(
    rejected.split('\n').map((line) => {
      const cut = line.lastIndexOf(': ');
      return [
        baseName(line.slice(0, cut)),
        line
          .slice(cut + 2)
          .split(', ')
          .map(Number),
      ];
    }),
  );
  return patchesIn(text)
    .flatMap((patch) => hunksOf(patch, numbers.get(baseName(patch.newFileName ?? '')) ?? []))
    .join('\n')
    .slice(0, PATCH_CHARS);
}

function hunksOf({oldFileName, newFileName, hunks}: StructuredPatch, numbers: readonly number[]): string[] {
  const chosen = hunks.filter((_, at) => numbers.includes(at + 1));
  if (chosen.length === 0) return [];
  const texts = chosen.map(({oldStart, oldLines, newStart, newLines, lines}) =>
    [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...lines].join('\n'),
  );
  return [`--- ${oldFileName}`, `+++ ${newFileName}`, ...texts];
}
