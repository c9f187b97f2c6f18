import type {RecipeInput} from './recipe.ts';

const COMPILER =
  /unrecognized (?:command[- ]line|gcc) option ['"‘`]?(-[\w=+.,-]+)|(?:unknown|unsupported) (?:argument|option):? ['"‘`]?(-[\w=+.,-]+)|error: ['‘"`]?(-W(?:error=)?[\w-]+)['’"`]?: no option ['‘"`]?-W/;
const LINKER =
  /\bld(?:\.\w+)?: (?:error: )?(?:unrecognized option|unknown argument|unknown option:?) ['"‘`]?(--?[\w=.-]+)|\bld(?:\.\w+)?: (--?[\w=.-]+): unknown option/;

/** Flags that protect the program, or choose what it is: dropping one is no repair. */
const NEEDED = /^-(?:f(?!no-)|m|std=|D|U|I|L|l|O|g\b|pthread|static|shared)/;
const DROPPABLE = /^-f(?:no-|color-|diagnostics-|colou?r|lto\b|limit-debug|standalone-debug|heinous|brace)|^-m(?:no-|retpoline)/;
/** Options of the linker that may be dropped: they only choose what it reports, or how it stores debug information. */
const LINKER_DROPPABLE =
  /^--?(?:undefined-version|no-undefined-version|color-diagnostics|gdb-index|icf=\w+|threads(?:=\d+)?|thinlto-[\w=-]+|pack-dyn-relocs=\w+|no-warn-[\w-]+|warn-[\w-]+)$/;

/**
 * Returns the words by which a Makefile or the source may give the flag that the first cause rejects; empty if it is no such failure, or
 * the flag may not be dropped. A compiler reports `-Wno-error=x` as `-Werror=x`.
 */
export function rejectedWords({causes}: RecipeInput): string[] {
  const text = causes.findings.find(({kind}) => kind === 'cause')?.text ?? '';
  const option = groupOf(LINKER.exec(text));
  if (option !== undefined) return LINKER_DROPPABLE.test(option) ? [`-Wl,${option}`] : [];
  const flag = groupOf(COMPILER.exec(text))?.replace(/[.,]$/, '');
  if (flag === undefined || (NEEDED.test(flag) && !DROPPABLE.test(flag))) return [];
  return flag.startsWith('-Werror=') ? [flag, flag.replace('-Werror=', '-Wno-error=')] : [flag];
}

function groupOf(match: RegExpExecArray | null): string | undefined {
  return match?.slice(1).find((group) => group !== undefined);
}

/** Files in which a source gives flags. */
const BUILD_FILE =
  /(?:^|\/)(?:meson\.build|CMakeLists\.txt|(?:GNU|BSD)?[Mm]akefile(?:\.(?:in|am))?|configure(?:\.(?:ac|in))?)$|\.(?:cmake|mk|mak)$/;

/** Returns the build files that have a word, by lines of a search; none if these are more than a flag of one place. */
export function buildFilesWith(lines: readonly string[]): string[] {
  const files = lines.flatMap((line) => /^([^:]+):\d+:/.exec(line)?.[1] ?? []).filter((file) => BUILD_FILE.test(file));
  return files.length <= 2 ? [...new Set(files)] : [];
}

/** Returns a build file without a flag; undefined if it does not have it as a word, or nothing would be left of a call. */
export function withoutFlag(text: string, flag: string): string | undefined {
  const word = flag.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const quoted = new RegExp(`(['"])${word}\\1\\s*,[ \\t]*|,\\s*(['"])${word}\\2`, 'g');
  const plain = new RegExp(`(^|[\\s=("'])${word}(?:[ \\t]+|(?=$|[)"'\\\\]))`, 'gm');
  const updated = text.replace(quoted, '').replace(plain, '$1');
  const emptied = /\(\s*\)/g;
  const isEmptied = (updated.match(emptied)?.length ?? 0) > (text.match(emptied)?.length ?? 0);
  return updated === text || isEmptied ? undefined : updated;
}
