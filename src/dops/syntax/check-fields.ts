import type {Fields} from './parse-parts.ts';
import {PORT_TYPES} from './statement.ts';
import type {Token} from './token.ts';
import type {TokenReader} from './token-reader.ts';
import {hasBlank, strip} from './unicode-blank.ts';

/** A selector of targets: all, main, or a quarter. */
const SELECTOR = /^@(any|main|\d{4}Q[1-4])$/;

/** Returns whether a directive `target` accepts the selector. */
function isSelector(text: string): boolean {
  return SELECTOR.test(text);
}

/** Checks the value of `port`, `type` and `target`, and splits the selectors. Errors do not abandon the statement. */
export function checkFields(reader: TokenReader, kind: string, fields: Fields, token: Token): void {
  if (kind === 'port') checkOrigin(reader, token);
  if (kind === 'type' && !PORT_TYPES.some((one) => one === token.value))
    reader.fail('E_PARSE_EXPECTED_TOKEN', `A type is ${PORT_TYPES.join(', ')}; not \`${token.value}\`.`, token);
  if (kind === 'target') fields.selectors = checkSelectors(reader, token);
}

function checkOrigin(reader: TokenReader, token: Token): void {
  const parts = token.value.split('/');
  if (parts.length === 2 && parts.every((part) => part !== '' && !hasBlank(part))) return;
  reader.fail('E_PARSE_EXPECTED_TOKEN', `A port is named category/name, not \`${token.value}\`.`, token);
}

/** The reference reports a list whose first selector is invalid twice, and another list once; so does this. */
function checkSelectors(reader: TokenReader, token: Token): string[] {
  const listed = token.value
    .split(',')
    .map(strip)
    .filter((one) => one !== '');
  const selectors = listed.length === 0 ? [token.value] : listed;
  const wrong = selectors.find((one) => !isSelector(one));
  if (wrong === undefined) return selectors;
  for (const _ of wrong === selectors[0] ? [1, 2] : [1])
    reader.fail('E_PARSE_EXPECTED_TOKEN', `A target is @any, @main or a quarter such as @2026Q3, not \`${wrong}\`.`, token);
  return selectors;
}
