import {isToolName} from '../case/attempt/tool-names.ts';

/** A tool call of a script. Strings may have the placeholders `{origin}`, `{overlay}`, `{composed}` and `{wrksrc}`. */
export interface ScriptedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A turn of a scripted attempt: tool calls, or a report. */
export interface ScriptedTurn {
  readonly calls?: readonly ScriptedCall[];
  readonly report?: 'success' | 'failed' | 'gave-up';
  /** Summary of a report. */
  readonly summary?: string;
  /** Reason of a report for what stays in the diff although the guard asks about it. */
  readonly insists?: string;
  /** Whether the reply is cut at its limit, before it calls a tool, where it is not asked for with a higher limit. */
  readonly isCut?: boolean;
}

/** Scripted answers to the attempts at a case: `repair.json` beside `case.json`. */
export interface RepairScript {
  /** What the script tests. */
  readonly about: string;
  /** Verdict that the evaluation must reach with the script. */
  readonly verdict: ScriptedVerdict;
  /** Turns of attempt 1, 2, …; the last list is for all later ones. After its turns an attempt reports. */
  readonly attempts: readonly (readonly ScriptedTurn[])[];
}

const VERDICTS = ['clean', 'not clean', 'false', 'not fixed'] as const;
export type ScriptedVerdict = (typeof VERDICTS)[number];

const REPORTS: readonly unknown[] = ['success', 'failed', 'gave-up'];

type Fields = Readonly<Record<string, unknown>>;

/** Parses a repair.json. Throws an Error that names the file and every fault. */
export function parseRepairScript(text: string, file: string): RepairScript {
  const value = parseObject(text, file);
  const {about, verdict, attempts} = value;
  const faults = [
    ...(typeof about === 'string' && about !== '' ? [] : ['about must be a text.']),
    ...(VERDICTS.some((one) => one === verdict)
      ? []
      : [`verdict must be one of ${VERDICTS.join(', ')}; got ${JSON.stringify(verdict)}.`]),
    ...(Array.isArray(attempts) && attempts.length > 0
      ? attempts.flatMap(attemptFaults)
      : ['attempts must be a list of attempts.']),
  ];
  if (faults.length > 0) throw new Error(`${file} is not a valid script: ${faults.join(' ')} docs/eval.md describes the format.`);
  return value as unknown as RepairScript;
}

function parseObject(text: string, file: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}. Correct it.`);
  }
  throw new Error(`${file} must be a JSON object. docs/eval.md describes the format.`);
}

function attemptFaults(turns: unknown, at: number): string[] {
  if (!Array.isArray(turns) || turns.length === 0) return [`attempt ${at + 1} must be a list of turns.`];
  return turns.flatMap((turn, index) => turnFaults(turn).map((fault) => `attempt ${at + 1}, turn ${index + 1}: ${fault}`));
}

function turnFaults(turn: unknown): string[] {
  if (!isObject(turn)) return ['it must be an object.'];
  const {calls, report, summary, insists, isCut, ...others} = turn;
  const unknown = Object.keys(others).map((key) => `${key} is not a key of a turn.`);
  const texts = [summary, insists].every((one) => one === undefined || typeof one === 'string');
  return [
    ...unknown,
    ...((calls === undefined) === (report === undefined) ? ['it must have either calls or a report.'] : []),
    ...(calls === undefined ? [] : callsFaults(calls)),
    ...(report === undefined || REPORTS.includes(report) ? [] : [`report must be one of ${REPORTS.join(', ')}.`]),
    ...(texts ? [] : ['summary and insists must be texts.']),
    ...(isCut === undefined || typeof isCut === 'boolean' ? [] : ['isCut must be true or false.']),
  ];
}

function callsFaults(calls: unknown): string[] {
  if (!Array.isArray(calls) || calls.length === 0) return ['calls must be a list of tool calls.'];
  return calls.flatMap((call: unknown) => {
    if (!isObject(call) || typeof call.tool !== 'string' || !isObject(call.args)) return ['a call must have tool and args.'];
    return isToolName(call.tool) ? [] : [`there is no tool ${JSON.stringify(call.tool)}.`];
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
