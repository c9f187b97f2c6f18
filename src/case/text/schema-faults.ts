import {Ajv, type ErrorObject, type ValidateFunction} from 'ajv';

/** What a settings file is called in its faults. */
export interface CheckedFile {
  /** As `the policy`. */
  readonly name: string;
  /** Path of its schema in the installation. */
  readonly schemaFile: string;
}

/** Keywords whose message has the limit. */
const LIMITS: ReadonlySet<string> = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);

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
  if (error.keyword === 'required') return `${at} ${error.message}.`;
  if (error.keyword === 'pattern' && title !== undefined) return `${at} must be ${title}; got ${JSON.stringify(error.data)}.`;
  if (LIMITS.has(error.keyword)) return `${at} ${error.message}; got ${JSON.stringify(error.data)}.`;
  return `${at} ${error.message ?? 'is not valid'} ${JSON.stringify(error.params)}.`;
}
