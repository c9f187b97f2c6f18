import type {StructuredPatch} from 'diff';
import {patchesIn} from '../read-patches.ts';
import {type Emittable, emitStatement} from './emit-statement.ts';

/**
 * Returns statements of overlay.dops for a unified diff of the port's own files, a text operation for each place; none for a diff that
 * cannot be read. What no operation can express is a comment.
 */
export function diffAsDops(diff: string): string[] {
  // Lines may end in CR LF; operations read them with LF only.
  return patchesIn(diff.replace(/\r\n?/g, '\n')).flatMap((patch) => {
    const file = fileOf(patch);
    return file === '' ? [] : patch.hunks.flatMap(({lines}) => placesOf(lines).flatMap((place) => place.statements(file)));
  });
}

/** Returns the file that a patch changes, without what `diff` and `git diff` write around it. */
function fileOf({oldFileName = '', newFileName = ''}: StructuredPatch): string {
  const isGit = /^(a\/|\/dev\/null$)/.test(oldFileName) && /^(b\/|\/dev\/null$)/.test(newFileName);
  const name = newFileName === '/dev/null' ? oldFileName : newFileName;
  return (isGit ? name.slice(2) : name).trim().replace(/\.orig$/, '');
}

/** Splits the lines of a hunk where unchanged ones stand between changed ones, and where removed ones follow added ones. */
function placesOf(lines: readonly string[]): Place[] {
  const places = [new Place(undefined)];
  for (const line of lines) {
    const place = places.at(-1) as Place;
    const [mark, text] = [line[0], line.slice(1)];
    if (mark === '+') place.added.push(text);
    else if (mark === '-') removeFrom(places, place, text);
    else if (mark === ' ') places.push(new Place(text));
  }
  return places;
}

function removeFrom(places: Place[], last: Place, text: string): void {
  const place = last.added.length === 0 ? last : new Place(last.anchor);
  if (place !== last) places.push(place);
  place.removed.push(text);
}

/** Consecutive changed lines. */
class Place {
  /** The line before them. */
  readonly anchor: string | undefined;
  readonly removed: string[] = [];
  readonly added: string[] = [];

  constructor(anchor: string | undefined) {
    this.anchor = anchor;
  }

  statements(file: string): string[] {
    const {removed, added, anchor} = this;
    if (removed.length > 0 && added.length > 0)
      return [emit({kind: 'text.replace_once', file, from: removed.join('\n'), to: added.join('\n')})];
    if (added.length > 0 && anchor === undefined) return [`# no line stands before this in ${file}: ${added.join(' | ')}`];
    const inserted = added.map((line, at) =>
      emit({kind: 'text.line_insert_after', file, anchor: added[at - 1] ?? anchor ?? '', line}),
    );
    return [...removed.map((exact) => emit({kind: 'text.line_remove', file, exact})), ...inserted];
  }
}

function emit(statement: Emittable): string {
  try {
    return emitStatement(statement);
  } catch {
    return `# no operation writes: ${JSON.stringify(statement)}`;
  }
}
