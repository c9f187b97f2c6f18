import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {unquotedWords} from './words.ts';

/** Keywords that run nothing by themselves. */
const KEYWORD =
  'dir|dirrm|dirrmtry|comment|sample|info|man|shell|fc|fcfontsdir|fontsdir|glib-schemas|gtk[\\w-]*|desktop-file-utils|shared-mime-info|mimedb|terminfo|ldconfig|kld|sbin|xmlcatmgr|exampledir|cwd|cd|rmtry|owner|group|mode|preexec|postexec|preunexec|postunexec|exec|unexec|pycache|texhash|ocaml-findlib|tcl';
/** Keywords of other names: the framework runs a script for each. */
const OTHER_KEYWORD = new RegExp(`^@(?!(?:${KEYWORD})(?![\\w-])|\\()[\\w-]+`);
/** Owners of all files below, and files of the system or outside of the prefix. */
const OUTSIDE =
  /^@(?:owner|group)\s+\S|^@cd\s+\/(?!usr\/local)|^@(?:rmtry|sample|dir\S*)\s+(?:\S+\s+)?(?:\/(?!var\/|usr\/local\/)|\S*\.\.\/)|^\.\.?\/|^@kld\b|^etc\/(?:cron\.d|rc\.d|periodic|profile\.d)\//;
const EXEC =
  /^@(?:pre|post)?(?:un)?exec\b|^@cwd\s+\/(?!usr\/local)|^@shell\b|^(?:@sample\s+\S+\s+)?\/(?:etc\/(?:rc|cron|master|passwd|periodic)|usr\/(?!local)|s?bin|root|boot|lib)\b/;

/** Returns a line of a packing list that runs a command, or gives away rights. Conditions before it do not count. */
function execsInPlist(line: string): string[] {
  const bare = line.replace(/^(?:\s|%%\w{1,60}%%){1,20}/, '');
  return [EXEC, OTHER_KEYWORD, OUTSIDE].some((form) => form.test(bare)) ? [line] : [];
}

/** Returns the keywords that run commands in files of a packing list that a Makefile names, and what recipes write to the list itself. */
function execsInMake(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind === 'recipe')
    return line.match(/\$\{(?:TMPPLIST|PLIST|_?TMP_?\w*PLIST\w*|PKG\w*FILE|METADIR)\}|@(?:pre|post)?(?:un)?exec\b/g) ?? [];
  if (kind !== 'assignment' || !/PLIST/.test(name)) return [];
  const absolute = unquotedWords(value).filter((word) => /^\/(?:etc|usr\/(?!local)|bin|sbin|boot|root|lib|var\/cron)/.test(word));
  const listed = unquotedWords(value.replaceAll(/@(\w+) /g, '@$1\u00a0')).flatMap((word) =>
    execsInPlist(word.replace('\u00a0', ' ')),
  );
  return [...listed, ...(value.match(/@(?:pre|post)?(?:un)?exec\b|@\([^)]*[2-7]\d{3}\s*\)|@mode\b/g) ?? []), ...absolute];
}

/** Forms of packing lists. */
export const PLIST_FORMS: readonly Form[] = [
  {
    name: 'install-script',
    severity: 'ask',
    protects: 'packages without install scripts',
    reason: 'This runs as root on every machine that installs the package',
    forms: {plist: execsInPlist, make: execsInMake},
  },
];
