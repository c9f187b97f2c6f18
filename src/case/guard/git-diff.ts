import gitdiff, {type File} from 'gitdiff-parser';

// Its types describe an ES module; it is CommonJS, so that under Node the default import is the parser itself.
const parser = gitdiff as unknown as {parse(diff: string): File[]};

/** The files of a diff as git writes it. Throws on one that it cannot read. */
export function parseGitDiff(diff: string): File[] {
  return parser.parse(diff);
}
