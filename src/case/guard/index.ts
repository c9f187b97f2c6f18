import gitdiff, {type File} from 'gitdiff-parser';

// Its types describe an ES module; it is CommonJS, so that under Node the default import is the parser itself.
const parser = gitdiff as unknown as {parse(diff: string): File[]};

/** refuse and ask keep a case from *fixed*; a note is for the reader. */
export type Severity = 'refuse' | 'ask' | 'note';

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Path in the overlay, or empty where the whole diff is meant. */
  readonly path: string;
  /** Why, in words for the operator and the model. */
  readonly reason: string;
}

interface TouchedFile {
  readonly path: string;
  readonly type: File['type'];
  readonly modes: readonly string[];
  readonly binary: boolean;
  /** Added lines; in diffs/*.diff the lines that the inner diff adds, without either mark. */
  readonly added: readonly string[];
  readonly raw: readonly string[];
}

type Rule = (file: TouchedFile, origin: string) => Finding | undefined;

/** Variables that hide a failure instead of repairing it, or that take the checksum away. */
const HIDING =
  /^\s*\.?\s*(BROKEN|IGNORE|FORBIDDEN|NOT_FOR_\w+|ONLY_FOR_\w+|NO_CHECKSUM|NO_BUILD|NO_PACKAGE|DISTINFO_FILE)(_\w+)?\s*[?+:!]?=/;

/** Variables that bring other sources in. */
const DOWNLOADS =
  /^\s*(MASTER_SITES|DISTFILES|PATCHFILES|PATCH_SITES|EXTRACT_ONLY|FETCH_\w+|(GH|GL)_\w+|USE_GITHUB|USE_GITLAB|DISTNAME)(_\w+)?\s*[?+:!]?=/;

/** Targets whose override would let a broken port pass its own checks. */
const CHECK_TARGETS =
  /^(check-plist|check-sanity|checksum|do-(fetch|checksum|build|install|package)|(pre|post)-(fetch|checksum))\s*:/;

const RULES: readonly Rule[] = [
  (file, origin) => {
    const home = `ports/${origin}/`;
    if (file.path.startsWith(home) && !file.path.split('/').includes('..')) return undefined;
    return refuse('outside', file, `A fix may touch only ${home}.`);
  },
  (file) => {
    const odd = file.modes.find((mode) => mode === '120000' || mode === '160000');
    return odd === undefined
      ? undefined
      : refuse('file-kind', file, 'Links and submodules are not allowed in an overlay; write a regular file.');
  },
  (file) => {
    const hides = file.added.find((line) => HIDING.test(line));
    return hides === undefined
      ? undefined
      : refuse('hiding', file, `This hides the failure instead of repairing it: ${hides.trim()}`);
  },
  (file) =>
    touchesDistinfo(file)
      ? refuse('distinfo', file, 'Checksums are not changed by a repair: a changed distfile may be an attack.')
      : undefined,
  (file) => {
    if (!file.path.endsWith('/STATUS')) return undefined;
    return refuse('status', file, 'STATUS decides whether the port is built at all; that is the maintainer’s to change.');
  },
  (file) => {
    const fetches = file.added.find((line) => DOWNLOADS.test(line));
    return fetches === undefined ? undefined : ask('downloads', file, `This changes what is downloaded: ${fetches.trim()}`);
  },
  (file) => {
    const target = file.added.find((line) => CHECK_TARGETS.test(line));
    return target === undefined
      ? undefined
      : ask('check-target', file, `This replaces a target that the port is checked by: ${target.trim()}`);
  },
  (file) => (file.binary ? ask('binary', file, 'A binary file cannot be read in review.') : undefined),
  (file) => {
    if (file.type !== 'delete' || !/\/patch-[^/]+$/.test(file.path)) return undefined;
    return {
      rule: 'patch-deleted',
      severity: 'note',
      path: file.path,
      reason: 'A patch is deleted; say why in the commit message.',
    };
  },
];

function refuse(rule: string, file: TouchedFile, reason: string): Finding {
  return {rule, severity: 'refuse', path: file.path, reason};
}

function ask(rule: string, file: TouchedFile, reason: string): Finding {
  return {rule, severity: 'ask', path: file.path, reason};
}

function touchesDistinfo(file: TouchedFile): boolean {
  const name = file.path.split('/').at(-1) ?? '';
  if (name === 'distinfo' || name === 'distinfo.diff') return true;
  if (name === 'REMOVE') return file.added.some((line) => line.trim() === 'distinfo');
  return isInnerDiff(file.path) && file.raw.some((line) => /^(---|\+\+\+) (\S*\/)?distinfo(\s|\.orig|$)/.test(line));
}

function isInnerDiff(path: string): boolean {
  return /\/diffs\/[^/]+\.diff$/.test(path);
}

/**
 * Looks at a whole fix, as `git diff` prints it, for what a repair of `origin` may not do.
 * An empty diff, or one that cannot be read in full, is refused: what is not understood is not passed.
 */
export function guardDiff(diff: string, origin: string): Finding[] {
  const whole = (rule: string, reason: string): Finding[] => [{rule, severity: 'refuse', path: '', reason}];
  if (diff.trim() === '') return whole('empty', 'The attempt changed nothing in the overlay, so there is nothing to prove.');
  const headers = diff.split('\n').filter((line) => line.startsWith('diff --git ')).length;
  const files = readFiles(diff);
  if (headers === 0 || files?.length !== headers)
    return whole('unreadable', 'The diff is not one that git writes; make the change again.');
  return files.flatMap((file) => RULES.flatMap((rule) => rule(touched(file), origin) ?? []));
}

/** Whether findings let a fix pass: only notes do. */
export function passes(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity === 'note');
}

function readFiles(diff: string): File[] | undefined {
  try {
    return parser.parse(diff);
  } catch {
    return undefined;
  }
}

function touched(file: File): TouchedFile {
  const path = file.type === 'delete' ? file.oldPath : file.newPath;
  const inserted = file.hunks.flatMap((hunk) => hunk.changes).filter((change) => change.type === 'insert');
  const raw = inserted.map((change) => change.content);
  const added = isInnerDiff(path)
    ? raw.filter((line) => line.startsWith('+') && !line.startsWith('+++')).map((line) => line.slice(1))
    : raw;
  return {path, type: file.type, modes: [file.oldMode, file.newMode], binary: file.isBinary === true, added, raw};
}
