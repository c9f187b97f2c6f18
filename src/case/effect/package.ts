import type {Finding} from '../types.ts';
import {findingOf} from './rules.ts';

/** A file of a package; size in bytes. */
export interface PackageFile {
  readonly path: string;
  readonly size: number;
}

/** Parts of the last good package's files and bytes that a package may lose. */
const MOST_FILES_LOST = 0.5;
const LEAST_BYTES = 0.2;
/** Bytes below which sizes are not compared: a script may become shorter by any factor. */
const SMALL = 4096;

/**
 * Parses the lines of `tar -tv`, of GNU (`mode owner/group size date time name`) and of BSD (`mode links owner group size month day
 * time name`). Directories and the package's own metadata, whose names begin with `+`, are left out.
 */
export function readPackageList(text: string): PackageFile[] {
  return text.split('\n').flatMap((line) => {
    const parts = line.trim().split(/\s+/);
    if (!/^[-lh]/.test(line) || parts.length < 6) return [];
    const isGnu = parts[1]?.includes('/') === true;
    const path = parts
      .slice(isGnu ? 5 : 8)
      .join(' ')
      .replace(/ (?:->|link to) .*$/, '')
      .replace(/^\.?\//, '');
    if (path === '' || path.startsWith('+')) return [];
    return [{path, size: Number(parts[isGnu ? 2 : 4]) || 0}];
  });
}

/** Returns a finding for a package that is empty, or that lost most of what the last good one had; none without a reason to ask. */
export function packageFindings(
  before: readonly PackageFile[] | undefined,
  after: readonly PackageFile[] | undefined,
): Finding[] {
  if (after === undefined)
    return before === undefined
      ? []
      : [findingOf('package', '', 'There is no package of the port’s name, where there was one before.')];
  if (after.length === 0 && before?.length !== 0) return [findingOf('package', '', 'The package that comes out has no files.')];
  if (before === undefined || before.length === 0) return [];
  const names = new Set(after.map(nameOf));
  const lost = before.filter((one) => !names.has(nameOf(one)));
  if (lost.length > before.length * MOST_FILES_LOST) return [lostFiles(lost, before.length)];
  const stubs = stubsOf(before, after);
  if (stubs.length > 0)
    return [
      findingOf('package', '', `Files of the package are stubs of what the last good one had: ${stubs.slice(0, 5).join(', ')}`),
    ];
  return [];
}

function lostFiles(lost: readonly PackageFile[], of: number): Finding {
  const names = lost.slice(0, 5).map(({path}) => path);
  return findingOf(
    'package',
    '',
    `The package lacks ${lost.length} of ${of} files that the last good one has: ${names.join(', ')}`,
  );
}

function stubsOf(before: readonly PackageFile[], after: readonly PackageFile[]): string[] {
  const sizes = new Map(after.map((one) => [nameOf(one), one.size]));
  return before.flatMap((one) => {
    const size = sizes.get(nameOf(one));
    return size !== undefined && one.size >= SMALL && size < one.size * LEAST_BYTES
      ? [`${one.path} (${one.size} → ${size} bytes)`]
      : [];
  });
}

/** The path without a version, which another release of a port changes: `share/foo-1.2/a` and `lib/libfoo.so.1.2`. */
function nameOf({path}: PackageFile): string {
  return path.replace(/\d+(?:\.\d+)+/g, '#').replace(/\.so(?:\.[\d#]+)*$/, '.so');
}
