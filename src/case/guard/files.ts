import {maskSecrets} from '../evidence/secrets.ts';
import type {Rule} from './finding.ts';
import {isSourcePatch, type TouchedFile} from './touched.ts';

/** Characters that hide text from a reviewer: controls, direction marks, zero-width characters. */
const HIDDEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const OVERLAY_FILES = new Set(['Makefile.DragonFly', 'Makefile', 'overlay.dops', 'newport/Makefile']);
const INSTALL_SCRIPT = /(^|\/)pkg-(?:de)?install(?:\.in)?$|(^|\/)pkg-(?:pre|post)\w*$/;

/** Rules on which files are changed. A policy may change their severities. */
export const FILES: readonly Rule[] = [
  {
    name: 'status',
    severity: 'refuse',
    protects: 'the decision to build the port',
    check: ({path}) =>
      path.endsWith('/STATUS') ? 'STATUS decides whether the port is built; only the maintainer changes it.' : undefined,
  },
  {
    name: 'patch-deleted',
    severity: 'ask',
    protects: 'patches that still apply',
    check(file, {failedPatches}) {
      const lost = droppedPatches(file).filter((name) => !failedPatches.has(baseOf(name)));
      return lost.length === 0
        ? undefined
        : `${lost.join(', ')} is removed, but it does not fail in the log; its changes would be lost.`;
    },
  },
  {
    name: 'failed-patch-deleted',
    severity: 'note',
    protects: 'a documented reason for each dropped patch',
    check(file, {failedPatches}) {
      const dropped = droppedPatches(file).filter((name) => failedPatches.has(baseOf(name)));
      return dropped.length === 0
        ? undefined
        : `${dropped.join(', ')} is removed; it fails in the log. State in the commit message whether upstream has it.`;
    },
  },
  {
    name: 'patch-edited-by-op',
    severity: 'ask',
    protects: 'patches that are fixed in their own file',
    check({edited}) {
      const patch = edited.find(isSourcePatch);
      return patch && `An operation edits the patch ${patch} as text; change the patch file itself.`;
    },
  },
  {
    name: 'install-script-file',
    severity: 'ask',
    protects: 'packages without install scripts',
    check: ({path, type}) =>
      INSTALL_SCRIPT.test(path) && type !== 'delete'
        ? 'This script runs as root on every machine that installs the package.'
        : undefined,
  },
  {
    name: 'binary',
    severity: 'ask',
    protects: 'reviewable changes',
    check: ({binary}) => (binary ? 'A binary file cannot be reviewed.' : undefined),
  },
  {
    name: 'hidden-text',
    severity: 'ask',
    protects: 'changes without hidden characters',
    check({raw}) {
      const line = raw.find((one) => HIDDEN.test(one.replace(/[\t\f]|\r$/g, '')));
      return line && `A line has invisible characters: ${JSON.stringify(line.slice(0, 120))}`;
    },
  },
  {
    name: 'secret',
    severity: 'ask',
    protects: 'the tree from keys, tokens and passwords',
    check({raw}) {
      const all = raw.join('\n');
      const line = maskSecrets(all) === all ? undefined : raw.find((one) => maskSecrets(one) !== one);
      return line && `This looks like a secret: ${maskSecrets(line).slice(0, 200)}`;
    },
  },
  {
    name: 'overlay-deleted',
    severity: 'ask',
    protects: 'existing DragonFly changes of the port',
    check: ({type, within, removed}) =>
      type === 'delete' && within !== undefined && OVERLAY_FILES.has(within) && effectiveLines(removed.make) > FEW_LINES
        ? 'This removes everything that the overlay does to the port.'
        : undefined,
  },
  {
    name: 'large',
    severity: 'ask',
    protects: 'repairs of reviewable size',
    check: ({raw}) =>
      raw.length > MAX_LINES ? `It adds ${raw.length} lines; more than ${MAX_LINES} need an operator’s decision.` : undefined,
  },
  {
    name: 'executable',
    severity: 'note',
    protects: 'overlay files without execute permission',
    check: ({modes}) => (modes[1] === '100755' && modes[0] !== '100755' ? 'The file becomes executable.' : undefined),
  },
];

const MAX_LINES = 2000;
/** A fragment with at most this number of lines may consist only of the fault. */
const FEW_LINES = 3;

function effectiveLines(lines: readonly string[]): number {
  return lines.filter((line) => line.trim() !== '' && !line.trim().startsWith('#')).length;
}

function droppedPatches({dropped}: TouchedFile): string[] {
  return dropped.filter(isSourcePatch);
}

function baseOf(name: string): string {
  return name.split('/').at(-1) ?? name;
}
