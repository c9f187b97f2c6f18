import {readConversation} from '../../activities/conversation.ts';
import type {CaseStatus, TimelineEntry} from '../../case/status.ts';
import {plainText} from '../../case/text/plain-text.ts';
import type {BundleText} from '../../evidence/reading.ts';
import {RecordStore} from '../../evidence/store.ts';
import {timeline} from '../../protocol/port-case.ts';
import {tryQuery} from '../../report/try-query.ts';
import type {SessionAttempt} from '../attempt/session-view.tsx';
import type {Reading} from '../context.ts';

const ANSWER_MS = 1_500;

/** One attempt with all that is kept of it. */
export interface ReadAttempt extends SessionAttempt {
  readonly diff: string | undefined;
}

/** The attempts of a case with their conversations and diffs, as far as the evidence store has them. */
export async function readAttempts(reading: Reading, status: CaseStatus): Promise<ReadAttempt[]> {
  const stores = await storesOf(reading, status);
  return Promise.all(
    status.attempts.map(async (attempt) => {
      const {conversation, diff, diffText} = attempt;
      const nodes = conversation && (await firstOf(stores, (store) => readConversation(store, conversation)));
      const whole = diff && (await firstOf(stores, (store) => store.text(diff)));
      return {attempt, nodes: nodes || undefined, diff: whole || diffText};
    }),
  );
}

/** A case may have joined bundles of several evidence roots; a record is in one of them. */
async function storesOf({bundle, roots}: Reading, status: CaseStatus): Promise<RecordStore[]> {
  const place = status.bundle === null ? undefined : await bundle(status.bundle.bundleId);
  const all = place === undefined ? roots : [place.root, ...roots.filter((root) => root !== place.root)];
  return all.map((root) => new RecordStore(root));
}

async function firstOf<T>(stores: readonly RecordStore[], read: (store: RecordStore) => Promise<T>): Promise<T | undefined> {
  for (const store of stores) {
    const found = await read(store).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The story of the attempt at work, by its own workflow; empty if there is none, or it does not answer. */
export async function readRunning({client}: Reading, {currentAttempt}: CaseStatus): Promise<readonly TimelineEntry[]> {
  const temporal = client();
  if (currentAttempt === null || temporal === undefined) return [];
  const told = await tryQuery(temporal, {workflowId: currentAttempt}, timeline, ANSWER_MS);
  return told ?? [];
}

/** Text of a file for a page: without terminal sequences and controls. */
export function readShown({text}: BundleText): string {
  return plainText(text);
}
