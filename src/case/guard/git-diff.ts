import gitdiff, {type File} from 'gitdiff-parser';

// Its types describe an ES module, but it is CommonJS: under Node the default import is the parser itself.
const parser = gitdiff as unknown as {parse(diff: string): File[]};

/** Returns the files of a diff in git's format. Throws on malformed input. */
export function parseGitDiff(diff: string): File[] {
  return parser.parse(diff);
}

/** Returns the files of a diff with what the parser does not report: the modes of a file that only changes its mode, and whether it is binary. */
export function parseFully(diff: string): File[] {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
  return parseGitDiff(diff).map((file, at) => {
    const part = parts[at] ?? '';
    return {...file, ...modesOf(file, headOf(part)), isBinary: isBinary(part)};
  });
}

function headOf(part: string): string {
  return part.split(/^(?:@@ |GIT binary patch)/m)[0] ?? '';
}

function modesOf({oldMode, newMode}: File, head: string): Pick<File, 'oldMode' | 'newMode'> {
  return {
    oldMode: /^old mode (\d+)$/m.exec(head)?.[1] ?? oldMode,
    newMode: /^new mode (\d+)$/m.exec(head)?.[1] ?? newMode,
  };
}

/**
 * Returns whether a part of a diff is binary. The parser recognizes only one of git's two forms, and in another place. A line
 * of text cannot match, since it has a diff mark in front.
 */
function isBinary(part: string): boolean {
  return /^(GIT binary patch|Binary files .* differ)$/m.test(part);
}
