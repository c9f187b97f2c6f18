import {fencedSection, fitItems, type Item} from './prompt-space.ts';
import type {EarlierCase} from './repeats.ts';

/** What an attempt is told of the one before it. Texts may be empty. */
export interface AttemptMessage {
  readonly attempt: number;
  readonly of: number;
  /** Why the attempt before ended without a proof. */
  readonly reason: string;
  /** The model's last words of that attempt. */
  readonly previousFinal: string;
  /** What it had changed in the overlay. */
  readonly diff: string;
  /** Whether that diff is in the overlay now. */
  readonly diffKept: boolean;
  /** End of the log of the build or the proof that failed. */
  readonly buildTail: string;
  readonly nonce: string;
}

const FINAL_CHARS = 2000;
const DIFF_CHARS = 8000;
const BUILD_CHARS = 6000;

/** User message that opens the second and later attempts, at most about 17,000 characters. */
export function attemptMessage(message: AttemptMessage): string {
  const {attempt, of, nonce} = message;
  const kept = message.diffKept
    ? 'The overlay holds this diff now. Build on it, or undo what was wrong in it.'
    : 'The overlay is as it was before the case; this diff is gone.';
  const diff = fencedSection('### Its diff', 'changes.diff', message.diff, nonce, DIFF_CHARS);
  return [
    `## Attempt ${attempt} of ${of}`,
    'The attempt before did not end in a proven repair.',
    fencedSection('### Why', 'reason', message.reason, nonce, 1500),
    diff === '' ? 'It left no change in the overlay.' : `${diff}\n\n${kept}`,
    fencedSection('### End of the build', 'build log', message.buildTail, nonce, BUILD_CHARS, 0.2),
    fencedSection('### Its last words', 'final text', message.previousFinal.slice(-FINAL_CHARS), nonce, FINAL_CHARS + 200),
    'Change your approach where that one failed. If no repair is possible, say so and stop.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The answer to one snippet request of a triage reply. */
export interface Snippet {
  /** The request, in the model's words. */
  readonly request: string;
  /** ok, not_found, empty, budget_exceeded or unknown_type. */
  readonly status: string;
  readonly text?: string;
  readonly note?: string;
}

/** Most characters of all snippets of a round. */
const SNIPPET_CHARS = 24_000;

/** User message that answers snippet requests. */
export function snippetRoundMessage(
  snippets: readonly Snippet[],
  round: {readonly round: number; readonly of: number; readonly last: boolean; readonly nonce: string},
): string {
  const items = snippets.map(({request, status, text, note}) =>
    status === 'ok' ? {title: request, text: text ?? ''} : {title: request, text: [status, note].filter(Boolean).join(': ')},
  );
  const next = round.last
    ? 'This is the last round: no more requests are answered. Write the whole report with what you have.'
    : 'Write the whole report anew. If something decisive is still missing, ask once more under `## Snippet Requests`.';
  return [
    '## Extracted Snippets',
    `Round ${round.round} of ${round.of}.`,
    fitItems(items, round.nonce, SNIPPET_CHARS) || 'None of the requests could be read.',
    next,
  ].join('\n\n');
}

/** Earlier cases that a prompt shows. */
export const EARLIER_SHOWN = 3;

/** What a prompt says of one of the port's earlier cases; `diff` is the text of its last one, or empty. */
export function earlierItem(one: EarlierCase, diff: string): Item {
  return {
    title: `${one.closedUtc.slice(0, 10)}, ${one.classification ?? 'no class'}: ${one.outcome}`,
    text: [one.reason, ...(one.proof === undefined ? [] : [`Rebuild proof of its last diff: ${one.proof}.`]), diff]
      .filter((part) => part !== '')
      .join('\n'),
  };
}
