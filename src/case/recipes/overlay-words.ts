import {splitWords} from '../../dops/makefile/value-words.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import {wordsAssigned} from './fragment.ts';
import {DOPS, FRAGMENT, type Texts} from './overlay.ts';

/** Words that a file of the overlay brings into a variable. */
export interface OverlayWords {
  /** Path in the overlay. */
  readonly path: string;
  readonly words: readonly string[];
}

/** Returns what the overlay brings into a variable: by overlay.dops, or without one by Makefile.DragonFly. */
export function overlayWords(files: Texts, name: string): OverlayWords[] {
  const dops = files.get(DOPS);
  if (dops !== undefined) {
    const words = parseOverlay(dops).statements.flatMap((statement) => broughtWords(statement, name));
    return words.length === 0 ? [] : [{path: DOPS, words}];
  }
  const fragments = [...files].filter(([path]) => path.startsWith(FRAGMENT));
  return fragments.flatMap(([path, text]) => {
    const words = wordsAssigned(text, name);
    return words.length === 0 ? [] : [{path, words}];
  });
}

/** Returns the words that a statement brings into a variable. */
export function broughtWords(statement: Statement, name: string): string[] {
  const {kind} = statement;
  if (kind !== 'mk.var.set' && kind !== 'mk.var.eval' && kind !== 'mk.var.token_add') return [];
  return statement.name === name ? splitWords(statement.value) : [];
}
