import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {unquotedWords} from './words.ts';

/** Values that usual variables do not have in repairs: by a pattern of variables, a pattern of words. */
const WORDS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:EXTRA_PATCHES|PLIST|PKGMESSAGE|\w*WRKSRC\w*)$/, /^\/|\.\.|^\$\{(?:\.CURDIR|PORTSDIR)\}\/(?!pkg-|files\/|dragonfly\/)/],
  // A target that builds, installs or tests nothing of the program.
  [
    /^(?:ALL|INSTALL|TEST)_TARGET$/,
    /^-|^(?:clean|help|version|distclean|none|true|dummy|(?:install-)?(?:docs?|data|man|headers?))$/,
  ],
  [/^TEST_TARGET$/, /^(?:all|build|install)$/],
  [/^PATCH_(?:DIST_)?STRIP$/, /^(?!-p[0-2]$)/],
  [/^USES$/, /^\$\{USES:.*:?(?:N(?!alias)|[CS](\W)[^{}]*\1\1)|^metaport$/],
  [/^BINARY_ALIAS$/, /=(?:\S*\/)?(?:true|false|echo|:|cat|sh)$|^(?:cc|c\+\+|ld|patch|install|sh|make|sed)=/],
  [/^GNU_CONFIGURE$|^HAS_CONFIGURE$/, /^no$/i],
  [/^USE_CSTD$/, /^(?:gnu|c)(?:89|90)$/],
  [/_DEPENDS$/, /^\/(?!nonexistent)|\.\.\/|:\S+:(?!build$|configure$|patch$|extract$|stage$)/],
  [/^(?:EXTRACT|PATCH|FETCH)_DEPENDS$/, /:/],
  [/^CONFLICTS/, /^\*|^pkg(?:-\*)?$/],
  [/^LICENSE_FILE|^USE_LDCONFIG/, /^\/(?!usr\/local)|\.\.\//],
  // make that only prints, touches, goes on, or reads another Makefile.
  [
    /^(?:\w+_)?(?:MAKE|TEST)_(?:ARGS|FLAGS)$/,
    /^-[a-zA-Z]*[intqko]$|^-f|^--(?:eval|touch|dry-run|just-print|question|old-file|what-if)/,
  ],
  [/^(?:\w+_)?MAKE_(?:ARGS|ENV)$/, /^(?:SUBDIRS|DIRS|\w*TESTS|\w*_?PROGRAMS|\w*PROGS)=(?:""|''|$)|^DESTDIR=\/?$/],
  [/^(?:\w+_)?CONFIGURE_(?:ARGS|ENV)$/, /^CONFIG_SITE=|^--cache-file|^--(?:exec-)?prefix=\/?$/],
  [/^(?:CMAKE|MESON)_ARGS$/, /^-C$|CMAKE_(?:PROJECT\w*INCLUDE|TOOLCHAIN_FILE|SKIP_\w*INSTALL)/],
  [/^GO_BUILDFLAGS$/, /^-(?:toolexec|overlay|exec)\b/],
  [/^SUB_FILES$/, /^(?!pkg-message)/],
  [/^(?:SUB_LIST|PLIST_SUB)$/, /`|\$\(|=.*@/],
  [
    /_(?:ENV|ARGS)$/,
    /^(?:ac|am|gl|gt|lt)_cv_\w+=(?:yes|1)|CMAKE_\w*(?:COMPILER|LINKER|LAUNCHER|AR|RANLIB)(?:$|[:=])|FETCHCONTENT|_FLAGS\S*=\S*-w$|^--wrap-mode|net\.offline|^GO(?:PROXY|FLAGS|NOSUM\w*|INSECURE|SUMDB)=|^--cap-lints/,
  ],
  [
    /FLAGS/,
    /^(?:-B|@)\/?|^-fplugin|^-specs|^--no-warnings|^-W[pal],-w$|^-Wl,-{0,2}(?:wrap|defsym|w\b)|^-nostd|^-[LI]\/(?:work|tmp|home|var|root|construction)\b|^-D\w+\\?\(|^-DNDEBUG|^--cap-lints|^-A(?:$|warnings|unused)|^-mod=|^-(?:E|MM?|r|S|fsyntax-only)$|^-ferror-limit=0|^-fuse-ld=\/|^-T\/|^-Wl,-{1,2}(?:e|entry|init|fini|T|dynamic-linker|version-script=\/dev|retain-symbols-file|no-fatal-warnings|undefined-version)(?:[,=]|$)/,
  ],
];
/** Variables that a repair does not set to nothing. */
const NOT_EMPTY =
  /^(?:USES|PLIST|EXTRA_PATCHES|\w+_TARGET|OPTIONS_(?:DEFAULT|DEFINE)|PLIST_FILES|SHEBANG_FILES|SUB_FILES|(?:CONFIGURE|CMAKE|MESON|MAKE)_(?:ARGS|ENV)|(?:C|CXX|CPP|LD)FLAGS)$/;
/** Values that make computes from a text, the date or a checksum, or from a list of flags without a part of it. */
const COMPUTED =
  /\$\{:|:(?:local|gm)time\b|:hash\b|\$\{(?:USES|\w*(?:FLAGS|_ARGS|_ENV)):(?:[^{}]*:)?(?:M|\[|tw)|\$\{\w*(?:FLAGS|_ARGS):(?:[SC]\W[^{}]*\W(?:-w\b|-Wno-)|[^{}]*(?:stack|fortify|harden|ssl|tls|crypt|sandbox|seccomp))/i;
/** Directories of the build host that no port has files in. */
const HOST_PATH =
  /(?:^|[=,:"']|-[A-Za-z]{1,12})\/(?:tmp|root|home|work|mnt|proc|construction|usr\/(?:src|obj|home))(?=\/|[\s"']|$)/;
/** Programs by others that do nothing, for the tool of a variable or an argument. */
const NO_TOOL =
  /^["']?[A-Z][A-Z_]*=["']?(?:\S*\/)?(?:true|false|:|echo|cat)["']?$|^["']?[A-Z_]+=["']?\$\{(?:TRUE|FALSE|ECHO\w*)\}/;

function unusualValues(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'assignment') return [];
  const variable = name.replace(/\+$/, '');
  if ((value === '' && NOT_EMPTY.test(variable)) || COMPUTED.test(value)) return [line];
  const words = unquotedWords(value);
  const strange = words.filter((word) => HOST_PATH.test(word) || (/_(?:ARGS|ENV|FLAGS)/.test(variable) && NO_TOOL.test(word)));
  return [...strange, ...WORDS.flatMap(([names, bad]) => (names.test(variable) ? words.filter((word) => bad.test(word)) : []))];
}

const SCRIPTED = /\$\{(?:REINPLACE_CMD|SED|PERL\d?|AWK)\}|\b(?:sed|perl|awk)\s/;
const IN_SCRIPTS =
  /\bmain\s*\([^@|,]*\breturn\b|\b(?:system|popen|exec[lv]p?e?)\s*\(|\bexit\s+0\b|[/@|,]\s*g?w\s+[\w./$]+["']|[/@|,]\s*-w\s*[/@|,]|["']1,\$\$\{?d|s(.)\^\1\\?[/#]|https?:\\?\/\\?\/|\(\s*CC\s*\)[^@|,/]{0,3}[/@|,]\s*(?:true|:)|["']\s*\|\s*["']?(?:sh|cat)\b|\bprint\b[^"'|]*\|\s*\\?"|\bgetline\b|\bqx\b|\bsocket\b/;

/** Commands of sed and perl that run a program, read a file, delete by number, or print only a part. */
const RUNS_OR_DELETES =
  /(?<=-e\s{0,3}["'])(?:\d*(?:,[\d$]+)?[de]\b|\d+\s*e\s|r\s)|[/@|,#][gi]*e[gi]*["']|\s-n\s|\s-f\s|\bprint\s*>|(?:\bperl|\bPERL5?\})\s.*(?:`|\bunless\b|\bexec\b)/;
/** Errors, checks and protections that a script takes away, or exchanges for what goes on. */
const TAKES_AWAY =
  /\b(?:FATAL_ERROR|AC_MSG_ERROR|as_fn_error)\b|#\s*error\b|\bset -e\b|\bexit 1\b|SSL_VERIFY_NONE|\breturn -1\b[^@|]*\breturn 0\b|[/@|,]\S*(?:assert|verify|check_?sig|signature|auth)\w*[^/@|,]*[/@|,]d\b|#\s*if 0\b|\bif \(0\)|[/@|,](?:&|\\\d)?\{\s*return\b|-\$\$\((?:CC|MAKE)\)|\bMAKE\)\s-[ik]\b|\s-w[/@|,"']/;

function scriptUses(line: string): string[] {
  if (!/^\t/.test(line) || !SCRIPTED.test(line)) return [];
  return [IN_SCRIPTS, RUNS_OR_DELETES, TAKES_AWAY].flatMap((form) => line.match(form)?.[0] ?? []).slice(0, 1);
}

const PROGRAMS =
  /^\t(?:.*[\s;&|])?(?:CC|CXX|LD|AR|PATH|INSTALL|LD_PRELOAD|MAKEFLAGS)=(?!["']?\$\{(?:CC|CXX|LD|AR|INSTALL))|\$\{PATCH\}[^;|&]*\s-(?:R|C|-dry-run|-reverse|f)\b|\$\{TAR\}[^;|&]*\s-C\s*\/|\$\$\{?(?:DEVELOPER|BATCH|PACKAGE_BUILDING|CI|DSYNTH\w*|MAKELEVEL)\b|\$\{\w+_COOKIE\}|\/\.\w+_done\b|\/\.PLIST\b/;

/** Forms of values and arguments that ordinary repairs do not have. */
export const VALUE_FORMS: readonly Form[] = [
  {
    name: 'unusual-value',
    severity: 'ask',
    protects: 'usual variables from values that change how the port is built or checked',
    reason: 'Ordinary repairs do not give this value, or run a command with it',
    forms: {make: (line) => [...unusualValues(line), ...(line.match(PROGRAMS) ?? [])]},
    isForLines: true,
    ignoreRemoved: true,
  },
  {
    name: 'replacement-script',
    severity: 'ask',
    protects: 'scripts of sed, awk and perl that only replace text',
    reason: 'This script runs a command, writes a file, or replaces code by none',
    forms: {make: scriptUses},
  },
];
