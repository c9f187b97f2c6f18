import {maskSecrets} from '../evidence/secrets.ts';
import type {Rule} from './finding.ts';
import {isSourcePatch, type TouchedFile} from './touched.ts';

/** Writing that hides text from a reader: controls, direction marks, characters without width. */
const HIDDEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const WHOLE_OVERLAY = new Set(['Makefile.DragonFly', 'Makefile', 'overlay.dops', 'newport/Makefile']);
const INSTALL_SCRIPT = /(^|\/)pkg-(?:de)?install(?:\.in)?$|(^|\/)pkg-(?:pre|post)\w*$/;

/** Rules over which files are touched. A policy may set another severity for each. */
export const FILES: readonly Rule[] = [
  {
    name: 'status',
    severity: 'refuse',
    keeps: 'whether the port is built at all',
    look: ({path}) =>
      path.endsWith('/STATUS')
        ? 'STATUS decides whether the port is built at all; that is the maintainer’s to change.'
        : undefined,
  },
  {
    name: 'patch-deleted',
    severity: 'ask',
    keeps: 'patches that did something',
    look(file, {failedPatches}) {
      const lost = droppedPatches(file).filter((name) => !failedPatches.has(baseOf(name)));
      return lost.length === 0
        ? undefined
        : `${lost.join(', ')} is taken away, and the log does not show that it fails; what it did is lost.`;
    },
  },
  {
    name: 'failed-patch-deleted',
    severity: 'note',
    keeps: 'a reason beside each patch that is dropped',
    look(file, {failedPatches}) {
      const dropped = droppedPatches(file).filter((name) => failedPatches.has(baseOf(name)));
      return dropped.length === 0
        ? undefined
        : `${dropped.join(', ')} is taken away: it fails in the log. Say in the commit message whether upstream has it.`;
    },
  },
  {
    name: 'patch-edited-by-op',
    severity: 'ask',
    keeps: 'patches that are mended where they are',
    look({edited}) {
      const patch = edited.find(isSourcePatch);
      return patch && `An operation edits the patch ${patch} as text; mend the patch file itself.`;
    },
  },
  {
    name: 'install-script-file',
    severity: 'ask',
    keeps: 'packages that run nothing when they are installed',
    look: ({path, type}) =>
      INSTALL_SCRIPT.test(path) && type !== 'delete'
        ? 'This script runs as root on every machine that installs the package.'
        : undefined,
  },
  {
    name: 'binary',
    severity: 'ask',
    keeps: 'changes that can be read',
    look: ({binary}) => (binary ? 'A binary file cannot be read in review.' : undefined),
  },
  {
    name: 'hidden-text',
    severity: 'ask',
    keeps: 'changes that are what they look like',
    look({raw}) {
      const line = raw.find((one) => HIDDEN.test(one.replace(/[\t\f]|\r$/g, '')));
      return line && `A line has characters that a reader does not see: ${JSON.stringify(line.slice(0, 120))}`;
    },
  },
  {
    name: 'secret',
    severity: 'ask',
    keeps: 'keys, tokens and passwords out of the tree',
    look({raw}) {
      const all = raw.join('\n');
      const line = maskSecrets(all) === all ? undefined : raw.find((one) => maskSecrets(one) !== one);
      return line && `This looks like a secret: ${maskSecrets(line).slice(0, 200)}`;
    },
  },
  {
    name: 'overlay-deleted',
    severity: 'ask',
    keeps: 'what DragonFly has done for the port before',
    look: ({type, within, removed}) =>
      type === 'delete' && within !== undefined && WHOLE_OVERLAY.has(within) && candidateLines(removed.make) > FEW_LINES
        ? 'This takes away what the overlay does to the port as a whole.'
        : undefined,
  },
  {
    name: 'large',
    severity: 'ask',
    keeps: 'repairs that a person can read',
    look: ({raw}) =>
      raw.length > MOST_LINES ? `It adds ${raw.length} lines; more than ${MOST_LINES} are a person’s to judge.` : undefined,
  },
  {
    name: 'executable',
    severity: 'note',
    keeps: 'files of an overlay that nobody runs',
    look: ({modes}) => (modes[1] === '100755' && modes[0] !== '100755' ? 'The file becomes executable.' : undefined),
  },
];

const MOST_LINES = 2000;
/** A fragment of so few lines may be nothing but what is wrong. */
const FEW_LINES = 3;

function candidateLines(lines: readonly string[]): number {
  return lines.filter((line) => line.trim() !== '' && !line.trim().startsWith('#')).length;
}

function droppedPatches({dropped}: TouchedFile): string[] {
  return dropped.filter(isSourcePatch);
}

function baseOf(name: string): string {
  return name.split('/').at(-1) ?? name;
}
