import {isOrigin} from '../case/types.ts';
import {isFlavor, isTarget} from '../evidence/names.ts';

/** A pattern that a right fix must not match. Patterns are regular expressions; a match makes a proved fix a false one. */
export interface Forbidden {
  /** Reason, for the report. */
  readonly why: string;
  /** Matched against paths of touched files, relative to the port's overlay. */
  readonly file?: string;
  /** Matched against added lines of the diff. */
  readonly added?: string;
}

/** Answer of the scripted model for a case. The report marks its figures as scripted. */
export interface ScriptedAnswer {
  readonly classification: string;
  readonly confidence: string;
  readonly rootCause: string;
}

/** A case of a corpus with its known answers: `case.json` next to the directory `bundle/`. */
export interface EvalCase {
  readonly name: string;
  readonly origin: string;
  readonly flavor?: string;
  /** Branch of the dev-envs that can repair it, such as `@demo`. */
  readonly target?: string;
  readonly expectedClass: string;
  /** Other classes that count as right. */
  readonly acceptableClasses: readonly string[];
  /** Substrings of log lines that name the cause; any of them among the findings is a hit. */
  readonly rootCause: readonly string[];
  /** Files that a right fix may touch, relative to the port's overlay; a final `*` matches any suffix. Empty: not judged. */
  readonly rightFiles: readonly string[];
  readonly forbidden: readonly Forbidden[];
  readonly expectedOutcome?: 'fixed' | 'operator';
  readonly scriptedAnswer?: ScriptedAnswer;
  /** Values for which a fix must write the token: `{"%%PORTVERSION%%": "1.2.3"}`. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** `patch`: the source is to be changed by a patch, not by a command. */
  readonly custom?: 'patch';
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Parses a case.json. Throws an Error that names the file and every fault. */
export function parseEvalCase(text: string, file: string): EvalCase {
  const value = parseObject(text, file);
  const faults = findFaults(value);
  if (faults.length > 0) throw new Error(`${file} is not a valid case: ${faults.join(' ')} docs/eval.md describes the format.`);
  const {acceptableClasses = [], rootCause = [], rightFiles = [], forbidden = []} = value as Partial<EvalCase>;
  return {...(value as unknown as EvalCase), acceptableClasses, rootCause, rightFiles, forbidden};
}

/** Parses the forms that a corpus forbids every fix. Throws an Error that names the file and the faults. */
export function parseForbidden(value: unknown, file: string): readonly Forbidden[] {
  const faults = forbiddenFaults(value);
  if (faults.length > 0) throw new Error(`${file} is not valid: ${faults.join(' ')} docs/eval.md describes the format.`);
  return (value ?? []) as readonly Forbidden[];
}

/** Returns the entries that match a touched path or an added line of a diff. */
export function matchesForbidden(forbidden: readonly Forbidden[], diff: string, touched: readonly string[]): Forbidden[] {
  const lines = diff.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++ '));
  return forbidden.filter(
    ({file, added}) =>
      (file !== undefined && touched.some((path) => new RegExp(file).test(path))) ||
      (added !== undefined && lines.some((line) => new RegExp(added).test(line.slice(1)))),
  );
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}. Correct it.`);
  }
  throw new Error(`${file} must be a JSON object. docs/eval.md describes the format.`);
}

function findFaults(value: Record<string, unknown>): string[] {
  const {name, origin, flavor, target, expectedClass, expectedOutcome, scriptedAnswer, tokens, custom} = value;
  const is = (fits: boolean, rule: string, got: unknown): string[] => (fits ? [] : [`${rule}; got ${JSON.stringify(got)}.`]);
  const texts = ['acceptableClasses', 'rootCause', 'rightFiles'].flatMap((key) =>
    is(value[key] === undefined || isTexts(value[key]), `${key} must be a list of strings`, value[key]),
  );
  return [
    ...is(isText(name) && NAME.test(name), 'name must have 1 to 64 letters, digits and ._-', name),
    ...is(isText(origin) && isOrigin(origin), 'origin must be category/name', origin),
    ...is(flavor === undefined || (isText(flavor) && isFlavor(flavor)), 'flavor must be a name without @', flavor),
    ...is(target === undefined || (isText(target) && isTarget(target)), 'target must be a branch such as @2026Q2', target),
    ...is(isText(expectedClass) && expectedClass !== '', 'expectedClass must be a class of the policy', expectedClass),
    ...is(
      [undefined, 'fixed', 'operator'].includes(expectedOutcome as string),
      'expectedOutcome must be fixed or operator',
      expectedOutcome,
    ),
    ...is(
      scriptedAnswer === undefined || isAnswer(scriptedAnswer),
      'scriptedAnswer must have classification, confidence and rootCause',
      scriptedAnswer,
    ),
    ...is(tokens === undefined || isTokens(tokens), 'tokens must map names such as %%PORTVERSION%% to their values', tokens),
    ...is(custom === undefined || custom === 'patch', 'custom must be patch', custom),
    ...texts,
    ...forbiddenFaults(value.forbidden),
  ];
}

function forbiddenFaults(forbidden: unknown): string[] {
  if (forbidden === undefined) return [];
  if (!Array.isArray(forbidden)) return ['forbidden must be a list.'];
  return forbidden.flatMap((one: Forbidden) => {
    const patterns = [one?.file, one?.added].filter((pattern) => pattern !== undefined);
    if (!isText(one?.why) || patterns.length === 0) return ['each entry of forbidden must have why, and file or added.'];
    return patterns.flatMap((pattern) => (isPattern(pattern) ? [] : [`${JSON.stringify(pattern)} is not a regular expression.`]));
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isAnswer(value: unknown): boolean {
  const {classification, confidence, rootCause} = (value ?? {}) as Partial<Record<keyof ScriptedAnswer, unknown>>;
  return [classification, confidence, rootCause].every(isText);
}

function isTokens(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([token, text]) => token !== '' && isText(text) && text !== '');
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
