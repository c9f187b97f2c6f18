import type {EarlierCase} from '../status.ts';
import {fitItems, type Item, untrustedSection} from './space.ts';
import {oneLine, wrapUntrusted} from './wrap-untrusted.ts';

/** An earlier attempt, as the prompt of the next attempt summarizes it. Texts are untrusted. */
export interface PreviousAttempt {
  readonly attempt: number;
  /** Author of the diff; missing for a model's attempt. */
  readonly by?: string;
  readonly turns: number;
  /** Reason why it ended without a passed proof. */
  readonly reason: string;
  /** Start of the model's final message. */
  readonly excerpt?: string;
  /** Changed files of the overlay. */
  readonly changed: readonly string[];
  /** Signature of the error that it ended with; empty if it did not build. */
  readonly finalError: string;
}

/** Input of `attemptMessage`. Texts may be empty. */
export interface AttemptMessage {
  readonly attempt: number;
  readonly of: number;
  /** Earlier attempts, oldest first. */
  readonly tried: readonly PreviousAttempt[];
  /** Diff of the previous attempt. */
  readonly diff: string;
  /** Whether that diff is applied to the overlay. */
  readonly diffApplied: boolean;
  /** Whether the conversation of the attempt before goes on, which has its diff, its report and what it read. */
  readonly isContinued?: boolean;
  /** Last report of the attempt before. */
  readonly report?: string;
  /** What the attempt before has read, and what was refused to it. */
  readonly digest?: {readonly read: readonly string[]; readonly refused: readonly string[]};
  /** First error lines: with this diff, and before it; empty where they are not known. */
  readonly errorLines?: {readonly before: string; readonly now: string};
  /** Findings on that diff that prevent its proof, as `findingLines` renders them. */
  readonly findings: string;
  /** Signature of the failure that the case began with; empty where the log names no cause. */
  readonly originalError: string;
  /** First errors of the failed build or proof. */
  readonly firstErrors: string;
  readonly nonce: string;
}

const TRIED_CHARS = 3000;
const DIFF_CHARS = 6000;
const ERROR_CHARS = 4000;
const FINDINGS_CHARS = 2500;
const REPORT_CHARS = 6000;
const READ_CHARS = 2500;
const REFUSED_CHARS = 2500;

/** Returns the user message that opens the second and later attempts, at most about 28,000 characters. */
export function attemptMessage(message: AttemptMessage): string {
  return message.isContinued ? continuedMessage(message) : freshMessage(message);
}

/** Returns the message with which an attempt goes on in the conversation of the one before. */
function continuedMessage(message: AttemptMessage): string {
  const {attempt, of, nonce, diff} = message;
  const overlay =
    diff === '' ? 'The overlay is as it was before the case.' : 'The overlay is as you left it, with your diff. Build on it.';
  return [
    `## Attempt ${attempt} of ${of}`,
    `The last attempt ended without a proven repair: ${oneLine(message.tried.at(-1)?.reason ?? '', 500)}.`,
    `This conversation goes on, with new turns. ${overlay} Work trees below /work/obj are gone, and nothing is composed: \`make_patch\` again before you edit source, \`materialize_dports\` before you build.`,
    findingsPart(message),
    untrustedSection('### What fails now', 'build log', message.firstErrors, nonce, ERROR_CHARS, 0.8),
    nextStep(message),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function freshMessage(message: AttemptMessage): string {
  const {attempt, of, nonce, tried, report = '', digest = {read: [], refused: []}} = message;
  const overlayNote = message.diffApplied
    ? 'The overlay holds this diff now. Build on it, or undo what was wrong in it.'
    : 'The overlay is in its state before the case; this diff is not applied.';
  const diff = untrustedSection('### Diff of the attempt before', 'changes.diff', message.diff, nonce, DIFF_CHARS);
  return [
    `## Attempt ${attempt} of ${of}`,
    'No attempt so far ended in a proven repair.',
    untrustedSection('### What was tried', 'attempts', tried.map(attemptLine).join('\n'), nonce, TRIED_CHARS, 0.3),
    untrustedSection('### Its last report', 'report', report, nonce, REPORT_CHARS, 0.5),
    untrustedSection('### What it has read', 'reading', digest.read.join('\n'), nonce, READ_CHARS, 0.3),
    untrustedSection('### What was refused to it', 'refusals', digest.refused.join('\n'), nonce, REFUSED_CHARS, 0.3),
    diff === '' ? 'The attempt before left no change in the overlay.' : `${diff}\n\n${overlayNote}`,
    findingsPart(message),
    untrustedSection('### What fails now', 'build log', message.firstErrors, nonce, ERROR_CHARS, 0.8),
    nextStep(message),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Returns what prevents a proof of the diff: it stays true of this attempt's diff until that is changed. */
function findingsPart({findings, nonce}: AttemptMessage): string {
  const list = untrustedSection('### What Portwright found in that diff', 'findings', findings, nonce, FINDINGS_CHARS, 0.9);
  return list === ''
    ? ''
    : `${list}\n\nWith these it is not proved. Change what is refused; change what is asked about too, unless nothing else repairs the port.`;
}

/** Returns a summary of an attempt in one line of at most 700 characters. */
function attemptLine(one: PreviousAttempt): string {
  const who = one.by ?? `${one.turns} turns`;
  const changed = one.changed.length === 0 ? 'changed nothing' : `changed ${one.changed.slice(0, 6).join(', ')}`;
  const excerpt = one.excerpt ? `; final message: ${one.excerpt}` : '';
  return oneLine(`attempt ${one.attempt} (${who}) ${changed}: ${one.reason}${excerpt}`, 700);
}

/** A diff after which another error is the first may be half of the repair, so the model must not drop it. */
function nextStep(message: AttemptMessage): string {
  const {tried} = message;
  const last = tried.at(-1);
  const before = tried.at(-2);
  const same = last?.finalError !== '' && last?.finalError === before?.finalError;
  const lines = [
    adviceFor(message),
    ...(same ? [`Attempts ${before?.attempt} and ${last?.attempt} ended with the same error: what they share is wrong.`] : []),
    'Read only what is new; if no repair is possible, report that and stop.',
  ];
  return `### Next\n\n${lines.join('\n')}`;
}

/** Returns what the diff did to the error, and what follows from that. */
function adviceFor({tried, originalError, diff, errorLines, nonce}: AttemptMessage): string {
  const error = tried.at(-1)?.finalError ?? '';
  const errorBefore = tried.at(-2)?.finalError || originalError;
  if (diff === '') return 'Make an edit that reaches the cause, and build it.';
  if (error === '' || errorBefore === '') return 'Retain what is right in the diff, and repair what prevents its proof.';
  if (error === errorBefore)
    return 'With this diff the build stops at the same error as before it: it does not reach the cause. Undo what does not help, and do not make that change again.';
  const {before = '', now = ''} = errorLines ?? {};
  const shown = before === '' || now === '' ? '' : `\n\n${wrapUntrusted('errors', `A: ${before}\nB: ${now}`, nonce)}`;
  return `The overlay now turns error A into error B, which is progress: retain what helped, and repair what fails now.${shown}`;
}

/** Result of a snippet request in a triage reply. */
export interface Snippet {
  /** The request as the model wrote it. */
  readonly request: string;
  /** One of ok, not_found, empty, budget_exceeded and unknown_type. */
  readonly status: string;
  readonly text?: string;
  readonly note?: string;
}

/** Maximum characters of all snippets of a round. */
const SNIPPET_CHARS = 24_000;

/** Returns the user message that answers snippet requests. */
export function snippetRoundMessage(
  snippets: readonly Snippet[],
  round: {readonly round: number; readonly of: number; readonly last: boolean; readonly nonce: string},
): string {
  const items = snippets.map(({request, status, text, note}) =>
    status === 'ok' ? {title: request, text: text ?? ''} : {title: request, text: [status, note].filter(Boolean).join(': ')},
  );
  const next = round.last
    ? 'This is the last round: no more requests are answered. Write the complete report with what you have.'
    : 'Write the complete report again. If something decisive is still missing, request it under `## Snippet Requests`.';
  return [
    '## Extracted Snippets',
    `Round ${round.round} of ${round.of}.`,
    fitItems(items, round.nonce, SNIPPET_CHARS) || 'None of the requests was valid.',
    next,
  ].join('\n\n');
}

/** Maximum number of earlier cases in a prompt. */
export const EARLIER_SHOWN = 3;

/** Returns the prompt item for an earlier case of the port; `diff` is the text of its last diff, or empty. */
export function earlierItem(one: EarlierCase, diff: string): Item {
  return {
    title: `${one.closedUtc.slice(0, 10)}, ${one.classification ?? 'no class'}: ${one.outcome}`,
    text: [one.reason, ...(one.proof === undefined ? [] : [`Rebuild proof of its last diff: ${one.proof}.`]), diff]
      .filter((part) => part !== '')
      .join('\n'),
  };
}
