/** An assignment of a file in shell syntax. */
export interface Assignment {
  readonly name: string;
  /** Undefined where the shell computes it: such a value is never guessed, and the file is never run. */
  readonly value: string | undefined;
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;
const COMMENT_OR_BLANK = /^\s*(#.*)?$/;

/** Returns the plain `KEY=value` lines of a file in shell syntax, the last one of each name, and how many other lines it has. */
export function readAssignments(text: string): {assignments: Assignment[]; otherLines: number} {
  const found = new Map<string, Assignment>();
  let otherLines = 0;
  for (const line of text.split(/\r?\n/)) {
    const [, name, written = ''] = LINE.exec(line) ?? [];
    if (name !== undefined) found.set(name, {name, value: plainValue(written.trim())});
    else if (!COMMENT_OR_BLANK.test(line)) otherLines += 1;
  }
  return {assignments: [...found.values()], otherLines};
}

function plainValue(written: string): string | undefined {
  const [, single] = /^'([^']*)'\s*(?:;|#.*)?$/.exec(written) ?? [];
  if (single !== undefined) return single;
  const [, double] = /^"([^"$`\\]*)"\s*(?:;|#.*)?$/.exec(written) ?? [];
  if (double !== undefined) return double;
  const [, bare] = /^([^\s"'$`\\;&|<>()]*)\s*(?:;|#.*)?$/.exec(written) ?? [];
  return bare;
}

/** Returns `NAME=value` for a file in shell syntax, quoted where that is needed. */
export function assignmentLine(name: string, value: string): string {
  const plain = value.replace(/\p{Cc}/gu, '');
  return /^[\w@%+:,./-]*$/.test(plain) ? `${name}=${plain}` : `${name}='${plain.replaceAll("'", "'\\''")}'`;
}
