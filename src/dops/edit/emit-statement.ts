import {GRAMMAR, type Part} from '../syntax/grammar.ts';
import {tokenize} from '../syntax/lexer.ts';
import {parseOverlay} from '../syntax/parse-overlay.ts';
import type {NewStatement, StatementKind} from '../syntax/statement.ts';
import {quoteString} from './quote.ts';

/** A statement that can be emitted: `unknown` ones have no fields to emit. */
export type Emittable = NewStatement<Exclude<StatementKind, 'unknown'>>;

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

const TAG = 'MK';

/** Returns the text of a statement, without newline. Throws if a field cannot be written, such as a word with a blank. */
export function emitStatement(statement: Emittable): string {
  const [head, ...parts] = GRAMMAR[statement.kind];
  const fields = statement as unknown as Fields;
  const text = [head, ...parts.flatMap((part) => emitPart(part, fields))].join(' ');
  const parsed = parseOverlay(`${text}\n`).statements;
  const [read] = parsed;
  if (parsed.length !== 1 || read === undefined || !isSame(statement, read))
    throw new Error(`No statement of overlay.dops has this form: ${JSON.stringify(statement)}.`);
  return text;
}

/** Compares fields, except the tag of a heredoc, which may have been chosen. */
function isSame(statement: object, read: object): boolean {
  const fieldsOf = ({kind, place: _place, heredocTag: _tag, ...fields}: Record<string, unknown>): string =>
    JSON.stringify([
      kind,
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .sort(),
    ]);
  return fieldsOf({...statement}) === fieldsOf({...read});
}

function emitPart(part: Part, fields: Fields): string[] {
  switch (part.is) {
    case 'keyword':
      return [part.text];
    case 'arrow':
      return ['->'];
    case 'contains':
      return typeof fields.contains === 'string' ? ['contains', quoteString(fields.contains)] : [];
    case 'on-missing':
      return typeof fields.onMissing === 'string' ? ['on-missing', fields.onMissing] : [];
    case 'body':
      return [emitBody(fields)];
    default:
      return [emitField(part.is, fields[part.field])];
  }
}

function emitField(is: 'word' | 'string' | 'value', field: string | readonly string[] | undefined): string {
  const text = typeof field === 'string' ? field : (field ?? []).join(',');
  return is === 'word' || (is === 'value' && isWord(text)) ? text : quoteString(text);
}

/** Returns whether the text is one word wherever it stands; a backslash at its end could continue the line. */
function isWord(text: string): boolean {
  if (text.endsWith('\\')) return false;
  const {tokens, diagnostics} = tokenize(text);
  return diagnostics.length === 0 && tokens.length === 2 && tokens[0]?.kind === 'word' && tokens[0].value === text;
}

function emitBody(fields: Fields): string {
  const recipe = Array.isArray(fields.recipe) ? (fields.recipe as readonly string[]) : [];
  const wanted = typeof fields.heredocTag === 'string' ? fields.heredocTag : TAG;
  const tag = freeTag(recipe, wanted);
  return [`<<'${tag}'`, ...recipe, tag].join('\n');
}

/** Returns a tag that no line of the recipe equals. */
function freeTag(recipe: readonly string[], wanted: string): string {
  let tag = wanted;
  for (let number = 2; recipe.includes(tag); number++) tag = `${wanted}${number}`;
  return tag;
}
