import {patchOf} from './source-patch.ts';
import {BOTH, type Builder, dops, type FailingState, MAKEFILE, type Named, PART, PLAIN, parts} from './state.ts';

/** A dragonfly patch that fails, in an overlay with another statement. */
function failedPatch(
  named: Named,
  text: string,
  source: string | undefined,
  after: string | undefined | 'dropped',
): FailingState {
  const path = `dragonfly/${named.patch}`;
  const other = 'mk add LDFLAGS "-lm"';
  const overlay = {'overlay.dops': dops(named, `file materialize ${path} -> ${path}`, other), [path]: text};
  const dropped = {'overlay.dops': dops(named, other)};
  const delivered = after === 'dropped' ? dropped : after === undefined ? undefined : {...overlay, [path]: after};
  return {overlay, freebsd: {Makefile: MAKEFILE}, sources: source === undefined ? {} : {[named.file]: source}, delivered};
}

/** A patch that extends conditions, and the source as upstream has it now. */
function obsolete(now: (hunks: number) => string): Builder {
  return (named) => {
    const text = patchOf(named.file, parts(named.hunks, PLAIN), parts(named.hunks, BOTH));
    return failedPatch(named, text, now(named.hunks), 'dropped');
  };
}

export const guardGone = obsolete((hunks) => parts(hunks, '').replaceAll('#endif\n', ''));
export const upstream = obsolete((hunks) => `int added_upstream;\n${parts(hunks, BOTH)}`);
export const superseded: Builder = (named) => {
  const before = 'extern int errno;\nint main_function(void);\nint other_function(void);\n';
  const text = patchOf(named.file, before, before.replace('extern int errno;', '#include <errno.h>'));
  return failedPatch(named, text, '#include <stdio.h>\n#include <errno.h>\nint main_function(int);\n', 'dropped');
};
export const configGuess: Builder = (named) => {
  const before = 'case x in\n    *:FreeBSD:*:*)\n\techo freebsd ;;\nesac\n';
  const text = patchOf(named.file, before, before.replace('esac', '    *:DragonFly:*:*)\n\techo dragonfly ;;\nesac'));
  return failedPatch(named, text, 'case y in\n    *:DragonFly:*:*)\n\tGUESS=dragonfly ;;\nesac\n', 'dropped');
};

/** The lines around a hunk changed. */
export const moved: Builder = (named) => {
  const [before, now] = [PART(0, PLAIN), PART(0, PLAIN).replace('int first_of_0;', 'long first_of_0;')];
  const text = patchOf(named.file, before, PART(0, BOTH));
  return failedPatch(named, text, now, patchOf(named.file, now, now.replace(PLAIN, BOTH)));
};

/** Upstream changed other words of the line that the patch changes; where no rule could know the fix, all of it. */
export const recut: Builder = (named) => {
  const [old, updated] = ['#if defined(__FreeBSD__) || defined(__OpenBSD__)', `${BOTH} || defined(__OpenBSD__)`];
  const text = patchOf(named.file, PART(0, old), PART(0, updated));
  if (named.fix.det !== 'N') return failedPatch(named, text, 'int rewritten;\nstatic void other(void);\n', undefined);
  const now = PART(0, `${old} || defined(__NetBSD__)`);
  return failedPatch(named, text, now, patchOf(named.file, now, PART(0, `${updated} || defined(__NetBSD__)`)));
};

export const targetGone: Builder = (named) => {
  const text = patchOf(named.file, PART(0, PLAIN), PART(0, BOTH));
  // Where rules repair the first error only, another patch of the same failure has to be written again.
  if (named.fix.det === 'P') return {...failedPatch(named, text, undefined, 'dropped'), delivered: undefined};
  return failedPatch(named, text, undefined, 'dropped');
};
export const targetMoved: Builder = (named) => {
  const now = `int new_file;\n${PART(0, PLAIN)}`;
  const place = named.file.replace(/(\.\w+)$/, '/mod$1');
  const text = patchOf(named.file, PART(0, PLAIN), PART(0, BOTH));
  const state = failedPatch(named, text, undefined, patchOf(place, now, `int new_file;\n${PART(0, BOTH)}`));
  return {...state, sources: {[place]: now}};
};
