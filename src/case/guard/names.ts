import {baseName} from '../text/base-name.ts';

/** Role of a text in the port. `fragment`: a part of a line of a Makefile. `build`: build files and scripts of the source. */
export type LineKind = 'make' | 'fragment' | 'plist' | 'source' | 'build' | 'script' | 'other';

/** Returns whether a file is a patch of the port's source. */
export function isSourcePatch(name: string): boolean {
  return /(^|\/)patch-[^/]+$/.test(name);
}

/** Returns whether a source patch has a place and a name by which it is applied. */
export function isAppliedPatch(name: string): boolean {
  return /^(?:newport\/)?(?:dragonfly|files)\/(?:@[\w,]+\/)?patch-[^/]+$/.test(name) && !/\.(?:orig|rej|bak)$|~$/.test(name);
}

/** Returns whether a file is diffs/NAME.diff, which changes the port's own files. */
export function isPortDiff(name: string): boolean {
  return /(^|\/)diffs\/(?:@[\w,]+\/)?[^/]+\.diff$/.test(name);
}

export function isDops(name: string): boolean {
  return /(^|\/)[^/]+\.dops$/.test(name);
}

/** Returns whether a file of the port is a script that runs as root where the package is installed. */
export function isInstallScript(name: string): boolean {
  return /(^|\/)pkg-(?:de)?install(?:\.in)?$|(^|\/)pkg-(?:pre|post)\w*$|^files\/[^/]+\.in$/.test(name);
}

export function isDistinfo(name: string): boolean {
  return /(^|\/)distinfo(\.\w+)?$/.test(name);
}

/** Returns the kind of a file of the port. */
export function kindOf(name: string): LineKind {
  const base = baseName(name);
  if (/^(?:GNU|BSD)?[Mm]akefile|\.mk$/.test(base)) return 'make';
  if (/^pkg-plist|^PLIST|plist/.test(base)) return 'plist';
  return isInstallScript(name) ? 'script' : 'other';
}

/** Returns the kind of a file of the port's source that a patch changes. */
export function sourceKindOf(target: string | undefined): LineKind {
  const isBuild =
    /(?:^|\/)(?:[Mm]akefile|configure|GNUmakefile|meson|CMakeLists)[^/]*$|\.(?:mk|mak|am|ac|m4|cmake|sh|in|pro|pri)$/;
  return target !== undefined && isBuild.test(target) ? 'build' : 'source';
}
