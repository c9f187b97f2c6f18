import type {GuardedDiff} from './finding.ts';
import type {TouchedFile} from './touched.ts';

/**
 * Returns whether the deletion of STATUS changes no decision: an overlay.dops replaces it, whose type is that of STATUS. Since
 * June 2026 the conversion of an overlay deletes STATUS.
 */
export function isReplaced({type, removed}: TouchedFile, {roles, overlay}: GuardedDiff): boolean {
  if (type !== 'delete' || !roles.hasDops) return false;
  const text = removed.other.join('\n') || (overlay?.get('STATUS') ?? '');
  const before = statusType(text);
  return before === (roles.type ?? 'port');
}

/** Returns the type that STATUS gives a port, as overlay.dops names it. */
function statusType(text: string): string {
  const first = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'port';
  return first === 'ignore' ? 'mask' : first;
}
