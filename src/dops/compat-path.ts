/** Returns whether a path below an overlay is of the compat form: without an overlay.dops, compose reads such files by their places. */
export function isCompatPath(path: string): boolean {
  return /^(?:Makefile\.DragonFly[^/]*$|(?:diffs|dragonfly)(?:\/|$))/.test(path);
}
