import {baseName} from '../text/base-name.ts';
import type {Rule} from './finding.ts';
import {isSourcePatch, kindOf} from './names.ts';
import type {PatchedFile} from './nested-patch.ts';
import type {TouchedFile} from './touched.ts';

const OTHER_FORMS: readonly (readonly [RegExp, string])[] = [
  [/^\*\*\* |^\*{5,}$/, 'a context diff'],
  [
    /^(?:rename|copy) (?:from|to) |^(?:old|new|new file|deleted file) mode (?!100644)|^GIT binary patch|^similarity index/,
    'a change of names, modes or binary data',
  ],
  [/^\d+(?:,\d+)?[acds]$|^!/, 'an ed script'],
  [
    /^\+(?:diff --git |--- (?:a\/)?[\w./-]+$|\+\+\+ (?:b\/)?[\w./-]+$|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@|Index: )/,
    'text that resembles the header of a diff',
  ],
];

/** Rules on patches as files. A policy may change their severities. */
export const PATCHES: readonly Rule[] = [
  {
    name: 'patch-form',
    severity: 'ask',
    protects: 'patches in the form of unified diffs',
    check(file) {
      if (!isPatch(file)) return undefined;
      for (const line of file.raw) {
        const form = OTHER_FORMS.find(([pattern]) => pattern.test(line));
        if (form !== undefined) return `The patch has ${form[1]}: ${line.slice(0, 200)}`;
      }
      return undefined;
    },
  },
  {
    name: 'patch-ineffective',
    severity: 'ask',
    protects: 'patches from hunks that change nothing',
    check(file) {
      const hunk = isPatch(file) ? file.patched.flatMap(({hunks}) => hunks).find(changesNothing) : undefined;
      return (
        hunk &&
        `A hunk of the patch changes nothing but blanks: ${hunk
          .find(({mark}) => mark === '+')
          ?.text.trim()
          .slice(0, 200)}`
      );
    },
  },
  {
    name: 'patch-weakened',
    severity: 'ask',
    protects: 'the changes of patches that still apply',
    check(file, {failedPatches}) {
      if (file.type !== 'modify' || !isPatch(file) || failedPatches.has(baseName(file.path))) return undefined;
      // A plist is proved by check-plist.
      if (file.patchedBefore.every(({target}) => target !== undefined && kindOf(target) === 'plist')) return undefined;
      const lost = changesOf(file.patchedBefore);
      const left = changesOf(file.patched);
      const missing = lost.filter((one) => !left.includes(one));
      const fresh = left.filter((one) => !lost.includes(one));
      const fewerHunks = hunksOf(file.patchedBefore) > hunksOf(file.patched);
      return missing.length > 0 && (fresh.length === 0 || (fewerHunks && missing.length > fresh.length))
        ? `The patch does not fail in the log, and loses a change: ${missing[0]?.slice(1).trim().slice(0, 200)}`
        : undefined;
    },
  },
];

function isPatch(file: TouchedFile): boolean {
  return file.written.some(isSourcePatch) || (file.within !== undefined && isSourcePatch(file.within)) || file.patched.length > 0;
}

/** Returns whether a hunk that the diff changes has the same lines before and after, blanks apart. */
function changesNothing(hunk: PatchedFile['hunks'][number]): boolean {
  const text = (mark: '+' | '-'): string =>
    hunk
      .filter((line) => line.mark === mark)
      .map((line) => line.text.replace(/\s+/g, ''))
      .join('\n');
  return hunk.some(({changed}) => changed) && hunk.some(({mark}) => mark === '+') && text('+') === text('-');
}

function changesOf(patched: readonly PatchedFile[]): string[] {
  return patched.flatMap(({hunks}) =>
    hunks.flat().flatMap(({mark, text}) => (mark === ' ' || text.trim() === '' ? [] : [mark + text.trim()])),
  );
}

function hunksOf(patched: readonly PatchedFile[]): number {
  return patched.reduce((sum, {hunks}) => sum + hunks.length, 0);
}
