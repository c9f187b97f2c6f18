import {argument, tagList, textLines} from './mdoc.ts';

/** The parts of JSON Schema that policy.schema.json uses. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Returns the list of a policy's keys, nested ones with their path, from the schema by which a policy is validated. */
export function policyKeys(schema: Schema): string[] {
  return tagList(
    keysOf(schema, '').map(({path, key, isRequired}) => ({
      term: `Va ${argument(path)}`,
      body: textLines(
        [valuesOf(key), isRequired ? 'Required.' : '', key.description ?? ''].filter((one) => one !== '').join(' '),
      ),
    })),
  );
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

function valuesOf({type, enum: values, minimum, exclusiveMinimum, maximum, additionalProperties}: Schema): string {
  if (values !== undefined) return `${values.join(', ')}.`;
  if (typeof additionalProperties === 'object' && additionalProperties.enum !== undefined)
    return `Object; each value is one of ${additionalProperties.enum.join(', ')}.`;
  const kind = [type ?? 'any value'].flat().join(' or ');
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const to = maximum === undefined ? '' : ` to ${maximum}`;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}${from}${above}${to}.`;
}
