import {type EffectivePolicy, MANUAL} from '../policy/policy.ts';

/** Why an action is refused, as a sentence for the operator; undefined: it is accepted. */
export type Refusal = string | undefined;

/** What each client shows of a field. */
interface Shown {
  readonly required?: true;
  /** Option of the CLI command, with its placeholder: `--reason <text>`. */
  readonly option: string;
  /** Help of that option. */
  readonly help: string;
  /** Label of the console's form. */
  readonly label: string;
  /** Value in the guide's example. */
  readonly example?: string | number;
  /** Value in a hand-off note, for the operator to replace; without it the note leaves the field out. */
  readonly placeholder?: string | number;
}

/** A text: `line` without line breaks in the console, `lines` with, `diff` as `git diff` prints it. */
export interface TextField extends Shown {
  readonly type: 'line' | 'lines' | 'diff';
  /** Longest accepted value in UTF-16 code units. */
  readonly limit: number;
}

/** A whole number from 0. */
export interface IntegerField extends Shown {
  readonly type: 'integer';
  /** Largest accepted value. */
  readonly limit: number;
}

/** One of a list of values. */
export interface ChoiceField extends Shown {
  readonly type: 'choice';
  /** The values, or where they come from: the tiers of the policy that may run. */
  readonly choices: readonly string[] | 'tiers';
  /** Why other values are refused, for the end of the refusal. */
  readonly because?: string;
}

/** Any number of values of a list. */
export interface ListField extends Shown {
  readonly type: 'list';
  readonly choices: readonly string[];
  /** What the values are, for the refusal: `the guard's rules`. */
  readonly of: string;
}

export type Field = TextField | IntegerField | ChoiceField | ListField;

/** Fields by their names in the message; `by` belongs to every action and is not among them. */
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<One> = One extends IntegerField ? number : One extends ListField ? readonly string[] : string;
type RequiredKeys<All extends Fields> = {[Key in keyof All]: All[Key] extends {readonly required: true} ? Key : never}[keyof All];

/** Input of a message with these fields. */
export type InputOf<All extends Fields> = {
  readonly by: string;
} & {readonly [Key in RequiredKeys<All>]: ValueOf<All[Key]>} & {
  readonly [Key in Exclude<keyof All, RequiredKeys<All>>]?: ValueOf<All[Key]>;
};

/** Longest name of an operator in UTF-16 code units. */
export const NAME_CHARS = 200;

/** Returns why `by` names no operator. */
export function refuseName(action: string, by: unknown): Refusal {
  if (typeof by === 'string' && by.trim() !== '' && by.length <= NAME_CHARS) return undefined;
  return `${action} needs "by": your name, 1 to ${NAME_CHARS} characters.`;
}

/** Returns why a value from outside does not fit its field. `policy` has the tiers, where they are the choices. */
export function refuseField(
  action: string,
  name: string,
  field: Field,
  value: unknown,
  policy: EffectivePolicy | undefined,
): Refusal {
  if (value === undefined && !field.required) return undefined;
  const what = `${action} ${field.required ? 'needs' : 'takes'} "${name}"`;
  switch (field.type) {
    case 'integer':
      return refuseInteger(what, field, value);
    case 'choice':
      return refuseChoice(what, field, value, policy);
    case 'list':
      return refuseList(what, field, value);
    default:
      return refuseText(what, field, value);
  }
}

/** The values that a choice has; for tiers those of the policy that may run. */
export function choicesOf({choices}: ChoiceField, tiers: readonly string[]): readonly string[] {
  return choices === 'tiers' ? tiers.filter((name) => name !== MANUAL) : choices;
}

function refuseText(what: string, {type, limit, required}: TextField, value: unknown): Refusal {
  if (!required && value === '') return undefined;
  const length = typeof value === 'string' && value.trim() !== '' ? value.length : 0;
  if (length === 0 || length > limit)
    return `${what} of 1 to ${limit} characters, not only blanks; got ${length === 0 ? 'none' : length}.`;
  if (type !== 'diff' || /^diff --git /m.test(String(value))) return undefined;
  return `${what} as \`git diff\` prints it in the overlay, with its "diff --git" lines; got none of them.`;
}

function refuseInteger(what: string, {limit}: IntegerField, value: unknown): Refusal {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= limit) return undefined;
  return `${what} from 0 to ${limit}; got ${JSON.stringify(value)}.`;
}

function refuseChoice(what: string, field: ChoiceField, value: unknown, policy: EffectivePolicy | undefined): Refusal {
  const choices = choicesOf(field, Object.keys(policy?.tiers ?? {}));
  if (choices.some((one) => one === value)) return undefined;
  const because = field.because === undefined ? '' : ` ${field.because}`;
  return `${what}: one of ${choices.join(', ')}; got ${JSON.stringify(value)}.${because}`;
}

function refuseList(what: string, {choices, of}: ListField, value: unknown): Refusal {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const odd = values.find((one) => !choices.some((choice) => choice === one));
  if (Array.isArray(value) && odd === undefined) return undefined;
  const got = JSON.stringify(Array.isArray(value) ? odd : value)?.slice(0, 100) ?? typeof value;
  return `${what} as a list of ${of}; got ${got}. Name some of ${choices.join(', ')}.`;
}
