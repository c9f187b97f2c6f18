import {readMakeLine} from '../../dops/makefile/make-line.ts';
import {unquotedWords} from './words.ts';

/** Names of protections of the program, as options, arguments and features have them. */
export const PROTECTION =
  '(?:SSL|TLS|OPENSSL|GNUTLS|CRYPTO\\w*|SANDBOX\\w*|SECCOMP|CAPSICUM|PLEDGE|PAM|AUTH\\w*|PIE|HARDEN\\w*|SSP|FORTIFY\\w*|SELINUX|VERIFY\\w*|SIGNATURES?|CERTS?|PRIVSEP\\w*)';

/** Variables whose loss is asked about, with a blank and the value behind; targets have a colon behind. */
const NAMES =
  /(?:^|_)DEPENDS(?:_|\b)|^(?:BROKEN|IGNORE|FORBIDDEN|NOT_FOR|ONLY_FOR|LICENSE(?!_FILE)|RESTRICTED|MASTER_SITES|DISTFILES|PATCHFILES|USERS|GROUPS|EXTRA_PATCHES|USE_RC|DISTINFO|HARDENING|SSP_|\.include\b)|^(?:do|check|stage|pre|post)-[\w-]+:$/;
/** Lists that a repair edits, and does not take away. */
const LISTS =
  /^(?:USES|OPTIONS_(?!EXCLUDE)\w+|PLIST_(?:FILES|DIRS)|SHEBANG_FILES|SUB_FILES|CONFLICTS\w*|CPE_\w+|USE_(?:GNOME|XORG|PYTHON|PERL5)|(?:\w+_)?(?:CONFIGURE|CMAKE|MESON|MAKE|TEST)_(?:ARGS|ENV|ON|OFF|TARGET)|(?:C|CXX|CPP|LD)FLAGS)$/;
const PROTECTS = new RegExp(`(?:^|[^A-Za-z])(?:lib)?${PROTECTION}(?![A-Za-z])|stack-protector|fortify`, 'i');

/** Returns whether the loss is asked about: of `NAME`, of `NAME value` or of `target:`. */
export function isLoss(lost: string): boolean {
  return NAMES.test(lost) || LISTS.test(lost) || (/\s/.test(lost) && PROTECTS.test(lost));
}

/**
 * Returns what lines of a Makefile lose by those in their place: variables and targets as `isLoss` takes them, words of
 * values that stay, `.include …`, and lines that become comments.
 */
export function lostLines(gone: readonly string[], left: readonly string[]): string[] {
  const now = left.map(readMakeLine);
  const text = left.join('\n');
  return gone.flatMap((line) => {
    const {kind, name, value} = readMakeLine(line);
    if (/^\s*#/.test(line)) return text.trim() === '' || /^\s*#/.test(text) ? [] : [`IGNORE ${line.trim()}`];
    if (!line.includes('#') && /(?:^|\s)#/.test(text)) return [`IGNORE ${line.trim()}`];
    const same = now.filter((one) => one.kind === kind && one.name === name);
    if (kind === 'target') return same.length > 0 ? [] : [`${name}:`];
    if (kind === 'directive') return same.length > 0 || !name.endsWith('include') ? [] : [`.include ${value}`];
    if (kind !== 'assignment') return lostWords('line', line, text);
    return same.length === 0 ? [name, `${name} ${value}`] : lostWords(name, value, text);
  });
}

function lostWords(name: string, value: string, text: string): string[] {
  return unquotedWords(value)
    .filter((word) => !text.includes(word))
    .map((word) => `${name} ${word}`)
    .filter(isLoss);
}
