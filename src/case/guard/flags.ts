import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {flagOfAlias} from './uses-alias.ts';
import {unquotedWords} from './words.ts';

/** Macros that identify a system or a compiler. */
const PLATFORM_MACROS =
  '__(?:FreeBSD|DragonFly|NetBSD|OpenBSD|linux|gnu_linux|APPLE|GNUC|GLIBC|clang|STDC|cplusplus|unix)\\w*|_WIN32|_MSC_VER';
/** Documented feature test macros, with which a source requests features from the system. */
export const FEATURE_MACROS =
  '(?:_(?:GNU|BSD|DEFAULT|XOPEN|POSIX|NETBSD|ISOC\\d\\d|LARGEFILE|ALL|REENTRANT|THREAD_SAFE|FILE_OFFSET)\\w*|__STDC_\\w+_MACROS)';

const FLAGS = /FLAGS\w{0,40}\s*[?+:]?=/;
const WARNINGS_OFF = /(?<=^|[\s"'=])(?:-Wno-[\w=+-]+|-fpermissive|-fsyntax-only|-fmax-errors=0)(?=$|[\s"'])/g;
const ALL_WARNINGS_OFF = /(?<=FLAGS\w{0,40}\s*[?+:]?=|[\s"'])-w(?=$|[\s"'])/g;
const OLD_LANGUAGE =
  /(?<=^|[\s"'=])(?:-std=(?:gnu|c)(?:89|90)|-std=iso9899:19\d\d|-ansi|-traditional\S*|-include(?=$|\s)|-imacros(?=$|\s))(?:\s+\S+)?/g;

/**
 * Returns the switches of a line that disable warnings. `-w` counts only among compiler flags, since grep has it too. Two steps
 * instead of one expression: a lookbehind over the line at each `-w` would be slow.
 */
function warningSwitches(line: string): string[] {
  const flags = line.search(FLAGS);
  const old = /^\t/.test(line) ? [] : (line.match(OLD_LANGUAGE) ?? []);
  return [...(line.match(WARNINGS_OFF) ?? []), ...old, ...(flags < 0 ? [] : (line.slice(flags).match(ALL_WARNINGS_OFF) ?? []))];
}

/** Prefixes of macros by which a source is configured, and which may have values. */
const SWITCHES = /^(?:HAVE|WITH|WITHOUT|USE|ENABLE|NEED|NO|HAS|BUILD|CONFIG)_/;

/** Returns definitions on the command line that invent a constant or rename a function. */
function inventedConstants(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind !== 'assignment' || !/FLAGS/.test(name)) return [];
  return unquotedWords(value).filter((word) => {
    const [, macro = '', text = ''] = /^-D([A-Za-z]\w*(?:\([^)]*\))?)=(.*)$/.exec(word) ?? [];
    return macro !== '' && !SWITCHES.test(macro) && !/^(?:\\|\$[{(]|\/(?!\/)|<)/.test(text);
  });
}

const RESERVED = new RegExp(`-[DU](?!${FEATURE_MACROS}\\b)(?:__\\w+|_[A-Z]\\w*)`, 'g');
const FREEBSD = /-D__FreeBSD__(?:=\d+)?(?!\w)/g;

/** Returns the reserved macros that a line defines; `__FreeBSD__` with its value, since USES=alias stood for one value. */
function reservedMacros(line: string): string[] {
  return [...(line.match(FREEBSD) ?? []), ...(line.replace(FREEBSD, '').match(RESERVED) ?? [])];
}

/** Returns the flag that an assignment of USES stood for, if it has `alias`. */
function macroOfAlias(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  return kind === 'assignment' && name === 'USES' ? unquotedWords(value).flatMap((word) => flagOfAlias(word) ?? []) : [];
}

const LINKER =
  /(?:--?|,)(?:unresolved-symbols|warn-unresolved-symbols|noinhibit-exec|allow-shlib-undefined|allow-multiple-definition|no-check-sections|dynamic-lookup)\b|-z[\s,]*(?:undefs|muldefs|nodefs)\b|-undefined[\s,]+\w+|-Bsymbolic-ignore\S*/g;
const HARDENING =
  /-fno-stack-protector\S*|-U_FORTIFY_SOURCE|-D_FORTIFY_SOURCE=0|-(?:fno-pie|no-pie|nopie|fno-PIE)\b|-fcf-protection=none|-z[\s,]*(?:execstack|norelro|lazy|nognustack)\b|-fno-sanitize\S*|-mno-retpoline\S*|-fno-strict-overflow-check/g;
const UNSAFE =
  /^\s*(?:SSP|PIE|RELRO|BIND_NOW|FORTIFY|STACK_PROTECTOR|CFI|ZEROREGS|STACK_AUTOINIT)_UNSAFE\s*[?+:]?=|^\s*WITHOUT_(?:SSP|PIE|RELRO|BIND_NOW|FORTIFY\w*)\s*[?+:]?=/;

/** Forms of compiler and linker flags. */
export const FLAG_FORMS: readonly Form[] = [
  {
    name: 'compiler-silenced',
    severity: 'ask',
    protects: 'compiler diagnostics',
    reason: 'This disables compiler diagnostics instead of fixing the code, or has no effect on the error',
    forms: {
      make: warningSwitches,
      build: warningSwitches,
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
      make: reservedMacros,
      source: new RegExp(`^\\s*#\\s*(?:define|undef)\\s+(?!${FEATURE_MACROS}\\b)(?:${PLATFORM_MACROS})\\b`),
    },
    ignoreRemoved: true,
    stoodFor: macroOfAlias,
  },
  {
    name: 'invented-constant',
    severity: 'ask',
    protects: 'constants and functions as the system declares them',
    reason: 'This gives a value to a name of the source on the command line, instead of its declaration',
    forms: {make: inventedConstants},
    ignoreRemoved: true,
  },
  {
    name: 'linker-silenced',
    severity: 'ask',
    protects: 'errors of the linker',
    reason: 'This makes the linker ignore undefined or duplicate symbols',
    forms: {make: LINKER, build: LINKER},
    ignoreRemoved: true,
  },
  {
    name: 'hardening-disabled',
    severity: 'ask',
    protects: 'hardening of the program',
    reason: 'This disables hardening of the program',
    forms: {make: new RegExp(`${HARDENING.source}|${UNSAFE.source}`, 'g'), build: HARDENING},
    ignoreRemoved: true,
  },
];
