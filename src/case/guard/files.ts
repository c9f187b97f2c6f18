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
    protects: 'whether the port is built at all',
    check: ({path}) =>
      path.endsWith('/STATUS')
        ? 'STATUS decides whether the port is built at all; that is the maintainer’s to change.'
        : undefined,
  },
  {
    name: 'patch-deleted',
    severity: 'ask',
    protects: 'patches that did something',
    check(file, {failedPatches}) {
      const lost = droppedPatches(file).filter((name) => !failedPatches.has(baseOf(name)));
      return lost.length === 0
        ? undefined
        : `${lost.join(', ')} is taken away, and the log does not show that it fails; what it did is lost.`;
    },
  },
  {
    name: 'failed-patch-deleted',
    severity: 'note',
    protects: 'a reason beside each patch that is dropped',
    check(file, {failedPatches}) {
      const dropped = droppedPatches(file).filter((name) => failedPatches.has(baseOf(name)));
      return dropped.length === 0
        ? undefined
        : `${dropped.join(', ')} is taken away: it fails in the log. Say in the commit message whether upstream has it.`;
    },
  },
  {
    name: 'patch-edited-by-op',
    severity: 'ask',
    protects: 'patches that are mended where they are',
    check({edited}) {
      const patch = edited.find(isSourcePatch);
      return patch && `An operation edits the patch ${patch} as text; mend the patch file itself.`;
    },
  },
  {
    name: 'install-script-file',
    severity: 'ask',
    protects: 'packages that run nothing when they are installed',
    check: ({path, type}) =>
      INSTALL_SCRIPT.test(path) && type !== 'delete'
        ? 'This script runs as root on every machine that installs the package.'
        : undefined,
  },
  {
    name: 'binary',
    severity: 'ask',
    protects: 'changes that can be read',
    check: ({binary}) => (binary ? 'A binary file cannot be read in review.' : undefined),
  },
  {
    name: 'hidden-text',
    severity: 'ask',
    protects: 'changes that are what they look like',
    check({raw}) {
      const line = raw.find((one) => HIDDEN.test(one.replace(/[\t\f]|\r$/g, '')));
      return line && `A line has characters that a reader does not see: ${JSON.stringify(line.slice(0, 120))}`;
    },
  },
  {
    name: 'secret',
    severity: 'ask',
    protects: 'keys, tokens and passwords out of the tree',
    check({raw}) {
      const all = raw.join('\n');
      const line = maskSecrets(all) === all ? undefined : raw.find((one) => maskSecrets(one) !== one);
      return line && `This looks like a secret: ${maskSecrets(line).slice(0, 200)}`;
    },
  },
  {
    name: 'overlay-deleted',
    severity: 'ask',
    protects: 'what DragonFly has done for the port before',
    check: ({type, within, removed}) =>
      type === 'delete' && within !== undefined && OVERLAY_FILES.has(within) && effectiveLines(removed.make) > FEW_LINES
        ? 'This takes away what the overlay does to the port as a whole.'
        : undefined,
  },
  {
    name: 'large',
    severity: 'ask',
    protects: 'repairs that a person can read',
    check: ({raw}) =>
      raw.length > MAX_LINES ? `It adds ${raw.length} lines; more than ${MAX_LINES} are a person’s to judge.` : undefined,
  },
  {
    name: 'executable',
    severity: 'note',
    protects: 'files of an overlay that nobody runs',
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
