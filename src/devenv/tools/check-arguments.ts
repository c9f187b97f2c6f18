import {TOOL_NAMES} from '../../case/attempt/tool-names.ts';
import type {Tool} from './tool.ts';

export type ArgumentCheck =
  | {readonly ok: true; readonly args: Readonly<Record<string, unknown>>}
  | {readonly ok: false; readonly kind: string; readonly error: string};

/** Most characters of a string argument; texts of files have more. */
const LONGEST = 4096;
const LONGEST_TEXT = 262144;
const TEXTS = new Set(['content', 'old_text', 'new_text', 'statement']);
const MOST_ITEMS = 100;
/** Arguments that are a line number or a text. */
const PLACES = new Set(['at', 'after']);

interface Fields {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
}

interface Property {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a list of objects; other lists have strings. */
  readonly items?: {readonly type: string} & Partial<Fields>;
}

type FieldsCheck =
  | {readonly ok: true; readonly args: Readonly<Record<string, unknown>>}
  | {readonly ok: false; readonly problem: string};

/**
 * Holds a call against the tool's schema (contract 6.2, dispatch errors as data). Optional arguments that are null, an
 * integer written as a string, and a list of objects that is one object or JSON text are taken as many models mean them; nothing else is guessed.
 */
export function checkArguments(tool: Tool | undefined, name: string, args: unknown): ArgumentCheck {
  if (tool === undefined)
    return no('unknown_tool', `unknown tool: ${name.slice(0, 64)}; the tools are: ${TOOL_NAMES.join(', ')}`);
  if (!isObject(args)) return no('bad_arguments', 'arguments must be a JSON object');
  const checked = checkFields(args, tool.parameters, tool.name);
  return checked.ok ? checked : no('bad_arguments', checked.problem);
}

function checkFields(args: object, {properties, required}: Fields, owner: string): FieldsCheck {
  const given = Object.entries(args).filter(([key, value]) => !(value === null && !required.includes(key)));
  const unexpected = given.map(([key]) => key).filter((key) => !Object.hasOwn(properties, key));
  const takes = Object.keys(properties).join(', ') || 'none';
  if (unexpected.length > 0)
    return {ok: false, problem: `unexpected argument(s): ${unexpected.join(', ').slice(0, 200)}; ${owner} takes: ${takes}`};
  const missing = required.filter((key) => !given.some(([name]) => name === key));
  if (missing.length > 0) return {ok: false, problem: `missing required argument(s): ${missing.join(', ')}`};
  const checked: Record<string, unknown> = {};
  for (const [key, value] of given) {
    const property = properties[key] as Property;
    const taken = asMeant(key, value, property);
    const problem = problemOf(key, taken, property);
    if (problem !== undefined) return {ok: false, problem};
    checked[key] = property.items?.type === 'object' ? withFields(taken as object[], property) : taken;
  }
  return {ok: true, args: checked};
}

/** Returns the items of a list of objects that has passed the check, without optional fields that are null. */
function withFields(items: readonly object[], {items: of}: Property): unknown[] {
  return items.map((item) => {
    const checked = checkFields(item, {properties: of?.properties ?? {}, required: of?.required ?? []}, 'it');
    return checked.ok ? checked.args : item;
  });
}

/** Takes a number for its digits and the other way round, and what stands for a list of objects, as many models write them. */
function asMeant(key: string, value: unknown, {type, items}: Property): unknown {
  if (type === 'integer' && typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (items?.type === 'object') return asList(value);
  return PLACES.has(key) && Number.isInteger(value) ? String(value) : value;
}

function asList(value: unknown): unknown {
  if (isObject(value)) return [value];
  if (typeof value !== 'string') return value;
  try {
    return asList(JSON.parse(value.slice(0, LONGEST_TEXT)));
  } catch {
    return value;
  }
}

function problemOf(key: string, value: unknown, property: Property): string | undefined {
  if (property.type === 'integer') return integerProblem(key, value, property);
  if (property.type === 'array') return arrayProblem(key, value, property);
  if (property.type === 'boolean')
    return typeof value === 'boolean' ? undefined : `wrong type: ${key} must be true or false; got ${kindOf(value)}`;
  const limit = TEXTS.has(key) ? LONGEST_TEXT : LONGEST;
  if (typeof value !== 'string') return `wrong type: ${key} must be a string; got ${kindOf(value)}`;
  if (value.length > limit) return `too long: ${key} may have ${limit} characters; got ${value.length}`;
  if (property.enum && !property.enum.includes(value))
    return `wrong value: ${key} must be one of ${property.enum.join(', ')}; got ${value.slice(0, 100)}`;
  return undefined;
}

function integerProblem(key: string, value: unknown, {minimum = 0, maximum = 1_000_000_000}: Property): string | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value))
    return `wrong type: ${key} must be a whole number; got ${kindOf(value)}`;
  return value < minimum || value > maximum
    ? `wrong value: ${key} must be from ${minimum} to ${maximum}; got ${value}`
    : undefined;
}

function arrayProblem(key: string, value: unknown, {items}: Property): string | undefined {
  const ofObjects = items?.type === 'object';
  const isItem = (item: unknown): boolean => (ofObjects ? isObject(item) : typeof item === 'string');
  if (!Array.isArray(value) || !value.every(isItem))
    return `wrong type: ${key} must be a list of ${ofObjects ? 'objects' : 'strings'}; got ${kindOf(value)}`;
  if (value.length > MOST_ITEMS) return `too long: ${key} may have ${MOST_ITEMS} items; got ${value.length}`;
  if (ofObjects) return itemsProblem(key, value, {properties: items.properties ?? {}, required: items.required ?? []});
  const long = value.find((item: string) => item.length > LONGEST);
  return long === undefined ? undefined : `too long: an item of ${key} may have ${LONGEST} characters; got ${long.length}`;
}

function itemsProblem(key: string, items: readonly object[], fields: Fields): string | undefined {
  if (items.length === 0) return `wrong value: ${key} must not be empty`;
  for (const [at, item] of items.entries()) {
    const checked = checkFields(item, fields, `an item of ${key}`);
    if (!checked.ok) return `${key}[${at}]: ${checked.problem}`;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `${typeof value}`;
}

function no(kind: string, error: string): ArgumentCheck {
  return {ok: false, kind, error};
}
