import type {Part} from './grammar.ts';
import {splitLines} from './lines.ts';
import {ON_MISSING} from './statement.ts';
import type {TokenReader} from './token-reader.ts';

/** Values of the fields of a statement, by field. */
export type Fields = Record<string, string | readonly string[]>;

const KINDS = {word: ['word'], string: ['string'], value: ['word', 'string']} as const;
const NAMES = {word: 'a word', string: 'a string in double quotes', value: 'a word or a string'};

/** Reads a part into `fields`. Returns false if the statement must be abandoned; an error has been reported then. */
export function parsePart(reader: TokenReader, part: Part, fields: Fields): boolean {
  switch (part.is) {
    case 'keyword':
      return parseKeyword(reader, part.text);
    case 'arrow':
      return reader.expect(['arrow'], '->') !== undefined;
    case 'body':
      return parseBody(reader, fields);
    case 'contains':
      parseContains(reader, fields);
      return true;
    case 'on-missing':
      parseOnMissing(reader, fields);
      return true;
    default: {
      const token = reader.expect(KINDS[part.is], `${NAMES[part.is]} as ${part.field}`);
      if (token !== undefined) fields[part.field] = token.value;
      return token !== undefined;
    }
  }
}

function parseKeyword(reader: TokenReader, text: string): boolean {
  const token = reader.expect(['word'], `the keyword ${text}`);
  if (token !== undefined && token.value !== text)
    reader.fail('E_PARSE_EXPECTED_TOKEN', `Expected the keyword ${text}, got \`${token.value}\`.`, token);
  return token?.value === text;
}

function parseBody(reader: TokenReader, fields: Fields): boolean {
  const heredoc = reader.expect(['heredoc'], "a heredoc <<'TAG'");
  if (heredoc === undefined || reader.expect(['newline'], 'the end of the line') === undefined) return false;
  const body = reader.expect(['body'], 'the body of the heredoc');
  if (body === undefined) return false;
  fields.heredocTag = heredoc.value;
  fields.recipe = splitLines(body.value);
  return true;
}

/** A wrong value is reported, and reading goes on at it. */
function parseContains(reader: TokenReader, fields: Fields): void {
  if (!reader.is('word', 'contains')) return;
  reader.next();
  const token = reader.expect(['string'], 'a string in double quotes behind contains');
  if (token !== undefined) fields.contains = token.value;
}

function parseOnMissing(reader: TokenReader, fields: Fields): void {
  if (!reader.is('word', 'on-missing')) return;
  reader.next();
  const token = reader.expect(['word'], 'error, warn or noop behind on-missing');
  if (token === undefined) return;
  const value = ON_MISSING.find((one) => one === token.value.toLowerCase());
  if (value !== undefined) fields.onMissing = value;
  else reader.fail('E_PARSE_INVALID_ON_MISSING', `on-missing takes error, warn or noop, not \`${token.value}\`.`, token);
}
