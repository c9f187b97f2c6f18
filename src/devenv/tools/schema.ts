import type {ToolSchema} from './tool.ts';

/** A schema; names that end in `?` are optional. */
export function schema(properties: Readonly<Record<string, unknown>>): ToolSchema {
  const entries = Object.entries(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, property]) => [name.replace(/\?$/, ''), property])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

export function text(description: string): object {
  return {type: 'string', description};
}

export function integer(description: string, minimum: number, maximum: number): object {
  return {type: 'integer', description, minimum, maximum};
}

/** The case's port. */
export const ORIGIN = {type: 'string'};
