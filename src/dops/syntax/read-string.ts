import type {Scanner} from './scanner.ts';

const PLAIN = /[^"\\\r\n]+/y;
const ESCAPE = /\\(\r\n?|[\s\S])/uy;
const NEWLINE = /\r\n?|\n/y;
const ESCAPES: Readonly<Record<string, string>> = {'\\': '\\', '"': '"', n: '\n', t: '\t'};

/**
 * Reads a string that begins here. An invalid escape counts as its character, and the string continues, also behind an
 * escaped newline. A newline ends an unterminated string; scanning resumes on the next line, without a newline token.
 */
export function readString(scanner: Scanner): void {
  const start = scanner.at++;
  let value = '';
  while (scanner.at < scanner.text.length) {
    const plain = scanner.take(PLAIN);
    if (plain !== null) value += plain[0];
    else if (scanner.text[scanner.at] === '"') {
      scanner.at++;
      scanner.add('string', value, start);
      return;
    } else if (scanner.take(NEWLINE)) break;
    else value += readEscape(scanner);
  }
  scanner.fail('E_PARSE_UNTERMINATED_STRING', 'This string has no closing quote on its line. Write \\n for a newline.', start);
}

function readEscape(scanner: Scanner): string {
  const offset = scanner.at + 1;
  const match = scanner.take(ESCAPE);
  if (match === null) {
    scanner.at++;
    return '';
  }
  const name = match[1] ?? '';
  const value = ESCAPES[name];
  if (value === undefined)
    scanner.fail('E_PARSE_INVALID_ESCAPE', `\\${name.trim()} is no escape. A string has \\\\, \\", \\n and \\t only.`, offset);
  return value ?? name;
}
