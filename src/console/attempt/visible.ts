import {HIDDEN} from '../../case/text/hidden.ts';

/** Text of a model, a tool or a port with what a reader would not see, or would see in another order, written out: `‹U+202E›`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (one) => `‹U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`);
}
