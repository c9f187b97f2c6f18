import {emitStatement} from './emit-statement.ts';

/** Returns statements of overlay.dops for a unified diff of the port's own files, a text operation for each place. */
export function diffAsDops(diff: string): string[] {
  const statements: string[] = [];
  let file = '';
  let place = new Place();
  const flush = (): void => {
    statements.push(...place.statements(file));
    place = new Place();
  };
  for (const line of diff.split('\n')) {
    if (/^(---|\+\+\+) /.test(line)) {
      flush();
      const [, name = ''] = /^\S+ ([^\t\r]+)/.exec(line) ?? [];
      if (name !== '/dev/null') file = name.trim().replace(/\.orig$/, '');
    } else if (line.startsWith('-') && place.added.length === 0) place.removed.push(line.slice(1));
    else if (line.startsWith('+')) place.added.push(line.slice(1));
    else {
      flush();
      if (line.startsWith(' ')) place.anchor = line.slice(1);
      else if (line.startsWith('-')) place.removed.push(line.slice(1));
    }
  }
  flush();
  return statements;
}

/** Consecutive changed lines. */
class Place {
  /** The line before them. */
  anchor: string | undefined;
  readonly removed: string[] = [];
  readonly added: string[] = [];

  statements(file: string): string[] {
    const {removed, added, anchor} = this;
    if (removed.length > 0 && added.length > 0)
      return [emitStatement({kind: 'text.replace_once', file, from: removed.join('\n'), to: added.join('\n')})];
    if (added.length > 0 && anchor === undefined) return [`# no line stands before this in ${file}: ${added.join(' | ')}`];
    const inserted = added.map((line, at) =>
      emitStatement({kind: 'text.line_insert_after', file, anchor: added[at - 1] ?? anchor ?? '', line}),
    );
    return [...removed.map((exact) => emitStatement({kind: 'text.line_remove', file, exact})), ...inserted];
  }
}
