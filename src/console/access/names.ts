import {NAME_CHARS} from '../../case/operator/fields.ts';

/** Whether a text can stand as an operator's name in a case's log: printable, so that it cannot pass for another one. */
export function isName(text: string): boolean {
  return text.length <= NAME_CHARS && text.trim() === text && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text);
}
