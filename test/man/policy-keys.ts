import {argument, tagList, textLines} from './mdoc.ts';

/** The parts of JSON Schema that the schemas in policy/ use. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | boolean)[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Returns the list of a file's keys, nested ones with their path, from the schema by which the file is validated. */
export function schemaKeys(schema: Schema): string[] {
  return tagList(
    keysOf(resolved(schema, schema.definitions ?? {}), '').map(({path, key, isRequired}) => ({
      term: `Va ${argument(path)}`,
      body: textLines(
        [valuesOf(key), isRequired ? 'Required.' : '', key.description ?? ''].filter((one) => one !== '').join(' '),
      ),
    })),
  );
}

/** Returns a schema with its definitions in the place of the references to them. */
function resolved(schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema {
  const {properties, additionalProperties: other, items, $ref} = schema;
  const named = $ref === undefined ? {} : definitions[$ref.replace('#/definitions/', '')];
  const inner = Object.entries(properties ?? {}).map(([name, key]) => [name, resolved(key, definitions)]);
  return {
    ...named,
    ...schema,
    ...(properties === undefined ? {} : {properties: Object.fromEntries(inner)}),
    ...(typeof other === 'object' ? {additionalProperties: resolved(other, definitions)} : {}),
    ...(items === undefined ? {} : {items: resolved(items, definitions)}),
  };
}

function keysOf(schema: Schema, prefix: string): {path: string; key: Schema; isRequired: boolean}[] {
  const named = Object.entries(schema.properties ?? {}).filter(([name]) => name !== '$schema');
  const own = named.flatMap(([name, key]) => [
    {path: prefix + name, key, isRequired: prefix === '' && (schema.required ?? []).includes(name)},
    ...keysOf(key, `${prefix}${name}.`),
  ]);
  const {additionalProperties: other} = schema;
  return typeof other === 'object' ? [...own, ...keysOf(other, `${prefix}NAME.`)] : own;
}

function valuesOf(schema: Schema): string {
  const {type, title, enum: values, items, minimum, exclusiveMinimum, maximum, additionalProperties} = schema;
  if (title !== undefined) return `${title.charAt(0).toUpperCase()}${title.slice(1)}.`;
  if (items?.title !== undefined) return `Array; each value is ${items.title}.`;
  if (values !== undefined) return `${values.join(', ')}.`;
  if (typeof additionalProperties === 'object' && additionalProperties.enum !== undefined)
    return `Object; each value is one of ${additionalProperties.enum.join(', ')}.`;
  const kind = [type ?? 'any value'].flat().join(' or ');
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const to = maximum === undefined ? '' : ` to ${maximum}`;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}${from}${above}${to}.`;
}
