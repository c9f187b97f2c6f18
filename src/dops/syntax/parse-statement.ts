import {checkFields} from './check-fields.ts';
import {GRAMMAR, HEAD_PREFIXES, KIND_BY_HEAD, type Part} from './grammar.ts';
import {type Fields, parsePart} from './parse-parts.ts';
import type {Place, Statement, StatementKind} from './statement.ts';
import type {Token} from './token.ts';
import {describeToken} from './token.ts';
import type {TokenReader} from './token-reader.ts';

type KnownKind = Exclude<StatementKind, 'unknown'>;

/**
 * Reads a statement with the newline behind it. The result of an error is `unknown` with all tokens of its line, and with
 * the body if a heredoc starts there.
 */
export function parseStatement(reader: TokenReader): Statement {
  const from = reader.index;
  const errors = reader.diagnostics.length;
  const kind = parseHead(reader);
  const fields: Fields = {};
  const isRead = typeof kind !== 'string' ? false : parseTail(reader, kind, fields);
  if (!isRead) skipStatement(reader, from);
  const place = placeOf(reader.readFrom(from));
  if (isRead && reader.diagnostics.length === errors) return {kind, ...fields, place} as Statement;
  return {kind: 'unknown', problem: kind === null ? 'operation' : 'malformed', place};
}

/** Returns null for a statement or an operation that the language does not have, undefined for another error. */
function parseHead(reader: TokenReader): KnownKind | null | undefined {
  if (!reader.is('word')) return unexpectedStatement(reader, undefined);
  let head = '';
  for (;;) {
    const token = head === '' ? reader.next() : reader.expect(['word'], `an operation behind ${head}`);
    if (token === undefined) return undefined;
    const longer = head === '' ? token.value : `${head} ${token.value}`;
    const kind = KIND_BY_HEAD.get(longer);
    if (kind !== undefined) return kind;
    if (!HEAD_PREFIXES.has(longer))
      return head === '' ? unexpectedStatement(reader, null, token) : unknownVerb(reader, head, token);
    head = longer;
  }
}

function unexpectedStatement<T>(reader: TokenReader, result: T, token: Token = reader.current): T {
  const message = `Expected a directive or an operation (mk, file, text, patch), got ${describeToken(token)}.`;
  reader.fail('E_PARSE_EXPECTED_STATEMENT', message, token);
  return result;
}

/** A verb of `text` is judged behind `file PATH`, which all of them take. */
function unknownVerb(reader: TokenReader, head: string, verb: Token): null | undefined {
  const fields: Fields = {};
  const parts: readonly Part[] = head === 'text' ? (GRAMMAR['text.line_remove'].slice(1, 3) as Part[]) : [];
  if (!parts.every((part) => parsePart(reader, part, fields))) return undefined;
  const verbs = [...KIND_BY_HEAD.keys()]
    .filter((one) => one.startsWith(`${head} `))
    .map((one) => one.split(' ')[head.split(' ').length]);
  const message = `${head} has no operation \`${verb.value}\`. It has ${[...new Set(verbs)].join(', ')}.`;
  reader.fail('E_PARSE_UNEXPECTED_TOKEN', message, verb);
  return null;
}

function parseTail(reader: TokenReader, kind: KnownKind, fields: Fields): boolean {
  const [, ...parts] = GRAMMAR[kind];
  const first = reader.current;
  if (!parts.every((part) => parsePart(reader, part, fields))) return false;
  checkFields(reader, kind, fields, first);
  if (parts.at(-1)?.is !== 'body') return finish(reader);
  if (reader.is('newline')) reader.next();
  return true;
}

function finish(reader: TokenReader): boolean {
  if (!reader.is('newline') && !reader.is('eof')) {
    const message = `The statement is complete before ${describeToken(reader.current)}; the next one starts on another line.`;
    reader.fail('E_PARSE_EXPECTED_NEWLINE', message);
    return false;
  }
  if (reader.is('newline')) reader.next();
  return true;
}

/** The reference reports the body of a heredoc in a wrong statement as a statement of its own; the body is skipped all the same. */
function skipStatement(reader: TokenReader, from: number): void {
  reader.skipLine();
  if (!reader.is('body')) return;
  const hasHeredoc = reader.readFrom(from).some(({kind}) => kind === 'heredoc');
  if (!hasHeredoc) return;
  unexpectedStatement(reader, undefined);
  reader.skipLine();
}

function placeOf(tokens: readonly Token[]): Place {
  const {line = 1, column = 1, start = 0} = tokens[0] ?? {};
  return {line, column, start, end: tokens.at(-1)?.end ?? start, tokens};
}
