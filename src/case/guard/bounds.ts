import type {Rule} from './finding.ts';
import {isPortDiff, isSourcePatch, type TouchedFile} from './touched.ts';

/** Rules on where a fix may write, and which kinds of files. A policy cannot change them. */
export const BOUNDS: readonly Rule[] = [
  {
    name: 'outside',
    severity: 'refuse',
    protects: 'a fix in its own port',
    check: ({within}) => (within === undefined ? 'A fix may touch only its own port’s directory.' : undefined),
  },
  {
    name: 'file-kind',
    severity: 'refuse',
    protects: 'regular files',
    check: ({modes}) =>
      modes.some((mode) => mode === '120000' || mode === '160000')
        ? 'Links and submodules are not allowed in an overlay; write a regular file.'
        : undefined,
  },
  {
    name: 'git-file',
    severity: 'refuse',
    protects: 'what git is told',
    check: ({path}) =>
      path.split('/').some((part) => part.startsWith('.git')) ? 'Files that git acts upon are no part of a repair.' : undefined,
  },
  {
    name: 'patch-path',
    severity: 'refuse',
    protects: 'patches in the source that they are for',
    check(file) {
      const outside = targetsOf(file).find((path) => path.startsWith('/') || path.split('/').includes('..'));
      return outside && `This patch would write outside the port's source: ${outside}`;
    },
  },
  {
    name: 'distinfo',
    severity: 'refuse',
    protects: 'checksums',
    check(file) {
      const named = [...file.dropped, ...file.edited, ...file.written, ...(isPortDiff(file.path) ? targetsOf(file) : [])];
      return named.some((name) => /(^|\/)distinfo(\.\w+)?$/.test(name))
        ? 'Checksums are not changed by a repair: a changed distfile may be an attack.'
        : undefined;
    },
  },
];

/** Returns the files that a patch names, without `/dev/null`. */
function targetsOf(file: TouchedFile): string[] {
  if (!isSourcePatch(file.path) && !isPortDiff(file.path)) return [];
  return file.raw
    .flatMap((line) => /^(?:---|\+\+\+|Index:) +(\S+)/.exec(line)?.[1] ?? [])
    .filter((path) => path !== '/dev/null')
    .map((path) => path.replace(/\.orig$/, ''));
}
