import {editDops} from './edit-dops.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

const AT = text('Its line, or its text.');
const STATEMENT = text('As in the file.');

export const dopsAdd: Tool = {
  name: 'dops_add',
  description: 'Add statements to overlay.dops, at its end or behind another one, or create it. The result has their effect.',
  parameters: schema({statement: STATEMENT, 'after?': AT}),
  timeoutSeconds: 120,
  run: ({statement, after}, context) =>
    editDops(context, {kind: 'add', statement: String(statement), after: placeOf(after, String(statement))}),
};

/** Returns the statement to add behind; undefined for the end, which models without skill mean by the new statement itself or an empty text. */
function placeOf(after: unknown, statement: string): string | undefined {
  const place = String(after ?? '').trim();
  return place === '' || place === statement.trim() ? undefined : place;
}

export const dopsReplace: Tool = {
  name: 'dops_replace',
  description: 'Replace a statement of overlay.dops.',
  parameters: schema({at: AT, statement: STATEMENT}),
  timeoutSeconds: 120,
  run: ({at, statement}, context) => editDops(context, {kind: 'replace', at: String(at), statement: String(statement)}),
};

export const dopsRemove: Tool = {
  name: 'dops_remove',
  description: 'Remove a statement of overlay.dops.',
  parameters: schema({at: AT}),
  timeoutSeconds: 120,
  run: ({at}, context) => editDops(context, {kind: 'remove', at: String(at)}),
};
