import {GRAMMAR, type Part} from './grammar.ts';
import type {StatementKind} from './statement.ts';

/** Names of fields in a form, where the field's own name would not explain it. */
const FIELD_NAMES: Readonly<Record<string, string>> = {exact: 'TEXT', anchor: 'TEXT', from: 'TEXT', to: 'NEW'};

/** The parser reads `on-missing` behind these, and the semantic check refuses it. */
const WITHOUT_ON_MISSING: ReadonlySet<StatementKind> = new Set(['mk.var.eval', 'mk.var.shell']);

/**
 * Returns the form of a statement for readers, by the grammar: keywords as they are written, fields in capitals. Unless `short`,
 * optional parts are in brackets, and ` *` is where `on-missing` may follow.
 */
export function renderForm(kind: Exclude<StatementKind, 'unknown'>, {short = false} = {}): string {
  const [head, ...parts] = GRAMMAR[kind];
  const shown = parts.filter(({is}) => {
    if (is === 'on-missing') return !short && !WITHOUT_ON_MISSING.has(kind);
    return is !== 'contains' || !short;
  });
  return [head, ...shown.map(renderPart)].join(' ');
}

function renderPart(part: Part): string {
  switch (part.is) {
    case 'keyword':
      return part.text;
    case 'arrow':
      return '->';
    case 'body':
      return "<<'MK'";
    case 'contains':
      return '[contains "TEXT"]';
    case 'on-missing':
      return '*';
    default:
      return renderField(part.field, part.is === 'string');
  }
}

function renderField(field: string, isString: boolean): string {
  const name = FIELD_NAMES[field] ?? field.toUpperCase();
  return isString ? `"${name}"` : name;
}
