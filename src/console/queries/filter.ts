import type {SQLInputValue} from 'node:sqlite';
import {type Static, type TObject, type TOptional, type TString, Type} from 'typebox';
import type {Cache} from '../cache/cache.ts';
import {SORT_KEY, sortSchema} from './sort.ts';

const VALUE_CHARS = 200;

/** An SQL condition and the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Where the choices of a field come from: a fixed list, or the values of a column. */
export type Choices = readonly string[] | {readonly table: 'cases' | 'bundles' | 'runs'; readonly column: string};

/** One field of a filter: how a query string gives it, how a form shows it, and which rows it selects. */
export interface FilterField {
  readonly control: 'search' | 'choice' | 'text' | 'checkbox' | 'hidden';
  readonly label: string;
  /** Text of a chosen value; the value itself by default. */
  readonly textOf?: (value: string) => string;
  readonly choices?: Choices;
  readonly placeholder?: string;
  readonly schema: TString;
  /** Undefined for a value that selects all rows. */
  readonly condition: (value: string) => Condition | undefined;
}

/** The filter of a list. */
export interface Filter<K extends string = string> {
  readonly fields: Readonly<Record<K, FilterField>>;
  /** Schema of the query string; every field is optional, and an empty one is not set. */
  readonly query: TObject<Record<K, TOptional<TString>>>;
}

/** The values of a filter, as a query string gives them. */
export type FilterValues<F extends Filter> = Static<F['query']>;

/** Makes a filter of its fields, in the order of the form. */
export function defineFilter<K extends string>(fields: Readonly<Record<K, FilterField>>): Filter<K> {
  const entries = Object.entries<FilterField>(fields).map(([name, {schema}]) => [name, Type.Optional(schema)]);
  return {fields, query: Type.Object(Object.fromEntries(entries) as Record<K, TOptional<TString>>)};
}

/** The query string of a list: its filter, its order and the number of its page. */
export function listQuery<K extends string>(filter: Filter<K>) {
  const page = Type.Optional(Type.Integer({minimum: 1, maximum: 1_000_000}));
  const keys = {...filter.query.properties, page, [SORT_KEY]: sortSchema};
  return Type.Object(keys as Record<K, TOptional<TString>> & {page: typeof page; sort: typeof sortSchema});
}

const anyText = Type.String({maxLength: VALUE_CHARS});

function equals(column: string): FilterField['condition'] {
  return (value) => ({sql: `${column} = ?`, values: [value]});
}

/** Rows that have the text in one of the columns. */
export function searchField(label: string, columns: readonly string[]): FilterField {
  const sql = `(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`;
  return {
    control: 'search',
    label,
    schema: anyText,
    condition: (text) => {
      const like = `%${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
      return {sql, values: columns.map(() => like)};
    },
  };
}

/** Rows whose column has the chosen value. */
export function choiceField(label: string, column: string, choices: Choices): FilterField {
  return {control: 'choice', label, choices, schema: anyText, condition: equals(column)};
}

/** As `choiceField`, for a query string that may have no other value. */
export function strictChoiceField(label: string, column: string, choices: readonly string[]): FilterField {
  return {...choiceField(label, column, choices), schema: Type.Enum(['', ...choices]) as unknown as TString};
}

/** Rows that meet the condition with the chosen name; an unknown name selects all. */
export function conditionField(label: string, conditions: Readonly<Record<string, string>>): FilterField {
  return {
    control: 'choice',
    label,
    choices: Object.keys(conditions),
    schema: anyText,
    condition: (name) => {
      const sql = Object.hasOwn(conditions, name) ? conditions[name] : undefined;
      return sql === undefined ? undefined : {sql, values: []};
    },
  };
}

/** Rows whose column has the text that was typed. */
export function textField(label: string, column: string, placeholder: string): FilterField {
  return {control: 'text', label, placeholder, schema: anyText, condition: equals(column)};
}

/** Rows that meet the condition if the box is ticked. */
export function checkboxField(label: string, sql: string): FilterField {
  return {control: 'checkbox', label, schema: Type.Literal('1') as unknown as TString, condition: () => ({sql, values: []})};
}

/** Rows whose column has the value; only links set it, and the form shows what is set. */
export function hiddenField(label: string, column: string): FilterField {
  return {control: 'hidden', label, schema: anyText, condition: equals(column)};
}

/** Rows that meet a condition on the value; only links set it. */
export function linkField(label: string, sql: string): FilterField {
  return {control: 'hidden', label, schema: anyText, condition: (value) => ({sql, values: [value]})};
}

/** As another field, but only links set it. */
export function byLinks(field: FilterField): FilterField {
  return {...field, control: 'hidden'};
}

/** As another field, with these texts for its values. */
export function withTexts(field: FilterField, texts: Readonly<Record<string, string>>): FilterField {
  return {...field, textOf: (value) => texts[value] ?? value};
}

/** Returns the WHERE clause of a filter's values and of `more` conditions; empty if all rows are selected. */
export function whereClause(filter: Filter, values: object, more: readonly Condition[] = []): Condition {
  const given = values as Readonly<Record<string, string | undefined>>;
  const conditions = Object.entries(filter.fields).flatMap(([name, field]) => {
    const value = given[name];
    const condition = value ? field.condition(value) : undefined;
    return condition === undefined ? [] : [condition];
  });
  const all = [...conditions, ...more];
  return {
    sql: all.length === 0 ? '' : `WHERE ${all.map(({sql}) => sql).join(' AND ')}`,
    values: all.flatMap((one) => one.values),
  };
}

/** The choices of each field of a filter, by its name. */
export function choicesOf(cache: Cache, filter: Filter): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(filter.fields).flatMap(([name, {choices}]) =>
      choices === undefined ? [] : [[name, 'table' in choices ? distinctValues(cache, choices.table, choices.column) : choices]],
    ),
  );
}

function distinctValues(cache: Cache, table: string, column: string): string[] {
  return cache
    .all<{value: string}>(
      `SELECT DISTINCT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL AND ${column} <> '' ORDER BY 1`,
    )
    .map(({value}) => value);
}
