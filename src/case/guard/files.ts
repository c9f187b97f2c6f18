import {baseName} from '../text/base-name.ts';
import type {GuardedDiff, Rule} from './finding.ts';
import {isAppliedPatch, isInstallScript, isPortDiff, isSourcePatch} from './names.ts';
import {isReplaced} from './status.ts';
import type {TouchedFile} from './touched.ts';

const OVERLAY_FILES = new Set(['Makefile.DragonFly', 'Makefile', 'overlay.dops', 'newport/Makefile']);
/** Files of a port that repairs put there: patches and what they need, packing lists and messages. */
const PORT_FILES =
  /^(?:(?:dragonfly|files)\/(?:@[\w,]+\/)?(?:(?:extra-)?patch-[^/]+|[^./][^/]*(?<!\.in))(?<!\.orig|\.rej|~)|pkg-(?:plist|message|descr)(?:[.-]\w+)?|newport\/.+|Makefile\.included)$/;
/** Files that compose reads from an overlay. */
const READ =
  /^(?:overlay\.(?:dops|toml)|STATUS|Makefile(?:\.DragonFly)?(?:\.@\w+)?|dragonfly\/(?:@[\w,]+\/)?[^/]+|diffs\/(?:@[\w,]+\/)?(?:REMOVE|[^/]+\.diff)|newport\/.+)$/;

/** Rules on which files are changed. A policy may change their severities. */
export const FILES: readonly Rule[] = [
  {
    name: 'status',
    severity: 'refuse',
    protects: 'the decision to build the port',
    check: (file, diff) =>
      /\/(?:STATUS|overlay\.toml)$/.test(file.path) && !isReplaced(file, diff)
        ? 'This file decides whether the port is built; only the maintainer changes it, unless an overlay.dops of the same type replaces it.'
        : undefined,
  },
  {
    name: 'patch-deleted',
    severity: 'ask',
    protects: 'patches that still apply',
    check(file, diff) {
      const lost = droppedPatches(file, diff).filter((name) => !diff.failedPatches.has(baseName(name)));
      return lost.length === 0
        ? undefined
        : `${lost.join(', ')} is removed, but it does not fail in the log; its changes would be lost.`;
    },
  },
  {
    name: 'failed-patch-deleted',
    severity: 'note',
    protects: 'a documented reason for each dropped patch',
    check(file, diff) {
      const dropped = droppedPatches(file, diff).filter((name) => diff.failedPatches.has(baseName(name)));
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
    check: ({written, edited, targets, type}) =>
      type !== 'delete' && [...written, ...edited, ...targets].some(isInstallScript)
        ? 'This script runs as root on every machine that installs the package.'
        : undefined,
  },
  {
    name: 'port-file-removed',
    severity: 'ask',
    protects: 'scripts, packing lists and Makefiles of the port',
    check({dropped, type, within}) {
      const file =
        type === 'delete'
          ? undefined
          : dropped.find((name) => !isSourcePatch(name) && name !== within && !/^(?:diffs|dragonfly)\//.test(name));
      return file && `The port loses a file that is no patch: ${file}`;
    },
  },
  {
    name: 'unknown-file',
    severity: 'ask',
    protects: 'overlays of files that compose reads, without scripts',
    check: unknownFile,
  },
  {
    name: 'port-file-written',
    severity: 'ask',
    protects: 'files that make and the framework read by their names',
    check: ({written, within, targets}) => {
      const file = written.find((name) => name !== within && !targets.includes(name) && !PORT_FILES.test(name));
      return file && `This puts a file into the port that repairs do not: ${file}`;
    },
  },
  {
    name: 'new-port',
    severity: 'ask',
    protects: 'ports of FreeBSD from replacement by others',
    check: ({within, type}) =>
      within === 'newport/Makefile' && type === 'add' ? 'A new port replaces that of FreeBSD; that is not a repair.' : undefined,
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
    name: 'mode-only',
    severity: 'ask',
    protects: 'repairs that change the port',
    check: ({type, modes, raw, removed, binary, shown}) =>
      type === 'modify' && modes[0] !== modes[1] && !binary && raw.length + shown.length + removed.other.length === 0
        ? `Only the mode of the file changes, from ${modes[0]} to ${modes[1]}; compose does not carry it over.`
        : undefined,
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

function unknownFile(file: TouchedFile, {roles}: GuardedDiff): string | undefined {
  const {within, type, raw} = file;
  if (within === undefined || type === 'delete') return undefined;
  const script = raw.find((line) => /^#!/.test(line));
  if (script !== undefined && !isSourcePatch(within) && !isPortDiff(within)) return `The overlay gets a script: ${script}`;
  if (type === 'rename' && isSourcePatch(file.oldPath) && !isAppliedPatch(within))
    return 'The renamed patch is no longer applied.';
  if (READ.test(within) || roles.names(within)) return undefined;
  return 'Compose does not read this file of an overlay, and no operation names it.';
}

function effectiveLines(lines: readonly string[]): number {
  return lines.filter((line) => line.trim() !== '' && !line.trim().startsWith('#')).length;
}

/** Patches that are removed, without those that another file of the diff brings back under the same name. */
function droppedPatches({dropped}: TouchedFile, {port, overlay}: GuardedDiff): string[] {
  const exists = (name: string): boolean => port === undefined || overlay === undefined || port.has(name) || overlay.has(name);
  return dropped.filter((name) => isSourcePatch(name) && exists(name));
}
