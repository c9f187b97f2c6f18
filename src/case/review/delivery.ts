import type {AttemptResult, CaseStatus, Delivery} from '../status.ts';
import {HIDDEN} from '../text/hidden.ts';

const URL_CHARS = 500;
const TAIL_LINES = 12;
const TAIL_CHARS = 2000;

/**
 * Returns the id of the delivery of an attempt's fix. It is the same in each run of the command, after a kill or a retry too, so that the
 * command can recognize what it has delivered.
 */
export function deliveryId({runId}: Pick<CaseStatus, 'runId'>, {proof}: Pick<AttemptResult, 'proof'>): string {
  return `${runId.slice(0, 8)}-${(proof?.diffSha256 ?? '').slice(0, 16)}`;
}

/** Returns the first https address in a command's output: without a user or password and at most 500 characters; undefined if none is valid. */
export function firstLink(output: string): string | undefined {
  for (const [text] of output.matchAll(/https:\/\/[^\s"'<>`|\\^{}]+/g)) {
    const href = checkedLink(text.replace(/[.,;:!?)\]]+$/, ''));
    if (href !== undefined) return href;
  }
  return undefined;
}

/** Returns the address as it may be linked; undefined where it is no https address, or has a user, a password or hidden characters. */
export function checkedLink(text: string): string | undefined {
  if (!/^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:[/?#][\x21-\x7e]*)?$/.test(text)) return undefined;
  return text.length <= URL_CHARS && !/["'<>`]/.test(text) ? text : undefined;
}

/** Returns the last lines of a command's output, at most 12 and 2,000 characters, without characters that no reader sees. */
export function lastLines(output: string): string {
  const lines = output
    .replace(HIDDEN, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.slice(-TAIL_LINES).join('\n').slice(-TAIL_CHARS).toWellFormed();
}

/** Returns the state of a delivery in one sentence, for operators, without the output of the command. */
export function deliverySummary({state, reason, link, by}: Delivery): string {
  if (state === 'running') return 'The delivery command runs.';
  if (state === 'delivered') return link === undefined ? 'Delivered.' : `Delivered: ${link}`;
  if (state === 'skipped') return `${by} closed the case without a delivery.`;
  return `Not delivered: ${reason}.`;
}
