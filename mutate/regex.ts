/** A changed regular expression and what was changed. */
export interface RegexMutation {
  readonly operator: 'regex flag' | 'regex anchor' | 'regex quantifier';
  readonly text: string;
}

/** Returns the valid mutations of a regular expression literal: without one flag, anchor or quantifier. */
export function regexMutations(pattern: string, flags: string): RegexMutation[] {
  const found: RegexMutation[] = [];
  const add = (operator: RegexMutation['operator'], changed: string, changedFlags = flags): void => {
    if (isValid(changed, changedFlags)) found.push({operator, text: `/${changed}/${changedFlags}`});
  };
  for (const {kind, from, to} of pieces(pattern)) {
    const changed = (by: string) => `${pattern.slice(0, from)}${by}${pattern.slice(to)}` || '(?:)';
    if (kind === 'anchor' && !isRedundant(pattern, from, to)) add('regex anchor', changed(''));
    if (kind === 'quantifier') add('regex quantifier', changed(''));
  }
  for (const flag of flags) add('regex flag', pattern, flags.replace(flag, ''));
  return found;
}

/** Whether an anchor changes nothing on one line, since `.*` beside it takes all that there is. */
function isRedundant(pattern: string, from: number, to: number): boolean {
  return pattern.startsWith('^.*', to - 1) || (/\.\*\)*\$$/.test(pattern.slice(0, to)) && pattern[from] === '$');
}

function isValid(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

interface Piece {
  readonly kind: 'anchor' | 'quantifier' | 'other';
  readonly from: number;
  readonly to: number;
}

const FORMS: readonly (readonly [Piece['kind'], RegExp])[] = [
  ['other', /\[(?:\\.|[^\]\\])*\]/y],
  ['anchor', /\\[bB]|[$^]/y],
  ['other', /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|k<[^>]*>|.)/y],
  ['other', /\(\?(?:<[^=!>]*>|<?[=!]|:)/y],
  ['quantifier', /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y],
  ['other', /[\s\S]/y],
];

function* pieces(pattern: string): Generator<Piece> {
  for (let at = 0; at < pattern.length; ) {
    const piece = pieceAt(pattern, at);
    yield piece;
    at = piece.to;
  }
}

function pieceAt(pattern: string, from: number): Piece {
  for (const [kind, form] of FORMS) {
    form.lastIndex = from;
    if (form.test(pattern)) return {kind, from, to: form.lastIndex};
  }
  return {kind: 'other', from, to: from + 1};
}
