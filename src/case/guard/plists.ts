import {readMakeLine} from '../../dops/makefile/make-line.ts';
import type {Form} from './forms.ts';
import {wordsOf} from './words.ts';

const EXEC =
  /^@(?:pre|post)?(?:un)?exec\b|^@cwd\s+\/(?!usr\/local)|^@shell\b|^(?:@sample\s+\S+\s+)?\/(?:etc\/(?:rc|cron|master|passwd|periodic)|usr\/(?!local)|s?bin|root|boot|lib)\b/;

/** Returns the keywords that run commands in files of a packing list that a Makefile names, and what recipes write to the list itself. */
function execsInMake(line: string): string[] {
  const {kind, name, value} = readMakeLine(line);
  if (kind === 'recipe')
    return line.match(/\$\{(?:TMPPLIST|PLIST|_?TMP_?\w*PLIST\w*|PKG\w*FILE|METADIR)\}|@(?:pre|post)?(?:un)?exec\b/g) ?? [];
  if (kind !== 'assignment' || !/PLIST/.test(name)) return [];
  const absolute = wordsOf(value).filter((word) => /^\/(?:etc|usr\/(?!local)|bin|sbin|boot|root|lib|var\/cron)/.test(word));
  return [...(value.match(/@(?:pre|post)?(?:un)?exec\b|@\([^)]*[2-7]\d{3}\s*\)|@mode\b/g) ?? []), ...absolute];
}

/** Forms of packing lists. */
export const PLIST_FORMS: readonly Form[] = [
  {
    name: 'install-script',
    severity: 'ask',
    protects: 'packages without install scripts',
    reason: 'This runs as root on every machine that installs the package',
    forms: {plist: EXEC, make: execsInMake},
  },
];
