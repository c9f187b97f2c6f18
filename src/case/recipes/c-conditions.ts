import type {BranchRole} from './branches.ts';

const ROLES: Readonly<Record<string, BranchRole>> = {
  if: 'if',
  ifdef: 'if',
  ifndef: 'if',
  elif: 'elif',
  else: 'else',
  endif: 'end',
};

/** Returns the role of a line of C in its conditions. */
export function cRole(line: string): BranchRole | undefined {
  const word = /^\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b/.exec(line)?.[1];
  return word === undefined ? undefined : ROLES[word];
}

/** A condition on FreeBSD, and the same with DragonFly. */
export interface Extended {
  readonly lines: readonly string[];
  /** The branch is for systems other than FreeBSD. */
  readonly isNegated: boolean;
}

const SHORT = /^(\s*#\s*)(ifdef|ifndef)(\s+)__FreeBSD__(?=\s*(?:\/[*/].*)?$)/;
const NAMED = /(!\s*)?\bdefined(\s*)(\(\s*)?__FreeBSD__(\s*\))?/;
const BARE = /(!\s*)?(?<![\w(])__FreeBSD__(?!\w)(?!\s*[<>=!])|(!\s*)?(?<=\()__FreeBSD__(?=\))/;

/**
 * Returns a condition's lines with DragonFly wherever they have FreeBSD; undefined if there is none, more than one mention of FreeBSD,
 * DragonFly already, or a version of FreeBSD.
 */
export function extendCondition(lines: readonly string[]): Extended | undefined {
  const text = lines.join('\n');
  if (/DragonFly|__FreeBSD_version|__FreeBSD_cc_version/.test(text) || text.split('__FreeBSD__').length !== 2) return undefined;
  if (/__FreeBSD__\s*(?:[<>]|[=!]=)|[<>=]=?\s*__FreeBSD__/.test(text)) return undefined;
  const extended = extendShort(text) ?? extendExpression(text);
  return extended && {...extended, lines: extended.text.split('\n')};
}

interface ExtendedText {
  readonly text: string;
  readonly isNegated: boolean;
}

function extendShort(text: string): ExtendedText | undefined {
  const found = SHORT.exec(text);
  if (found === null) return undefined;
  const [all, head = '', word, blank = ' '] = found;
  const isNegated = word === 'ifndef';
  const condition = isNegated
    ? '!defined(__FreeBSD__) && !defined(__DragonFly__)'
    : 'defined(__FreeBSD__) || defined(__DragonFly__)';
  return {text: `${head}if${blank}${condition}${text.slice(all.length)}`, isNegated};
}

function extendExpression(text: string): ExtendedText | undefined {
  if (!/^\s*#\s*(?:if|elif)\b/.test(text)) return undefined;
  const found = NAMED.exec(text) ?? BARE.exec(text);
  if (found === null) return undefined;
  const [term] = found;
  const isNegated = term.startsWith('!');
  const other = term.includes('defined')
    ? term.replace('__FreeBSD__', '__DragonFly__')
    : `${isNegated ? '!' : ''}defined(__DragonFly__)`;
  const [before, after] = [text.slice(0, found.index), text.slice(found.index + term.length)];
  const joined = isNegated ? `${term} && ${other}` : `${term} || ${other}`;
  const isFactor = /&&[\s\\]*$/.test(before) || /^[\s\\]*&&/.test(after);
  return {text: `${before}${isFactor && !isNegated ? `(${joined})` : joined}${after}`, isNegated};
}
