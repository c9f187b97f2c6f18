import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Rule} from './finding.ts';
import {isLoss} from './lost.ts';
import {unquotedWords} from './words.ts';

/** Variables whose values are features of the port, and must not be lost. */
const VALUED = /(?:^|_)DEPENDS(?:_|$)|^OPTIONS_DEFAULT|^OPTIONS_DEFINE|^USES/;
/** Arguments of USES whose removal is a usual repair. */
const REMOVABLE = new Set(['alias']);

/** Rules on lines of the overlay that a diff takes away. A policy may change their severities. */
export const OVERLAY_LINES: readonly Rule[] = [
  {
    name: 'feature-removed',
    severity: 'ask',
    protects: 'dependencies, options and USES of the overlay',
    check(file, diff) {
      const removed = valuesOf(file.removed.make);
      const added = new Set(removed.length === 0 ? [] : diff.files.flatMap((one) => valuesOf(one.added.make)));
      const lost = removed.filter((one) => !added.has(one));
      return lost.length === 0
        ? undefined
        : `The overlay loses this, and nothing of the diff brings it back: ${lost.join(', ').slice(0, 200)}`;
    },
  },
  {
    name: 'variable-removed',
    severity: 'ask',
    protects: 'dependencies, marks and checks of FreeBSD’s port',
    check({unset, added, removed, patched, lost}) {
      const filtered = added.make.filter(filters);
      const marks = (patched.length === 0 ? [] : removed.make).filter(
        (line) => MARKS.test(line) && !added.make.some((one) => MARKS.test(one)),
      );
      const found = [...unset, ...lost].find(isLoss) ?? filtered[0] ?? marks[0];
      return found && `The port loses this: ${found.trim().slice(0, 200)}`;
    },
  },
  {
    name: 'dops-invalid',
    severity: 'ask',
    protects: 'overlay.dops files that the language allows',
    check({faults}) {
      const [fault] = faults;
      return fault && `overlay.dops does not allow this: ${fault.trim().slice(0, 200)}`;
    },
  },
];

/** Marks by which a port is not built. */
const MARKS = /^\s*(?:BROKEN|IGNORE|FORBIDDEN|NOT_FOR|ONLY_FOR)\w*\s*[?+:]?=/;
/** Returns whether a line assigns a list of dependencies without a part of it. */
function filters(line: string): boolean {
  const {kind, name, value} = readMakeLine(line);
  return (
    kind === 'assignment' && /(?:^|_)DEPENDS/.test(name) && (/\$\{\w*DEPENDS\w*:/.test(value) || /^\s*(?:#.*)?$/.test(value))
  );
}

function valuesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const {kind, name, value} = readMakeLine(line);
    if (kind !== 'assignment' || !VALUED.test(name)) return [];
    return unquotedWords(value).filter((word) => !word.includes('$') && !REMOVABLE.has(word.split(':')[0] ?? ''));
  });
}
