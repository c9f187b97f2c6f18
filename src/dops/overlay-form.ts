/** Returns whether a path below an overlay is of the compat form: without an overlay.dops, compose reads such files by their places. */
export function isCompatPath(path: string): boolean {
  return /^(?:Makefile\.DragonFly[^/]*$|(?:diffs|dragonfly)(?:\/|$))/.test(path);
}

/** Returns the form of an overlay by its paths: overlay.dops alone counts where it is there; `none` where there are no compat files either. */
export function overlayForm(paths: Iterable<string>): 'dops' | 'compat' | 'none' {
  const all = [...paths];
  if (all.includes('overlay.dops')) return 'dops';
  return all.some(isCompatPath) ? 'compat' : 'none';
}
