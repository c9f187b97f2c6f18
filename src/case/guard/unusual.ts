import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {isNamed} from './variables.ts';

/** Variables that repairs assign. Others are asked about. */
const VARIABLES = new RegExp(
  `^(?:${[
    // Flags, tool chains and dependencies.
    'USES',
    'USE_(?!RC_SUBR|GITHUB|GITLAB)\\w+',
    '\\w*(?:CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|FFLAGS|FCFLAGS|OBJCFLAGS|ASFLAGS|RUSTFLAGS|GOFLAGS|LIBS|LDADD)\\w*',
    '\\w+_DEPENDS',
    'DEPENDS_ARGS',
    'LIB_DIRS',
    'BINARY_ALIAS',
    'PYTHON_\\w+',
    'PERL5_\\w+',
    'SSL_\\w+',
    'LLVM_\\w+',
    'WITHOUT_(?:LTO|CPU_CFLAGS)',
    'LLD_UNSAFE',
    'MAKE_JOBS_(?:UN)?SAFE',
    'NO_CCACHE',
    'WITH_DEBUG',
    // Configuration and build.
    '(?:GNU_)?CONFIGURE_(?:ARGS|ENV|TARGET|MANPREFIX|OUTSOURCE)',
    'GNU_CONFIGURE(?:_\\w+)?',
    'HAS_CONFIGURE',
    'CMAKE_(?:ARGS|ON|OFF|BOOL\\w*|BUILD_TYPE|TESTING\\w*)',
    'MESON_(?:ARGS|BUILD_DIR)',
    'QMAKE_?(?:ARGS|FLAGS)',
    'MAKE_(?:ENV|ARGS|FLAGS)',
    'CARGO_(?:FEATURES|ENV|BUILD_ARGS|BUILDDEP|INSTALL_ARGS)',
    'GO_(?:BUILDFLAGS|TARGET|ENV)',
    'ALL_TARGET',
    'INSTALL_TARGET',
    '(?:BUILD_|CONFIGURE_|INSTALL_|PATCH_)?WRKSRC(?:_SUBDIR)?',
    'NO_WRKSUBDIR',
    'PATHFIX_\\w+',
    'SHEBANG_\\w+',
    'DOS2UNIX_\\w+',
    'MOZ_OPTIONS',
    'RARGS',
    'PYDISTUTILS_\\w+',
    // Options.
    'OPTIONS_\\w+',
    '\\w+_(?:DESC|CONFIGURE_\\w+|CMAKE_\\w+|MESON_\\w+|USES?|USES?_\\w+|IMPLIES|PREVENTS\\w*|VARS(?:_OFF)?|MAKE_(?:ARGS|ENV)\\w*|PLIST_\\w+|SUB_LIST\\w*|EXTRA_PATCHES\\w*|BINARY_ALIAS\\w*)',
    // Package.
    'PLIST',
    'PLIST_(?:FILES|DIRS|SUB)',
    'PORTDOCS',
    'PORTEXAMPLES',
    'PORTDATA',
    'SUB_LIST',
    'SUB_FILES',
    'CONFLICTS\\w*',
    'LICENSE_FILE\\w*',
    'PORTREVISION',
    'INFO',
    'MANDIRS',
    'PKGMESSAGE',
    'DPMSG',
    'MANCOMPRESSED',
    // DragonFly and patches.
    'DFLY_(?:PLIST|ALLOW_\\w+)',
    'EXTRA_PATCHES',
    'PATCH_(?:STRIP|DIST_STRIP)',
    'NO_ARCH\\w*',
    'TEST_(?:TARGET|ENV|ARGS)',
    '[a-z]\\w*',
  ].join('|')})$`,
);

const TARGETS =
  /^(?:dfly-(?:extract|patch|configure|build|install|stage)(?:-\w+)?|(?:pre|post)-(?:extract|patch|configure|build|install|stage|test)(?:-\w+-(?:on|off))?|\.PHONY)$/;
const FRAMEWORK =
  /^(?:_[\w-]+|check-[\w-]+|stage-qa|checksum|makesum|all|build|configure|patch|extract|fetch|install|package|test|stage|deinstall|reinstall|clean|do-(?:fetch|checksum|extract|patch|configure|build|install|package|test|clean)|(?:pre|post)-(?:fetch|checksum|package|clean|everything)|(?:apply|create|generate|install|add|run|security|identify|sanity|compress|fake|makepatch|actual|build|lib|pkg|test|fix|delete|remove|patch|fetch|describe|depends|config)-[\w-]+|\.(?:BEGIN|END|DEFAULT|INIT|ERROR|INTERRUPT|STALE|MAIN|SUFFIXES|DELETE_ON_ERROR|SILENT|EXEC|USE|USEBEFORE|OPTIONAL|MAKE))$/;

/** Steps of the framework that another target would run, or that would not be files. */
const STEP = /^(?:do|check|_[\w]+)-[\w-]+$|^stage-qa$|^checksum$/;

/** Variables by whose presence a port behaves in one build, such as the proof's, otherwise than in another. */
const SURROUNDINGS =
  'DEVELOPER\\w*|BATCH|INTERACTIVE|PACKAGE_BUILDING\\w*|DPORTS_BUILDER|BUILDING_\\w+|USER|LOGNAME|HOME|HOST\\w*|UNAME\\w*|UID|PWD|SHELL|TERM|MAIL|LANG|PATH|D?SYNTH\\w*|POUDRIERE\\w*|PORTWRIGHT\\w*|MAKELEVEL|MAKE_?LEVEL|MFLAGS|MAKEFLAGS|\\.?MAKE\\w*|TESTING\\w*|TEST_?ENV\\w*|WITH_DEBUG_PORTS|CCACHE\\w*|TRYBROKEN|JAILED|CHROOT\\w*|PACKAGES|DISTDIR|WRKDIRPREFIX|PROFILE|CI|DEBUG|NO_\\w+|\\..*|_.*';
const NAME = `(?!(?:${SURROUNDINGS})\\b)[A-Z]\\w*`;
const DEFINED = new RegExp(`^(?:defined|empty)\\s*\\(\\s*${NAME}(?::[^$!()]*)?\\s*\\)$`);
const COMPARED =
  /^"?\$\{(?:OPSYS|ARCH|PORT_OPTIONS|DFLYVERSION|DFLYRELEASE|OSVERSION|OSREL|FLAVOR|PORTNAME|PKGNAMESUFFIX|COMPILER_\w+|CHOSEN_\w+|SSL_DEFAULT|\w+_DEFAULT|\w+_VER(?:SION)?|USES|USE_\w+|MODEL|\w+_(?:OPTIONS|BUILD|RELEASE))(?::[^$!{}]*)?\}"?(?:\s*[=!<>]=?\s*(?:"[^"$!]*"|[\w.*-]+))?$/;
const EXISTS = /^exists\s*\(\s*(?:\/usr\/(?:include|lib)\/[\w./+-]+|\$\{(?:LOCALBASE|FILESDIR|DFLY_PATCHDIR)\}\/[\w./+-]+)\s*\)$/;

/** Returns a condition that is not of an ordinary form. */
function unusualConditions(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'directive' || !/^(?:el)?if/.test(name)) return [];
  const form = /^(?:el)?if(n?)(def|make)?$/.exec(name);
  if (form === null || form[2] === 'make') return [line];
  const condition = form[2] === 'def' ? `defined(${value.trim()})` : value;
  const atoms = condition.replace(/\s#.*$/, '').split(/\s*(?:&&|\|\|)\s*/);
  return atoms.every((atom) => isOrdinary(atom.trim())) ? [] : [line];
}

function isOrdinary(atom: string): boolean {
  const inner = atom.replace(/^[!\s]+/, '');
  const bare =
    inner.startsWith('(') && inner.endsWith(')') ? inner.slice(1, -1) : inner.replace(/^\(+\s*/, '').replace(/\)\)+$/, ')');
  return [inner, bare, bare.replace(/\)$/, ''), bare.replace(/^[!\s]+/, '')].some(
    (one) => DEFINED.test(one) || COMPARED.test(one) || EXISTS.test(one),
  );
}

function unusualDirectives(line: string): string[] {
  const {kind, name} = readMakeLine(line);
  // A single word may be the end of a heredoc whose start is not in the diff.
  if (kind === 'other') return /^\s*[\w-]{1,32}\s*$/.test(line) ? [] : [line];
  return kind === 'directive' && !/^(?:(?:el)?ifn?(?:def|make)?|else|endif|-?include|for|endfor)$/.test(name) ? [line] : [];
}

function frameworkTargets(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  return kind === 'target'
    ? [...name.split(/\s+/).filter((one) => FRAMEWORK.test(one)), ...value.split(/[\s;]+/).filter((one) => STEP.test(one))]
    : [];
}

function unusualTargets(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'target') return [];
  const odd = name.split(/\s+/).filter((one) => !TARGETS.test(one) && !FRAMEWORK.test(one));
  // A command behind `;` is read by no rule on recipes.
  return [
    ...odd,
    ...(value.includes(';') ? [value] : []),
    ...(/\.(?:USE|OPTIONAL|MADE|EXEC|NOTMAIN|SILENT|IGNORE)\b/.test(value) ? [value] : []),
  ];
}

function unusualVariables(line: string): string[] {
  const {kind, name} = readMakeLine(line);
  return kind === 'assignment' && !isNamed(line) && !/\$/.test(name) && !VARIABLES.test(name.replace(/\+$/, '')) ? [name] : [];
}

/** Forms of make that ordinary repairs do not have. */
export const UNUSUAL_FORMS: readonly Form[] = [
  {
    name: 'check-target',
    severity: 'ask',
    protects: 'targets that check and install the port',
    reason: 'This replaces a target that the port is checked by',
    forms: {make: frameworkTargets},
    isForLines: true,
  },
  {
    name: 'runs-when-read',
    severity: 'ask',
    protects: 'Makefiles that run no commands when they are parsed',
    reason: 'This runs a command, or selects another shell, whenever the Makefile is parsed',
    forms: {
      make: /^\s*[\w.${}-]+\s*(?:!|:sh)=|:!.*!|:sh\b|^\s*\.\s*(?:SHELL|MAKEFLAGS|PATH|MAKE\.\w+)\b|^\s*\.?(?:SHELL|MAKE_?SHELL|MAKEFLAGS|MFLAGS|\.MAKE\.\w+)\s*[?:+]?=/,
    },
  },
  {
    name: 'include',
    severity: 'ask',
    protects: 'a port without Makefiles from elsewhere',
    reason: 'This reads a Makefile from elsewhere',
    forms: {
      make: /^\s*\.\s*[-sd]?include\s*(?:[<"](?:\/|[^>"]*\.\.|\$\{(?!\.CURDIR|PORTSDIR\}\/Mk))|[^<"\s]|<(?!bsd\.port\.(?:pre|post|options|mk)))/,
    },
  },
  {
    name: 'unusual-condition',
    severity: 'ask',
    protects: 'fixes that hold in every build: conditions on system, version, options and flavor only',
    reason: 'This condition may hold in one build and not in another',
    forms: {make: unusualConditions},
    isForLines: true,
  },
  {
    name: 'unusual-directive',
    severity: 'ask',
    protects: 'Makefiles without .undef, .export and what is no line of make',
    reason: 'Ordinary repairs do not have this line',
    forms: {make: unusualDirectives},
    isForLines: true,
  },
  {
    name: 'unusual-target',
    severity: 'ask',
    protects: 'ports with the usual hooks only',
    reason: 'Ordinary repairs do not add this target',
    forms: {make: unusualTargets},
    isForLines: true,
  },
  {
    name: 'unusual-variable',
    severity: 'ask',
    protects: 'variables of the framework that repairs do not set',
    reason: 'Ordinary repairs do not set this variable',
    forms: {make: unusualVariables},
    isForLines: true,
  },
];
