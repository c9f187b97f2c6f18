import type {Rule} from './finding.ts';
import {isDistinfo, isPortDiff, isSourcePatch} from './names.ts';
import type {TouchedFile} from './touched.ts';

/** Rules on where a fix may write, and which kinds of files. A policy cannot change them. */
export const BOUNDS: readonly Rule[] = [
  {
    name: 'outside',
    severity: 'refuse',
    protects: 'other ports',
    check: ({within, oldPath, type}, {home}) =>
      within === undefined || (type === 'rename' && !oldPath.startsWith(home))
        ? 'A fix may touch only its own port’s directory.'
        : undefined,
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
    protects: 'git’s own files',
    check: ({path}) =>
      path.split('/').some((part) => /^\.git|\.git$/i.test(part))
        ? 'Files that configure git are not part of a repair.'
        : undefined,
  },
  {
    name: 'patch-path',
    severity: 'refuse',
    protects: 'files outside of the port’s source',
    check(file) {
      const outside = [...targetsOf(file), ...file.edited, ...file.written, ...file.dropped, ...file.sources].find(
        (path) => path.startsWith('/') || path.split('/').includes('..'),
      );
      return outside && `This would read or write outside the port: ${outside}`;
    },
  },
  {
    name: 'distinfo',
    severity: 'refuse',
    protects: 'checksums',
    check(file) {
      const isDiff = file.patched.length > 0 && !isSourcePatch(file.within ?? file.path);
      const named = [
        ...file.dropped,
        ...file.edited,
        ...file.written,
        ...(isDiff || isPortDiff(file.path) ? targetsOf(file) : []),
      ];
      return named.some(isDistinfo) ? 'A repair must not change checksums: a changed distfile may be an attack.' : undefined;
    },
  },
];

const HEADERS = [/^(?:---|\+\+\+|\*\*\*|Index:)[ \t]+"?([^\s"]+)/, /^(?:rename|copy) (?:from|to) "?([^\s"]+)/];

/** Returns the files that a patch names in headers of any form, without `/dev/null`. */
function targetsOf(file: TouchedFile): string[] {
  if (file.patched.length === 0 && !isSourcePatch(file.path) && !isPortDiff(file.path)) return [];
  return file.raw
    .flatMap((line) => [
      ...HEADERS.flatMap((header) => header.exec(line)?.[1] ?? []),
      ...(/^diff --git "?a\/(\S+)"? "?b\/(\S+?)"?$/.exec(line)?.slice(1) ?? []),
    ])
    .filter((path) => path !== '/dev/null' && !/^\d+(?:,\d+)?$/.test(path))
    .map((path) => path.replace(/\.orig$/, ''));
}
