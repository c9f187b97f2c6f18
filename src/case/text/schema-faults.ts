import {Ajv, type ErrorObject, type ValidateFunction} from 'ajv';
import {pluralize} from './plural.ts';

/** What a settings file is called in its faults. */
export interface CheckedFile {
  /** As `the policy`. */
  readonly name: string;
  /** Path of its schema in the installation. */
  readonly schemaFile: string;
}

/** Compiled schemas by their JSON text: compiling one takes longer than any other step of reading a policy. */
const compiled = new Map<string, ValidateFunction>();
/** Schemas of one process: the policy's and the hosts file's, and what tests validate. */
const COMPILED_LIMIT = 16;

function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const validate = new Ajv({allErrors: true, strict: false, verbose: true}).compile(schema);
  if (compiled.size >= COMPILED_LIMIT) compiled.clear();
  compiled.set(key, validate);
  return validate;
}

/** Validates a parsed file against its schema. Returns every fault as a sentence that names the key, the rule and the value; none if it is valid. */
export function schemaFaults(schema: object, value: unknown, file: CheckedFile): string[] {
  const validate = validatorOf(schema);
  return validate(value) ? [] : (validate.errors ?? []).flatMap((error) => faultOf(error, file) ?? []);
}

function faultOf(error: ErrorObject, {name, schemaFile}: CheckedFile): string | undefined {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const at = path || name;
  const {title} = (error.parentSchema ?? {}) as {title?: string};
  if (error.keyword === 'additionalProperties') {
    const key = [path, String(error.params.additionalProperty)].filter((one) => one !== '').join('.');
    return `${key} is not a key of ${name}. Correct the name or remove it; the keys are in ${schemaFile}.`;
  }
  // Reported by the rule that the name violates.
  if (error.keyword === 'propertyNames') return undefined;
  if (error.propertyName !== undefined && title !== undefined)
    return `${at} has the key ${JSON.stringify(error.propertyName)}, which must be ${title}.`;
  if (error.keyword === 'required')
    return `${at} lacks the key ${error.params.missingProperty}. Add it; the keys are in ${schemaFile}.`;
  const rule = error.keyword === 'pattern' ? (title ?? 'of the form in the schema') : ruleOf(error);
  return `${at} must be ${rule}; got ${shownValue(error.data)}.`;
}

/** Returns what a value must be, to follow `must be`. */
function ruleOf({keyword, params}: ErrorObject): string {
  const render = RULES[keyword];
  return render === undefined ? 'as the schema has it' : render(params as Readonly<Record<string, unknown>>);
}

const RULES: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => string>> = {
  enum: ({allowedValues}) => `one of ${(allowedValues as unknown[]).join(', ')}`,
  type: ({type}) =>
    [type]
      .flat()
      .map((one) => TYPES[String(one)] ?? String(one))
      .join(' or '),
  minimum: ({limit}) => `${limit} or more`,
  maximum: ({limit}) => `${limit} or less`,
  exclusiveMinimum: ({limit}) => `above ${limit}`,
  exclusiveMaximum: ({limit}) => `below ${limit}`,
  minLength: ({limit}) => `a text of at least ${pluralize(Number(limit), 'character')}`,
  maxLength: ({limit}) => `a text of at most ${pluralize(Number(limit), 'character')}`,
  minItems: ({limit}) => `a list of at least ${limit}`,
  maxItems: ({limit}) => `a list of at most ${limit}`,
  minProperties: ({limit}) => `an object with at least ${pluralize(Number(limit), 'key')}`,
  uniqueItems: () => 'a list without repetitions',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object in { }',
  array: 'a list in [ ]',
};

const VALUE_CHARS = 80;

function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= VALUE_CHARS ? text : `${text.slice(0, VALUE_CHARS).toWellFormed()}…`;
}
