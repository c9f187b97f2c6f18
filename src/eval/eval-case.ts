import {isOrigin} from '../case/types.ts';
import {isFlavor, isTarget} from '../evidence/names.ts';

/** What a right fix must not have. Patterns are regular expressions; one that matches makes a proved fix a false one. */
export interface Forbidden {
  /** In words, for the report. */
  readonly why: string;
  /** On the path of a touched file, relative to the port's overlay. */
  readonly file?: string;
  /** On a line that the diff adds. */
  readonly added?: string;
}

/** What a scripted model says for a case. The report calls every figure of it scripted. */
export interface ScriptedAnswer {
  readonly classification: string;
  readonly confidence: string;
  readonly rootCause: string;
}

/** One case of a corpus with what is known to be right; `case.json` beside its directory `bundle/`. */
export interface EvalCase {
  readonly name: string;
  readonly origin: string;
  readonly flavor?: string;
  /** The branch whose dev-envs repair it, as `@demo`. */
  readonly target?: string;
  readonly expectedClass: string;
  /** Classes that are not wrong either. */
  readonly acceptableClasses: readonly string[];
  /** Parts of the log lines that name the cause; any of them among the findings is a hit. */
  readonly rootCause: readonly string[];
  /** Files that a right fix may touch, relative to the port's overlay; a `*` at the end stands for any rest. Empty: not judged. */
  readonly rightFiles: readonly string[];
  readonly forbidden: readonly Forbidden[];
  readonly expectedOutcome?: 'fixed' | 'operator';
  readonly scriptedAnswer?: ScriptedAnswer;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads a case.json. Throws an Error that names the file, every fault and its mend. */
export function parseEvalCase(text: string, file: string): EvalCase {
  const value = parsed(text, file);
  const faults = faultsOf(value);
  if (faults.length > 0) throw new Error(`${file} is no case of a corpus: ${faults.join(' ')} docs/eval.md has the form.`);
  const {acceptableClasses = [], rootCause = [], rightFiles = [], forbidden = []} = value as Partial<EvalCase>;
  return {...(value as unknown as EvalCase), acceptableClasses, rootCause, rightFiles, forbidden};
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${(error as Error).message}. Mend it.`);
  }
  throw new Error(`${file} must hold one JSON object. docs/eval.md has the form.`);
}

function faultsOf(value: Record<string, unknown>): string[] {
  const {name, origin, flavor, target, expectedClass, expectedOutcome, scriptedAnswer} = value;
  const is = (fits: boolean, rule: string, got: unknown): string[] => (fits ? [] : [`${rule}; got ${JSON.stringify(got)}.`]);
  const texts = ['acceptableClasses', 'rootCause', 'rightFiles'].flatMap((key) =>
    is(value[key] === undefined || isTexts(value[key]), `${key} is a list of strings`, value[key]),
  );
  return [
    ...is(isText(name) && NAME.test(name), 'name has 1 to 64 letters, digits and ._-', name),
    ...is(isText(origin) && isOrigin(origin), 'origin is category/name', origin),
    ...is(flavor === undefined || (isText(flavor) && isFlavor(flavor)), 'flavor is a name without @', flavor),
    ...is(target === undefined || (isText(target) && isTarget(target)), 'target is a branch as @2026Q2', target),
    ...is(isText(expectedClass) && expectedClass !== '', 'expectedClass is a class of the policy', expectedClass),
    ...is(
      [undefined, 'fixed', 'operator'].includes(expectedOutcome as string),
      'expectedOutcome is fixed or operator',
      expectedOutcome,
    ),
    ...is(
      scriptedAnswer === undefined || isAnswer(scriptedAnswer),
      'scriptedAnswer has classification, confidence, rootCause',
      scriptedAnswer,
    ),
    ...texts,
    ...forbiddenFaults(value.forbidden),
  ];
}

function forbiddenFaults(forbidden: unknown): string[] {
  if (forbidden === undefined) return [];
  if (!Array.isArray(forbidden)) return ['forbidden is a list.'];
  return forbidden.flatMap((one: Forbidden) => {
    const patterns = [one?.file, one?.added].filter((pattern) => pattern !== undefined);
    if (!isText(one?.why) || patterns.length === 0) return ['each of forbidden has why, and file or added.'];
    return patterns.flatMap((pattern) => (isPattern(pattern) ? [] : [`${JSON.stringify(pattern)} is no regular expression.`]));
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

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
