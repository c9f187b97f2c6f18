import {overlayDir, portFileName} from './paths.ts';
import type {ToolContext} from './tool.ts';

/** Tools that work on the composed port and its work tree: they are for the case's own port, whose failure is repaired. */
const FOR_OWN_PORT: ReadonlySet<string> = new Set([
  'materialize_dports',
  'make_patch',
  'extract',
  'dsynth_build',
  'dsynth_log',
  'dupe',
  'try_make',
  'make_var',
  'genpatch',
]);

/** Tools that edit one overlay without naming it: the master's, where the repair of a slave port belongs. */
const FOR_MASTER: ReadonlySet<string> = new Set(['dops_add', 'dops_replace', 'dops_remove', 'patch_source']);

/**
 * Returns the context of a call in the case of a slave port: that of the master where the master is in the case's scope and the call names its
 * origin or a path in its overlay, or names no overlay.
 */
export function contextOfCall(name: string, args: Readonly<Record<string, unknown>>, context: ToolContext): ToolContext {
  const {master, origin} = context;
  if (master === undefined || FOR_OWN_PORT.has(name)) return context;
  if (typeof args.path === 'string' && args.path.startsWith('/') && portFileName(args.path, origin) !== undefined) return context;
  const isMasters = FOR_MASTER.has(name) || args.origin === master || isBelow(args.path, overlayDir(master));
  return isMasters ? {...context, origin: master, slave: origin} : context;
}

/** Returns whether a path is below a directory, by its text alone: the tool itself checks the path. */
function isBelow(path: unknown, dir: string): boolean {
  return typeof path === 'string' && path.replace(/\/{2,}/g, '/').startsWith(`${dir}/`);
}
