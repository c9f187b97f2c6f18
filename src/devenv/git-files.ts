/**
 * Returns files by their path below `prefix`: from the number of bytes of a list of `git ls-tree -z`, the list, and then for each regular
 * file in it the number of its bytes, the bytes and a line break. Undefined where list and contents do not match, as by a name with a line break.
 */
export function readGitFiles(output: Buffer, prefix: string): Map<string, string> | undefined {
  const [listBytes, start] = lineAt(output, 0);
  const end = start + Number(listBytes);
  const paths = regularFiles(output.toString('utf8', start, end));
  const files = new Map<string, string>();
  let at = end;
  for (const path of paths) {
    const [size, from] = lineAt(output, at);
    if (!/^\d+$/.test(size) || !path.startsWith(prefix)) return undefined;
    at = from + Number(size) + 1;
    if (output[at - 1] !== 0x0a) return undefined;
    files.set(path.slice(prefix.length), output.toString('utf8', from, at - 1));
  }
  return at === output.length ? files : undefined;
}

/** Returns the line that starts at an offset, trimmed, and the offset of the next. */
function lineAt(output: Buffer, offset: number): [string, number] {
  const end = output.indexOf(0x0a, offset);
  return end < 0 ? ['', output.length] : [output.toString('latin1', offset, end).trim(), end + 1];
}

function regularFiles(list: string): string[] {
  return list.split('\0').flatMap((entry) => /^100[0-7]+ blob [0-9a-f]+\t([\s\S]+)$/.exec(entry)?.[1] ?? []);
}
