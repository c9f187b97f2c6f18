import gitdiff, {type File} from 'gitdiff-parser';

// Its types describe an ES module, but it is CommonJS: under Node the default import is the parser itself.
const parser = gitdiff as unknown as {parse(diff: string): File[]};

/** Returns the files of a diff in git's format. Throws on malformed input. */
export function parseGitDiff(diff: string): File[] {
  return parser.parse(diff);
}
