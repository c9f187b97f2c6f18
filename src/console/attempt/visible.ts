/** Controls but tab and newlines, marks that turn the direction of text around, and characters without width. */
const HIDDEN = /[^\P{Cc}\t\n\r]|[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Text of a model, a tool or a port with what a reader would not see, or would see in another order, written out: `‹U+202E›`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (one) => `‹U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`);
}
