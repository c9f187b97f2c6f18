import {tokenize} from '../../src/dops/syntax/lexer.ts';

function tokens(text: string): string[] {
  return tokenize(text).tokens.map(({kind, value, line, column}) => `${line}:${column} ${kind} ${JSON.stringify(value)}`);
}

function errors(text: string): string[] {
  return tokenize(text).diagnostics.map(({code, line, column}) => `${line}:${column} ${code}`);
}

test('words, strings and arrows end each other without a blank', () => {
  expect(tokens('mk set A"1"\n')).toEqual([
    '1:1 word "mk"',
    '1:4 word "set"',
    '1:8 word "A"',
    '1:9 string "1"',
    '1:12 newline "\\n"',
    '2:1 eof ""',
  ]);
  expect(tokens('a-->b')).toEqual(['1:1 word "a-"', '1:3 arrow "->"', '1:5 word "b"', '1:6 eof ""']);
  expect(tokens('a#b->c')).toEqual(['1:1 word "a"', '1:7 eof ""']);
});

test('a backslash continues a line only in front of its end, and ends a word there', () => {
  expect(tokens('a\\ \t\nb\\c \\')).toEqual(['1:1 word "a"', '2:1 word "b\\\\c"', '2:5 word "\\\\"', '2:6 eof ""']);
  expect(tokens('# not continued \\\nb')).toEqual(['1:18 newline "\\n"', '2:1 word "b"', '2:2 eof ""']);
});

test('columns are code points, and CRLF and CR end lines', () => {
  expect(tokens('😀x é\r\n\tb\rc')).toEqual([
    '1:1 word "😀x"',
    '1:4 word "é"',
    '1:5 newline "\\n"',
    '2:2 word "b"',
    '2:3 newline "\\n"',
    '3:1 word "c"',
    '3:2 eof ""',
  ]);
});

test('only space and tab separate: other blanks and a byte order mark are parts of words', () => {
  expect(tokens('\ufeffmk\u00a0set\f')).toEqual(['1:1 word "\ufeffmk\u00a0set\\f"', '1:9 eof ""']);
});

test('a heredoc has its tag, a newline and its body up to the line that equals the tag', () => {
  expect(tokens("x <<'E' \t\n\ta 'b' \"#\r\n E\nE\ny")).toEqual([
    '1:1 word "x"',
    '1:3 heredoc "E"',
    '1:10 newline "\\n"',
    '2:1 body "\\ta \'b\' \\"#\\n E\\n"',
    '4:2 newline "\\n"',
    '5:1 word "y"',
    '5:2 eof ""',
  ]);
  expect(errors("x <<'E'\nE")).toEqual([]);
});

test.each([
  [
    'a string without end, once, and the next line is scanned',
    'a "b\nc \'',
    ['1:3 E_PARSE_UNTERMINATED_STRING', '2:3 E_PARSE_UNEXPECTED_CHAR'],
  ],
  ['an escape that strings do not have', '"\\r"', ['1:3 E_PARSE_INVALID_ESCAPE']],
  [
    'an escaped newline, behind which the string goes on',
    '"a\\\nb" \'',
    ['1:4 E_PARSE_INVALID_ESCAPE', '2:4 E_PARSE_UNEXPECTED_CHAR'],
  ],
  ['a backslash at the end of the file', '"a\\', ['1:1 E_PARSE_UNTERMINATED_STRING']],
  ['each quote', "it's 'x", ['1:3 E_PARSE_UNEXPECTED_CHAR', '1:6 E_PARSE_UNEXPECTED_CHAR']],
  ['a tag without quotes', 'x <<E', ['1:3 E_PARSE_INVALID_HEREDOC_START']],
  ['a tag whose quote is missing', "x <<'E\nE", ['1:3 E_PARSE_INVALID_HEREDOC_START']],
  ['a tag with a blank', "<<'A\u00a0B'\nA\u00a0B\n", ['1:1 E_PARSE_INVALID_HEREDOC_START']],
  ['text behind the start of a heredoc', "<<'E' # c\nE\n", ['1:7 E_PARSE_INVALID_HEREDOC_START']],
  ['a terminator with a blank', "<<'E'\nE \n", ['1:1 E_PARSE_UNTERMINATED_HEREDOC']],
  ['a file that ends behind the start of a heredoc', "<<'E'", ['1:1 E_PARSE_UNTERMINATED_HEREDOC']],
])('%s is an error at its place', (_name, text, expected) => {
  expect(errors(text)).toEqual(expected);
});
