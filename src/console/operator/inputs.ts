import {type TObject, type TSchema, Type} from 'typebox';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import type {Field} from '../../case/operator/fields.ts';

/** Bytes that a UTF-16 code unit may take in a form's body: three in UTF-8, each as `%XX`. */
const FORM_BYTES = 9;
const ENVELOPE_BYTES = 64 << 10;

/** Returns the schema of an action's fields, `by` included. It has their types; the case itself refuses what does not fit its rules. */
export function bodySchema(name: ActionName): TObject {
  const by = Type.Optional(Type.String({description: 'your name, where no reverse proxy gives it'}));
  const fields = Object.entries(actionOf(name).fields).map(([key, field]) => [key, fieldSchema(field)]);
  return Type.Object({by, ...Object.fromEntries(fields)});
}

function fieldSchema(field: Field): TSchema {
  const type = valueSchema(field);
  return field.required ? type : Type.Optional(type);
}

function valueSchema({type, help: description}: Field): TSchema {
  if (type === 'integer') return Type.Integer({description});
  if (type === 'list') return Type.Array(Type.String(), {description});
  return Type.String({description});
}

/** Returns the most bytes that a request with a diff may have: the longest one, as a form sends it. Undefined for other actions: the console's own limit. */
export function bodyLimit(name: ActionName): number | undefined {
  const diff = Object.values(actionOf(name).fields).find(({type}) => type === 'diff');
  return diff !== undefined && 'limit' in diff ? ENVELOPE_BYTES + FORM_BYTES * diff.limit : undefined;
}

/** Returns the input of an action's message. Fields that the action does not have, and empty ones, are left out. */
export function inputOf(name: ActionName, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const {fields} = actionOf(name);
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => Object.hasOwn(fields, key) && value !== ''));
}

/** Returns the same from the texts of a form. A text that is not of its field's type is passed on for the case to refuse. */
export function inputOfForm(name: ActionName, typed: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(inputOf(name, typed)).map(([key, text]) => [key, parse(actionOf(name).fields[key], String(text))]);
  return Object.fromEntries(given);
}

function parse(field: Field | undefined, text: string): unknown {
  switch (field?.type) {
    case 'integer':
      return /^ *\d{1,15} *$/.test(text) ? Number(text) : text;
    case 'list':
      return listOf(text);
    // Git refuses a diff whose last line has no end, which is easily lost in copying.
    case 'diff':
      return text.endsWith('\n') ? text : `${text}\n`;
    default:
      return text;
  }
}

function listOf(text: string): string[] {
  const values = text.split(',').map((one) => one.trim());
  return values.filter((one) => one !== '');
}
