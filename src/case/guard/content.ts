import type {Severity} from '../types.ts';
import type {Rule} from './finding.ts';
import type {LineKind, TouchedFile} from './touched.ts';

/** A rule that matches a pattern in added lines. */
interface Form {
  readonly name: string;
  readonly severity: Severity;
  readonly protects: string;
  readonly reason: string;
  readonly forms: Partial<Record<LineKind, RegExp | ((line: string) => readonly string[])>>;
  /** Ignores matches that the change also removes: the line was only moved or edited elsewhere. */
  readonly ignoreRemoved?: boolean;
}

const assignmentOf = (names: string): RegExp => new RegExp(`^\\s*(?:\\.\\s*)?(?:${names})\\s*[?+:!]?=`);

/** Macros that identify a system or a compiler. */
const PLATFORM_MACROS =
  '__(?:FreeBSD|DragonFly|NetBSD|OpenBSD|linux|gnu_linux|APPLE|GNUC|GLIBC|clang|STDC|cplusplus|unix)\\w*|_WIN32|_MSC_VER';
/** Documented feature test macros, with which a source requests features from the system. */
const FEATURE_MACROS =
  '(?:_(?:GNU|BSD|DEFAULT|XOPEN|POSIX|NETBSD|ISOC\\d\\d|LARGEFILE|ALL|REENTRANT|THREAD_SAFE|FILE_OFFSET)\\w*|__STDC_\\w+_MACROS)';

const FLAGS = /FLAGS\w{0,40}\s*[?+:]?=/;
const WARNINGS_OFF = /(?<=^|[\s"'=])(?:-Wno-[\w=+-]+|-fpermissive)(?=$|[\s"'])/g;
const ALL_WARNINGS_OFF = /(?<=FLAGS\w{0,40}\s*[?+:]?=|\s)-w(?=$|\s)/g;

/**
 * Returns the switches of a line that disable warnings. `-w` counts only among compiler flags, since grep has it too. Two steps
 * instead of one expression: a lookbehind over the line at each `-w` would be slow.
 */
function warningSwitches(line: string): string[] {
  const flags = line.search(FLAGS);
  return [...(line.match(WARNINGS_OFF) ?? []), ...(flags < 0 ? [] : (line.slice(flags).match(ALL_WARNINGS_OFF) ?? []))];
}

const FORMS: readonly Form[] = [
  {
    name: 'hiding',
    severity: 'refuse',
    protects: 'visibility of failures: no BROKEN, IGNORE, NO_CHECKSUM and the like',
    reason: 'This hides the failure instead of repairing it',
    forms: {
      make: assignmentOf(
        '(?:BROKEN|IGNORE|FORBIDDEN|NOT_FOR_\\w+|ONLY_FOR_\\w+|NO_CHECKSUM|CHECKSUM_ALGORITHMS|NO_BUILD|NO_PACKAGE|DISTINFO_FILE|DISABLE_\\w+|TRYBROKEN|NO_IGNORE|ALLOW_UNSUPPORTED_SYSTEM)(?:_\\S+)?',
      ),
    },
  },
  {
    name: 'downloads',
    severity: 'ask',
    protects: 'the origin of sources',
    reason: 'This changes what is downloaded',
    forms: {
      make: assignmentOf(
        '(?:MASTER_SITES|DISTFILES|PATCHFILES|PATCH_SITES|EXTRACT_ONLY|FETCH_\\w+|GH_\\w+|GL_\\w+|USE_GITHUB|USE_GITLAB|DISTNAME|CARGO_CRATES|GO_MODULE|NPM_\\w+)(?:_\\S+)?',
      ),
    },
  },
  {
    name: 'network',
    severity: 'ask',
    protects: 'builds without downloads',
    reason: 'This downloads something during the build',
    forms: {
      make: /^\t.*(?:\b(?:curl|wget|git\s+clone|svn\s+(?:co|checkout)|pip3?\s+install|npm\s+(?:i|ci|install)|cargo\s+(?:install|fetch)|go\s+get)\b|\$\{FETCH_CMD\}|\bfetch\s+\S*:\/\/)/,
    },
  },
  {
    name: 'check-target',
    severity: 'ask',
    protects: 'targets that check and install the port',
    reason: 'This replaces a target that the port is checked by',
    forms: {
      make: /^(?:check-[\w-]+|stage-qa|checksum|do-(?:fetch|checksum|extract|patch|build|install|package)|(?:pre|post)-(?:fetch|checksum))\s*:(?!=)/,
    },
  },
  {
    name: 'errors-ignored',
    severity: 'ask',
    protects: 'errors that stop the build',
    reason: 'This makes the build continue after an error',
    forms: {
      make: /^\t\s*[@+]*-|\|\|\s*(?:true|:|exit 0|\$\{TRUE\})\s*(?:[;)]|$)|\bset \+e\b|^\.(?:IGNORE|NOTMAIN)\b|^\s*MAKE_(?:ARGS|FLAGS)\S*\s*[?+:]?=(?:.*\s)?(?:-[ik]\b|--(?:keep-going|ignore-errors))/,
    },
  },
  {
    name: 'compiler-silenced',
    severity: 'ask',
    protects: 'compiler diagnostics',
    reason: 'This disables compiler diagnostics instead of fixing the code, or has no effect on the error',
    forms: {
      make: warningSwitches,
      source: /#\s*pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored|(?<=[\s"'=])-Wno-[\w=+-]+|(?<=[\s"'=])-fpermissive/,
    },
    ignoreRemoved: true,
  },
  {
    name: 'reserved-macro',
    severity: 'ask',
    protects: 'macros that identify the system and the compiler',
    reason: 'This defines a name that is reserved for the system or the compiler',
    forms: {
      make: new RegExp(`-[DU](?!${FEATURE_MACROS}\\b)(?:__\\w+|_[A-Z]\\w*)`),
      source: new RegExp(`^\\s*#\\s*(?:define|undef)\\s+(?!${FEATURE_MACROS}\\b)(?:${PLATFORM_MACROS})\\b`),
    },
    ignoreRemoved: true,
  },
  {
    name: 'runs-when-read',
    severity: 'ask',
    protects: 'Makefiles that run no commands when they are parsed',
    reason: 'This runs a command, or selects another shell, whenever the Makefile is parsed',
    forms: {make: /^\s*[\w.${}-]+\s*!=|:!.*!|:sh\b|^\s*\.(?:SHELL|MAKEFLAGS|PATH)\b|^\s*SHELL\s*[?:+]?=/},
  },
  {
    name: 'computed-name',
    severity: 'ask',
    protects: 'reviewable assignments',
    reason: 'This assigns to a variable whose name is computed by make',
    forms: {make: /^\s*(?:[\w.]*\$[{(].*[})][\w.]*)\s*[?+:!]?=|::[?+!]?=/},
  },
  {
    name: 'include',
    severity: 'ask',
    protects: 'a port without Makefiles from elsewhere',
    reason: 'This reads a Makefile from elsewhere',
    forms: {make: /^\s*\.\s*[-sd]?include\s*[<"](?:\/|[^>"]*\.\.|\$\{(?!\.CURDIR|PORTSDIR\}\/Mk))/},
  },
  {
    name: 'identity',
    severity: 'ask',
    protects: 'name, version and license of the port',
    reason: 'This changes the identity of the port, not the cause of the failure',
    forms: {
      make: assignmentOf(
        '(?:PORTNAME|PORTVERSION|DISTVERSION\\w*|PORTEPOCH|CATEGORIES|MAINTAINER|LICENSE(?!_FILE)\\w*|PKGNAMEPREFIX|PKGNAMESUFFIX|RESTRICTED|NO_CDROM)',
      ),
    },
  },
  {
    name: 'privileges',
    severity: 'ask',
    protects: 'file modes: no set-uid or set-gid',
    reason: 'This gives a file set-uid or set-gid',
    forms: {
      make: /-m\s*0?[2467]\d{3}\b|\bchmod\s+(?:[ugoa]*\+s|0?[2467]\d{3})\b|\$\{CHMOD\}\s+(?:[ugoa]*\+s|0?[2467]\d{3})\b/,
      plist: /^@\([^)]*,\s*0?[2467]\d{3}\s*\)|^@mode\s+(?:0?[2467]\d{3}|[ugoa]*\+s)/,
    },
  },
  {
    name: 'install-script',
    severity: 'ask',
    protects: 'packages without install scripts',
    reason: 'This runs as root on every machine that installs the package',
    forms: {plist: /^@(?:pre|post)?(?:un)?exec\b|^@(?:pre|post)(?:un)?exec\b/},
  },
  {
    name: 'source-disabled',
    severity: 'note',
    protects: 'code: repaired, not disabled',
    reason: 'This disables code with #if 0',
    forms: {source: /^\s*#\s*if\s+0\b/},
  },
  {
    name: 'replaced-by-command',
    severity: 'note',
    protects: 'source changes that fail visibly when the source changes',
    reason: 'A replacement by command silently stops working when the source changes; a patch fails visibly',
    forms: {make: /\$\{REINPLACE_CMD\}|\bsed\s+-i|\$\{PERL\d?\}\s+-\w*i|\$\{SED\}\s+-i/},
  },
];

/** Rules on the content of added lines. A policy may change their severities. */
export const CONTENT: readonly Rule[] = FORMS.map((form) => ({
  name: form.name,
  severity: form.severity,
  protects: form.protects,
  check(file) {
    const found = foundIn(form, file);
    return found && `${form.reason}: ${found.trim().slice(0, 200)}`;
  },
}));

/** Returns the first added line that matches, except for matches that were there before. */
function foundIn({forms, ignoreRemoved = false}: Form, {added, removed}: TouchedFile): string | undefined {
  for (const [kind, form] of Object.entries(forms) as [LineKind, Form['forms'][LineKind] & {}][]) {
    const every = form instanceof RegExp ? matchesOf(new RegExp(form, 'g')) : form;
    const before = new Set(ignoreRemoved ? removed[kind].flatMap((line) => every(line)) : []);
    for (const line of added[kind]) {
      // Comments have no effect.
      if (kind === 'make' && /^\s*#/.test(line)) continue;
      if (every(line).some((match) => !before.has(match))) return line;
    }
  }
  return undefined;
}

function matchesOf(every: RegExp): (line: string) => readonly string[] {
  return (line) => line.match(every) ?? [];
}
