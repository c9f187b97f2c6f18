import {HIDDEN} from './hidden.ts';
import {plainLine, plainText} from './plain-text.ts';

/** Returns a Markdown code block with a fence that the text cannot close. */
export function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/**
 * Returns untrusted text as a Markdown code block: nothing in it is markup, a mention or a reference to an issue, and hidden characters
 * show as U+FFFD. Not for workflow code, where the module's global patterns are frozen.
 */
export function quotedBlock(text: string): string {
  return codeBlock('text', plainText(text).replace(HIDDEN, '\ufffd'));
}

/** Returns untrusted text as inline code on one line, with quotes for backquotes. */
export function inlineCode(text: string): string {
  const line = plainLine(text).replace(HIDDEN, '\ufffd').replaceAll('`', "'");
  return line === '' ? '(nothing)' : `\`${line}\``;
}
