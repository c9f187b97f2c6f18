/** What is made in an evidence root is for its owner and its group to read, even where the umask would let others read it too. */
export const EVIDENCE_DIR = {recursive: true, mode: 0o750} as const;
export const EVIDENCE_FILE = 0o640;
