/**
 * Characters that a reader does not see, or sees in another order: controls except tab, newline and carriage return; formats
 * (zero width, direction marks, tags, soft hyphen); fillers; joiners and selectors that have no glyph; line separators.
 * The only list of them: guard and console use it.
 */
const CLASS =
  '\\p{Cf}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2028\\u2029\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\u{e0000}-\\u{e0fff}';

/** Matches each hidden character. */
export const HIDDEN = new RegExp(`[^\\P{Cc}\\t\\n\\r]|[${CLASS}]`, 'gu');

/** Matches a text with a hidden character, form feed and the like excepted: they are usual in old sources. */
export const HIDDEN_IN_SOURCE = new RegExp(`[^\\P{Cc}\\t\\n\\r\\f]|[${CLASS}]`, 'u');

/** Blanks of other widths than the ASCII space; make and sh read them as part of a word. */
export const WIDE_BLANK = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u;

/** Letters and signs of other scripts that a reader takes for ASCII: Greek, Cyrillic, Armenian, Cherokee, full-width, mathematical. */
export const LOOK_ALIKE =
  /[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\u0131\u0251\u0261\u01c3\u02d0\u2010-\u2015\u2024\u2044\u2215\u2216\u2236\u2212\u29f5\u29f8\ua789\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u;
