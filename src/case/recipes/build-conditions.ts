import type {BranchRole} from './branches.ts';
import type {Extend} from './guarding-branch.ts';

const CMAKE: Readonly<Record<string, BranchRole>> = {if: 'if', elseif: 'elif', else: 'else', endif: 'end'};
const MESON: Readonly<Record<string, BranchRole>> = {if: 'if', elif: 'elif', else: 'else', endif: 'end'};

/** Returns the role of a line of CMakeLists.txt in its conditions. */
export function cmakeRole(line: string): BranchRole | undefined {
  const word = /^\s*(if|elseif|else|endif)\s*\(/i.exec(line)?.[1];
  return word === undefined ? undefined : CMAKE[word.toLowerCase()];
}

/** Returns the role of a line of meson.build in its conditions. */
export function mesonRole(line: string): BranchRole | undefined {
  const word = /^\s*(if|elif|else|endif)\b/.exec(line)?.[1];
  return word === undefined ? undefined : MESON[word];
}

/** Extends CMake's tests of the system's name: `MATCHES "FreeBSD"`, `STREQUAL "FreeBSD"`. */
export const extendCmake: Extend = (condition) => {
  const text = condition.join('\n');
  if (text.split('FreeBSD').length !== 2 || /\bNOT\b/.test(text)) return undefined;
  const matched = text
    .replace(/(\bMATCHES\s+"\^)FreeBSD(\$")/, '$1(FreeBSD|DragonFly)$2')
    .replace(/(\bMATCHES\s+"[\w|.]*)\bFreeBSD\b(?=[\w|.]*")/, '$1FreeBSD|DragonFly')
    .replace(/(\bMATCHES\s+"\^?\([\w|.]*)\bFreeBSD\b(?=[\w|.]*\)\$?")(?!\|DragonFly)/, '$1FreeBSD|DragonFly')
    .replace(/(\bMATCHES\s+)FreeBSD\b(?=\s*\))/, '$1"FreeBSD|DragonFly"');
  if (matched !== text) return {lines: matched.split('\n'), isNegated: false};
  if (/\bAND\b/.test(text)) return undefined;
  const equal = text.replace(/([\w"${}]+)(\s+STREQUAL\s+)("?)FreeBSD\3(?=[\s)])/, '$& OR $1$2$3DragonFly$3');
  return equal === text ? undefined : {lines: equal.split('\n'), isNegated: false};
};

/** Extends meson's tests of the system's name: `x == 'freebsd'`, `x in ['linux', 'freebsd']`. */
export const extendMeson: Extend = (condition) => {
  const text = condition.join('\n');
  if (text.split('freebsd').length !== 2 || /\bnot\b|!=/.test(text)) return undefined;
  const listed = text.replace(/(\bin\s*\[[^\]]*)'freebsd'/, "$1'freebsd', 'dragonfly'");
  if (listed !== text) return {lines: listed.split('\n'), isNegated: false};
  if (/\band\b/.test(text)) return undefined;
  const equal = text.replace(/([\w.]+(?:\(\))?)\s*==\s*'freebsd'/, "$& or $1 == 'dragonfly'");
  return equal === text ? undefined : {lines: equal.split('\n'), isNegated: false};
};
