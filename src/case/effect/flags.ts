import {FEATURE_MACROS} from '../guard/flags.ts';

/** Flags that disable diagnostics of the compiler or the linker, or let an error pass. */
const SILENCES =
  /^-w$|^-Wno-|^-fpermissive$|^-fsyntax-only$|unresolved-symbols|--?noinhibit-exec|allow-multiple-definition|allow-shlib-undefined|(?:^|,)-?-?z,?(?:undefs|muldefs|lazy)\b|--no-warn|-warn-unresolved|^-ferror-limit|^-fmax-errors/;
/** Flags by which a compiler reads code or runs programs from somewhere else. */
const DIVERTS =
  /^-(?:include|imacros|specs|wrapper|B|fplugin|fuse-ld|Xclang|load|isysroot|nostdinc|nodefaultlibs|nostdlib)|^@|^-Wl,(?:@|.*--?wrap|.*--?defsym|.*-T)/;
/** Flags that take protection from the program. */
const WEAKENS =
  /^-fno-stack-|^-U_FORTIFY_SOURCE|^-D_FORTIFY_SOURCE=0|^-no-pie$|^-fno-(?:pie|PIE)$|execstack|norelro|^-fno-sanitize|^-fcf-protection=none/;
/** Protection whose loss is a finding. */
const PROTECTS = /^-fstack-|^-D_FORTIFY_SOURCE|^-fPIE$|^-pie$|relro|^-fcf-protection/;
/** Names that only the system or the compiler defines. */
const RESERVED = new RegExp(`^-[DU](?!${FEATURE_MACROS}|_FORTIFY\\w*)_[_A-Z]\\w*`);

/** Features that protect: an argument that switches one off is asked about. */
const SECURITY =
  /ssl|tls|crypt|sandbox|capsicum|seccomp|harden|pie\b|relro|fortify|stack|verif|signature|gpg|pgp|auth|pam\b|kerberos|gssapi|selinux|privsep|secur|check/i;
const SWITCHED_OFF = /^["']?(?:--(?:disable|without)-|--(?:enable|with)-[\w-]+=no\b|-D[\w-]*=(?:OFF|off|false|no|0|disabled)\b)/;
const KEEPS_GOING = /^-(?!-|D|I|C|f|j|l|o|O|W)[a-zA-Z]*[ik][a-zA-Z]*$|^--(?:keep-going|ignore-errors)$|^-[nqt]$/;
const DIVERTING_ENV =
  /^["']?(?:PATH|LD_\w+|SHELL|MAKEFLAGS|MFLAGS|GNUMAKEFLAGS|ENV|BASH_ENV|PERL5OPT|PYTHONSTARTUP|PYTHONPATH|IFS)=/;
const TOOL = /^["']?(?:CC|CXX|CPP|LD|AR|AS|RANLIB|STRIP|INSTALL|PATCH|SED|MAKE|CMP|DIFF|TEST|RM|CP)=(?!["']?["']?\$|["']?$)(.*)$/;

/** Reason and rule of a suspicious item. */
export interface Suspicion {
  readonly rule: 'compiler-silenced' | 'tools' | 'hardening' | 'reserved-macro' | 'errors-ignored';
  readonly reason: string;
}

/** Returns why an added compiler or linker flag needs a decision; undefined for `-I`, `-D`, `-l` and other ordinary flags. */
export function addedFlag(flag: string): Suspicion | undefined {
  if (SILENCES.test(flag)) return {rule: 'compiler-silenced', reason: `${flag} lets an error or a warning pass`};
  if (DIVERTS.test(flag)) return {rule: 'tools', reason: `${flag} makes the compiler read or run something else`};
  if (WEAKENS.test(flag)) return {rule: 'hardening', reason: `${flag} takes protection from the program`};
  if (RESERVED.test(flag)) return {rule: 'reserved-macro', reason: `${flag} defines a name of the system or the compiler`};
  return undefined;
}

/** Returns why a removed flag needs a decision. */
export function removedFlag(flag: string): Suspicion | undefined {
  return PROTECTS.test(flag) ? {rule: 'hardening', reason: `${flag} is no longer given`} : undefined;
}

/** Returns why an item added to CONFIGURE_ARGS, MAKE_ARGS, MAKE_ENV and their kind needs a decision. `expected` are values of tools. */
export function addedArgument(item: string, expected: readonly string[]): Suspicion | undefined {
  if (KEEPS_GOING.test(item)) return {rule: 'errors-ignored', reason: `${item} lets make continue after an error`};
  if (SWITCHED_OFF.test(item) && SECURITY.test(item))
    return {rule: 'hardening', reason: `${item} switches off a security feature`};
  if (DIVERTING_ENV.test(item)) return {rule: 'tools', reason: `${item} changes which programs or libraries run`};
  const tool = TOOL.exec(item)?.[1]?.replace(/^["']|["']$/g, '');
  if (tool !== undefined && !expected.includes(tool)) return {rule: 'tools', reason: `${item} replaces a tool`};
  const flags = /^["']?\w*(?:FLAGS|LIBS)\w*=(.*?)["']?$/s.exec(item)?.[1];
  return flags === undefined ? undefined : firstOf(flags);
}

function firstOf(flags: string): Suspicion | undefined {
  const items = flags.replace(/\\(.)/g, '$1').split(/[\s"']+/);
  for (const one of items) {
    const suspicion = addedFlag(one);
    if (suspicion !== undefined) return suspicion;
  }
  return undefined;
}
