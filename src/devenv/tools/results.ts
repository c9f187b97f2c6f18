import type {ToolEffects} from '../../case/attempt/progress.ts';
import type {ExecResult} from '../client.ts';
import {REFUSALS} from '../scripts.ts';
import type {ToolOutcome, ToolResult} from './tool.ts';

/** Characters of each stream that a model is shown of a command; the contract's 32768 (6.2) are most of a window, and mostly noise. */
const TAIL = 6144;
/** The same of a long command that went well: nobody reads it. */
const SHORT_TAIL = 512;

/** A call that is not done: why, by which rule, and what to do instead. */
export function refused(kind: string, error: string, more: Readonly<Record<string, unknown>> = {}): ToolOutcome {
  return {result: {ok: false, error, kind, ...more}, summary: `refused (${kind})`};
}

/** The refusal that a script's exit code stands for, or undefined. */
export function scriptRefusal(result: ExecResult): ToolOutcome | undefined {
  const kind = REFUSALS[result.rc];
  if (kind === undefined) return undefined;
  const blocked = kind === 'stale_compose' ? {blocked_by: kind} : {};
  return refused(kind, result.stderr.trim().slice(-1000), blocked);
}

/** A file tool's failure that is no refusal: something in the dev-env went wrong. */
export function failed(what: string, result: ExecResult): ToolOutcome {
  const why = result.timedOut ? 'it took too long' : result.stderr.trim().slice(-1000) || `exit code ${result.rc}`;
  return {
    result: {ok: false, error: `${what}: ${why}`, kind: result.timedOut ? 'timed_out' : 'failed', rc: result.rc},
    summary: `failed: ${what}`,
  };
}

/** The keys that every command's result has. With `short` a success shows only the last lines; `tail` is the most of either stream. */
export function execKeys(result: ExecResult, options: {short?: boolean; stdout?: string; tail?: number} = {}): ToolResult {
  const ok = result.rc === 0 && result.timedOut === undefined;
  const limit = options.tail ?? (options.short && ok ? SHORT_TAIL : TAIL);
  const out = tail(options.stdout ?? result.stdout, limit, result.stdoutTruncated);
  const err = tail(result.stderr, limit, result.stderrTruncated);
  const late = {
    error: `It was ended: ${result.timedOut === 'idle' ? 'no output for too long' : 'it took too long'}.`,
    timed_out: result.timedOut,
  };
  return {
    ok,
    rc: result.rc,
    stdout_tail: out.text,
    stderr_tail: err.text,
    stdout_truncated: out.truncated,
    stderr_truncated: err.truncated,
    ...(result.timedOut ? late : {}),
  };
}

/** Makes an outcome with its summary for operators. */
export function outcome(result: ToolResult, summary: string, effects?: ToolEffects): ToolOutcome {
  return {result, summary: summary.slice(0, 300), ...(effects ? {effects} : {})};
}

function tail(text: string, limit: number, cutBefore: boolean): {text: string; truncated: boolean} {
  if (text.length <= limit && !cutBefore) return {text, truncated: false};
  return {text: `[... cut; the end follows]\n${text.slice(-limit)}`, truncated: true};
}
