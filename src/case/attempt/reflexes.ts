import type {DoneCall} from './digest.ts';

/** Failures of one kind at one place after which a hint is due. */
const SAME_FAILURES = 2;
/** Edits that do not find their text in a file, after which a hint is due. */
const MISSES = 3;
/** Turns in which a result is still before the model: later its text may have been left out to save space. */
const RECENT_TURNS = 8;

/** Refusals of an edit whose text or statement is not where it was expected. */
const MISS_KINDS: ReadonlySet<unknown> = new Set(['not_found', 'not_unique', 'missing', 'no_match', 'ambiguous']);

/**
 * Returns advice for a result that repeats what did not help, from the calls of the conversation before it; undefined otherwise. Rules:
 * edits that miss three times in one file, a build that stops at the same errors again, the same failure again, lines read again.
 */
export function adviceFor(earlier: readonly DoneCall[], now: DoneCall): string | undefined {
  return missAdvice(earlier, now) ?? buildAdvice(earlier, now) ?? failureAdvice(earlier, now) ?? readAdvice(earlier, now);
}

function missAdvice(earlier: readonly DoneCall[], now: DoneCall): string | undefined {
  if (!isMiss(now)) return undefined;
  const path = placeOf(now);
  const misses = [...earlier.filter((one) => isMiss(one) && placeOf(one) === path), now].length;
  if (misses < MISSES) return undefined;
  return `${misses} edits of ${path} have missed. Read these lines now and copy them exactly, with their tabs; or choose a shorter text that occurs once.`;
}

function buildAdvice(earlier: readonly DoneCall[], now: DoneCall): string | undefined {
  if (now.result.rebuild_ok !== false) return undefined;
  const last = earlier.findLast(({result}) => typeof result.rebuild_ok === 'boolean');
  const errors = errorsOf(now);
  if (last === undefined || errors === '' || errorsOf(last) !== errors) return undefined;
  return `The build stops at the same errors as in turn ${last.turn}: what you changed since then does not reach the cause. Check that the composed port or the patched source has your change, and look for the cause elsewhere.`;
}

function failureAdvice(earlier: readonly DoneCall[], now: DoneCall): string | undefined {
  if (now.result.ok !== false || now.result.rebuild_ok !== undefined) return undefined;
  const failure = failureOf(now);
  if (failure === '') return undefined;
  const same = earlier.filter((one) => one.result.ok === false && one.name === now.name && failureOf(one) === failure);
  if (same.length + 1 < SAME_FAILURES) return undefined;
  return `${now.name} has failed in this way ${same.length + 1} times. The same call fails again: follow its error, or take another way.`;
}

function readAdvice(earlier: readonly DoneCall[], now: DoneCall): string | undefined {
  if (now.name !== 'get_file' || now.result.ok !== true) return undefined;
  const recent = earlier.filter(({name, turn}) => name === 'get_file' && turn >= now.turn - RECENT_TURNS);
  const before = recent.findLast((one) => placeOf(one) === placeOf(now) && hasLines(one, now));
  if (before === undefined) return undefined;
  return `These lines are as in turn ${before.turn}: the file has not changed since. Use what you know of it, or edit.`;
}

/** Whether an earlier result has all lines of a later one, of the same content. */
function hasLines({result: before}: DoneCall, {result: now}: DoneCall): boolean {
  if (before.sha256 === undefined || before.sha256 !== now.sha256) return false;
  return Number(before.first_line) <= Number(now.first_line) && Number(before.last_line) >= Number(now.last_line);
}

function isMiss({result}: DoneCall): boolean {
  return result.ok === false && MISS_KINDS.has(result.kind);
}

/** The file that a call is about; edits of overlay.dops name none. */
function placeOf({args, name}: DoneCall): string {
  if (typeof args.path === 'string') return args.path;
  return name.startsWith('dops_') ? 'overlay.dops' : name;
}

/** The text of a failure; empty where the result has none. */
function failureOf({result}: DoneCall): string {
  return [result.error, result.findings, result.stderr_tail]
    .map((text) => String(text ?? ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function errorsOf({result}: DoneCall): string {
  return String(result.findings ?? '').trim();
}
