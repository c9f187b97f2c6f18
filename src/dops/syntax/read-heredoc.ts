import type {Scanner} from './scanner.ts';
import {hasBlank} from './unicode-blank.ts';

const START = /<<'([^'\r\n]*)'/y;
const OPEN_QUOTE = /<<'[^'\r\n]*/y;
const BLANKS = /[ \t]*/y;
const REST = /[^\r\n]+/y;
const NEWLINE = /\r\n?|\n/y;
const LINE = /([^\r\n]*)(\r\n?|\n)?/y;

/** Reads `<<'TAG'`, the rest of its line, and the body down to the line that equals TAG. */
export function readHeredoc(scanner: Scanner): void {
  const start = scanner.at;
  const tag = scanner.take(START)?.[1];
  if (tag === undefined) {
    if (!scanner.take(OPEN_QUOTE)) scanner.at += 2;
    failStart(scanner, start);
    return;
  }
  if (tag === '' || hasBlank(tag)) failStart(scanner, start);
  scanner.add('heredoc', tag, start);
  scanner.take(BLANKS);
  const rest = scanner.at;
  if (scanner.take(REST))
    scanner.fail('E_PARSE_INVALID_HEREDOC_START', `Nothing may follow <<'${tag}' on its line, not even a comment.`, rest);
  const newline = scanner.at;
  if (scanner.take(NEWLINE)) scanner.add('newline', '\n', newline);
  readBody(scanner, tag, start);
}

function failStart(scanner: Scanner, offset: number): void {
  const message = "A heredoc starts with <<'TAG', the tag in single quotes without blanks.";
  scanner.fail('E_PARSE_INVALID_HEREDOC_START', message, offset);
}

function readBody(scanner: Scanner, tag: string, heredoc: number): void {
  const start = scanner.at;
  let body = '';
  while (scanner.at < scanner.text.length) {
    const line = scanner.at;
    const [, content = '', newline = ''] = scanner.take(LINE) ?? [];
    if (content === tag) {
      scanner.add('body', body, start, line + content.length);
      if (newline !== '') scanner.add('newline', '\n', line + content.length);
      return;
    }
    body += newline === '' ? content : `${content}\n`;
  }
  scanner.fail(
    'E_PARSE_UNTERMINATED_HEREDOC',
    `No line consists of ${tag} only, without blanks, so the heredoc has no end.`,
    heredoc,
  );
}
