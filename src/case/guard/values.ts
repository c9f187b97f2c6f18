import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {wordsOf} from './words.ts';

/** Values that usual variables do not have in repairs: by a pattern of variables, a pattern of words. */
const WORDS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:EXTRA_PATCHES|PLIST|PKGMESSAGE|\w*WRKSRC\w*)$/, /^\/|\.\.|^\$\{(?:\.CURDIR|PORTSDIR)\}\/(?!pkg-|files\/|dragonfly\/)/],
  [/^(?:ALL|INSTALL|TEST)_TARGET$/, /^-|^(?:clean|help|version|distclean|none|true)$/],
  [/^USES$/, /^\$\{USES:.*:?N(?!alias)/],
  [/^BINARY_ALIAS$/, /=(?:\S*\/)?(?:true|false|echo|:|cat|sh)$|^(?:cc|c\+\+|ld|patch|install|sh|make|sed)=/],
  [/^GNU_CONFIGURE$|^HAS_CONFIGURE$/, /^no$/i],
  [/^USE_CSTD$/, /^(?:gnu|c)(?:89|90)$/],
  [/_DEPENDS$/, /^\/(?!nonexistent)/],
  [/^SUB_FILES$/, /^(?!pkg-message)/],
  [/^(?:SUB_LIST|PLIST_SUB)$/, /`|\$\(|=.*@/],
  [
    /_(?:ENV|ARGS)$/,
    /^(?:ac|am|gl|gt|lt)_cv_\w+=(?:yes|1)|CMAKE_\w*(?:COMPILER|LINKER|LAUNCHER|AR|RANLIB)(?:$|[:=])|FETCHCONTENT|_FLAGS\S*=\S*-w$|^--wrap-mode|net\.offline|^GO(?:PROXY|FLAGS|NOSUM\w*|INSECURE|SUMDB)=|^--cap-lints/,
  ],
  [
    /FLAGS/,
    /^(?:-B|@)\/?|^-fplugin|^-specs|^--no-warnings|^-W[pal],-w$|^-Wl,-{0,2}(?:wrap|defsym|w\b)|^-nostd|^-[LI]\/(?:work|tmp|home|var|root|construction)\b|^-D\w+\\?\(|^-DNDEBUG|^--cap-lints|^-A(?:$|warnings|unused)|^-mod=/,
  ],
];
/** Variables that a repair does not set to nothing, nor replace. */
const NOT_EMPTY =
  /^(?:(?:ALL|INSTALL|TEST)_TARGET|OPTIONS_DEFAULT|PLIST_FILES|PLIST|SHEBANG_FILES|CONFIGURE_ARGS|EXTRA_PATCHES)$/;

function unusualValues(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'assignment') return [];
  const variable = name.replace(/\+$/, '');
  if (value === '' && NOT_EMPTY.test(variable)) return [line];
  const words = wordsOf(value);
  return WORDS.flatMap(([names, bad]) => (names.test(variable) ? words.filter((word) => bad.test(word)) : []));
}

const SCRIPTED = /\$\{(?:REINPLACE_CMD|SED|PERL\d?|AWK)\}|\b(?:sed|perl|awk)\s/;
const IN_SCRIPTS =
  /\bmain\s*\([^@|,]*\breturn\b|\b(?:system|popen|exec[lv]p?e?)\s*\(|\bexit\s+0\b|[/@|,]\s*g?w\s+[\w./$]+["']|[/@|,]\s*-w\s*[/@|,]|["']1,\$\$\{?d|s(.)\^\1\\?[/#]|https?:\\?\/\\?\/|\(\s*CC\s*\)[^@|,/]{0,3}[/@|,]\s*(?:true|:)|["']\s*\|\s*["']?(?:sh|cat)\b|\bprint\b[^"'|]*\|\s*\\?"|\bgetline\b|\bqx\b|\bsocket\b/;

function scriptUses(line: string): string[] {
  return /^\t/.test(line) && SCRIPTED.test(line) ? (line.match(IN_SCRIPTS) ?? []).slice(0, 1) : [];
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
