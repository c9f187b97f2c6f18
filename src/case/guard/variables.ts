import {readMakeLine} from '../../dops/makefile/make-line.ts';
import {assignmentOf, type Form} from './forms.ts';
import {PROTECTION} from './lost.ts';
import {unquotedWords} from './words.ts';

/** Variables that hide a failure, or take the port out of the build. */
const HIDING =
  'BROKEN|IGNORE|FORBIDDEN|DEPRECATED|EXPIRATION_DATE|DFLY_UNMAINTAINED|NOT_FOR_\\w+|ONLY_FOR_\\w+|CHECKSUM_ALGORITHMS|DISTINFO_FILE|' +
  'DISABLE_\\w+|TRYBROKEN|ALLOW_UNSUPPORTED_SYSTEM|MANUAL_PACKAGE_BUILD|_?NO_(?!CCACHE|ARCH|WRKSUBDIR|MTREE|OPTIONS_SORT|CDROM)[A-Z]\\w*';

const DOWNLOADS =
  'MASTER_SITE\\w*|DISTFILES|PATCHFILES|PATCH_SITE\\w*|EXTRACT_(?:ONLY|SUFX|CMD|\\w+_ARGS)|FETCH\\w*|GH_\\w+|GL_\\w+|USE_GITHUB|USE_GITLAB|' +
  'DISTNAME|DIST_?(?:DIR|SUBDIR)|_?DISTDIR|CARGO_CRATES|GO_MODULE|NPM_\\w+|SITES_?\\w*|\\w*PROXY|RANDOMIZE_\\w+|BACKUP_SITE\\w*';

const IDENTITY =
  'PORTNAME|PORTVERSION|DISTVERSION\\w*|PORTEPOCH|CATEGORIES|MAINTAINER|LICENSE(?!_FILE)\\w*|PKGNAME\\w*|PKGBASE|PKGVERSION|UNIQUENAME|' +
  '\\w+_PKGNAME(?:PREFIX|SUFFIX)|RESTRICTED|NO_CDROM|COMMENT|WWW|FLAVORS?|CPE_\\w+|PKG_?ORIGIN|PKGCATEGORY';

const TOOLS =
  'CC|CXX|CPP|CXXCPP|LD|AR|AS|NM|RANLIB|OBJCOPY|STRIP|STRIP_\\w+|HOSTCC|FC|F77|PATCH|INSTALL|INSTALL_(?!TARGET|WRKSRC)\\w+|_INSTALL\\w*|' +
  'SED|AWK|CP|MV|LN|RM|MKDIR|TAR|UNZIP\\w*|SH|PKG\\w*_(?:BIN|CMD|CREATE)|PKG_\\w+|MAKE|MAKE_CMD|GMAKE|\\w+_CMD|\\w+_BIN|NINJA|CMAKE_BIN|' +
  'COPYTREE_\\w+|TRUE|FALSE|ECHO\\w*|TEST|CHMOD|CHOWN|SU|SUDO|ENV|SETENV\\w*|\\w*_WRAPPER|\\w*_LAUNCHER|BINARY_WRAPPERS|PATH';

const SCRIPTS = 'PKG_?(?:DE)?INSTALL|PKG(?:PRE|POST)\\w*|PKGREQ|PKGUPGRADE|USE_RC_SUBR|USERS|GROUPS|RC_\\w+';

const ENVIRONMENT = /^(?:\w+_)?(?:MAKE|CONFIGURE|TEST|CARGO|GO|QMAKE|MESON|CMAKE|WRK|PYTHON|SCRIPTS|QA)_?ENV\w*$/;
const TOOL_IN_ENVIRONMENT =
  /^(?:PATH|CC|CXX|CPP|LD|AR|AS|NM|RANLIB|STRIP|SHELL|ENV|BASH_ENV|HOME|LD_\w+|SED|AWK|INSTALL|MAKE|MAKEFLAGS|PERL5OPT|PYTHONSTARTUP|RUSTC_WRAPPER|GIT_\w+)=(?!"?\$\{(?:CC|CXX|CPP|LD|AR|AS|NM|RANLIB|STRIP_CMD|SED|AWK|INSTALL|MAKE|WRKDIR)\}"?$)/;

const PROTECTION_OFF = new RegExp(
  `(?:--(?:disable|without|no)-|-D\\w*?(?:WITHOUT_|NO_|DISABLE_))${PROTECTION}(?![A-Za-z])`,
  'gi',
);
/** Arguments that switch a protection off by a value. */
const SWITCHED_OFF = new RegExp(
  `(?:^|[\\s"'])(?:--(?:enable|with)-|-D\\w*?|[A-Z_]*?)${PROTECTION}(?![A-Za-z])[\\w:-]*=["']?(?:off|no|false|0|disabled)\\b|-tags\\s+(?:\\S*,)?no_?${PROTECTION}|-D(?:NO|WITHOUT|DISABLE|SKIP)_?${PROTECTION}(?![A-Za-z])`,
  'gi',
);
const OPTION_OFF = new RegExp(`(?:^|[\\s:N])(?:N\\*?)?${PROTECTION}\\*?(?=$|[\\s}])`, 'i');

/** Forms of assignments. */
export const VARIABLE_FORMS: readonly Form[] = [
  {
    name: 'hiding',
    severity: 'refuse',
    protects: 'visibility of failures: no BROKEN, IGNORE, NO_CHECKSUM and the like',
    reason: 'This hides the failure instead of repairing it',
    forms: {make: assignmentOf(`(?:${HIDING})(?:_\\S+)?`)},
  },
  {
    name: 'downloads',
    severity: 'ask',
    protects: 'the origin of sources',
    reason: 'This changes what is downloaded',
    forms: {make: assignmentOf(`(?:${DOWNLOADS})(?:_\\S+)?`)},
  },
  {
    name: 'identity',
    severity: 'ask',
    protects: 'name, version and license of the port',
    reason: 'This changes the identity of the port, not the cause of the failure',
    forms: {make: assignmentOf(`(?:${IDENTITY})`)},
  },
  {
    name: 'tools-replaced',
    severity: 'ask',
    protects: 'the tools and the environment of the build',
    reason: 'This replaces a tool of the build, or a variable of the environment that selects tools',
    forms: {make: toolsReplaced},
  },
  {
    name: 'package-scripts',
    severity: 'ask',
    protects: 'packages without install and start scripts',
    reason: 'This adds a script to the package, or an account, which runs as root or belongs to the system',
    forms: {
      make: new RegExp(
        `${assignmentOf(`(?:${SCRIPTS})(?:_\\S+)?`).source}|^\\s*(?:\\w+_)?SUB_FILES(?:_\\w+)?\\s*[?+:]?=.*\\b(?:pkg-(?:de)?install|rc\\.d)`,
      ),
    },
  },
  {
    name: 'protection-disabled',
    severity: 'ask',
    protects: 'encryption, sandboxes and authentication of the program',
    reason: 'This disables a protection of the program',
    forms: {make: protectionsDisabled},
    ignoreRemoved: true,
  },
  {
    name: 'computed-name',
    severity: 'ask',
    protects: 'reviewable assignments',
    reason: 'This assigns to a variable whose name is computed by make',
    forms: {make: /^ *(?:[\w.]*\$[{(].*[})][\w.]*)\s*[?+:!]?=|::[?+!]?=|:_=|:@[^@]*@[^}]*::/},
  },
];

const TOOL = assignmentOf(`(?:${TOOLS})`);

function toolsReplaced(line: string): string[] {
  if (TOOL.test(line)) return [line.trim()];
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'assignment' || !ENVIRONMENT.test(name)) return [];
  return unquotedWords(value).filter((word) => TOOL_IN_ENVIRONMENT.test(word));
}

function protectionsDisabled(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'assignment') return [];
  if (/^OPTIONS_(?:EXCLUDE|UNSET)/.test(name) && OPTION_OFF.test(value)) return [value];
  if (/^OPTIONS_/.test(name)) return value.match(/:N\*?[A-Z]*(?:SSL|TLS|CRYPTO|SANDBOX|PAM|PIE)[A-Z]*\*?/g) ?? [];
  if (/^CMAKE_OFF/.test(name)) return value.match(new RegExp(`\\b\\w*?${PROTECTION}(?![A-Za-z])`, 'gi')) ?? [];
  if (/^CMAKE_ON/.test(name))
    return value.match(new RegExp(`\\b(?:DISABLE|NO|WITHOUT)_\\w*?${PROTECTION}(?![A-Za-z])`, 'gi')) ?? [];
  return [...(value.match(PROTECTION_OFF) ?? []), ...(value.match(SWITCHED_OFF) ?? [])];
}

const NAMED = assignmentOf(`(?:${[HIDING, DOWNLOADS, SCRIPTS].join('|')})(?:_\\S+)?|${IDENTITY}|${TOOLS}`);

/** Returns whether a rule on assignments names the variable that a line assigns. */
export function isNamed(line: string): boolean {
  return NAMED.test(line);
}
