import {nodesOfAttempt} from '../../case/attempt/conversation.ts';
import {bundleOfAttempt} from '../../case/review/attempt-bundle.ts';
import {type EffectView, effectOf, parseEffect} from '../../case/review/effect-view.ts';
import type {CaseStatus, TimelineEntry} from '../../case/status.ts';
import {plainText} from '../../case/text/plain-text.ts';
import type {BundleRef} from '../../case/types.ts';
import {readConversation} from '../../evidence/conversation.ts';
import {readBundleFile} from '../../evidence/reading.ts';
import {RecordStore} from '../../evidence/store.ts';
import {timeline} from '../../protocol/port-case.ts';
import {tryQuery} from '../../report/try-query.ts';
import type {SessionAttempt} from '../attempt/session-view.tsx';
import type {Reading} from '../context.ts';
import {isLogName} from '../log/open-logs.ts';

const ANSWER_MS = 1_500;
const TEXT_BYTES = 512 << 10;
const EFFECT_BYTES = 8 << 20;

/** One attempt with what the evidence store has of it. */
export interface ReadAttempt extends SessionAttempt {
  readonly diff: string | undefined;
  /** What the diff does to the composed port; undefined where that was not evaluated. */
  readonly effect: EffectView | undefined;
}

/** Reads the attempts of a case with their conversations and diffs, as far as the evidence store has them. */
export async function readAttempts(reading: Reading, status: CaseStatus): Promise<ReadAttempt[]> {
  // Attempts of a bundle share its effect.json.
  const effects = new Map<string | undefined, Promise<EffectView | undefined>>();
  const effectIn = (ref: BundleRef | undefined): Promise<EffectView | undefined> => {
    const read = effects.get(ref?.bundleId) ?? readEffect(reading, ref);
    effects.set(ref?.bundleId, read);
    return read;
  };
  return Promise.all(
    status.attempts.map(async (attempt) => {
      const {conversation, diff, diffText, diffReview} = attempt;
      const bundle = bundleOfAttempt(status, attempt);
      const stores = await storesOf(reading, bundle);
      const nodes = conversation && (await firstOf(stores, (store) => readConversation(store, conversation)));
      const reviewed = diffReview?.conversation;
      const review = reviewed && (await firstOf(stores, (store) => readConversation(store, reviewed)));
      const text = diff && (await firstOf(stores, (store) => store.text(diff)));
      const effect = effectOf(attempt, await effectIn(bundle));
      return {
        attempt,
        nodes: nodes ? nodesOfAttempt(nodes, attempt.attempt) : undefined,
        review: review || undefined,
        diff: text || diffText,
        effect,
      };
    }),
  );
}

/** Reads analysis/effect.json of a bundle: of the diff that was judged last. Its hidden characters are for the page to mark. */
async function readEffect({bundle}: Reading, ref: BundleRef | undefined): Promise<EffectView | undefined> {
  const place = ref === undefined ? undefined : await bundle(ref.bundleId);
  const file = place && (await readBundleFile(place.dir, 'analysis/effect.json', EFFECT_BYTES));
  return file && parseEffect(file.text);
}

/** Returns the stores of all evidence roots, that of the bundle first: a case may have bundles of several roots, and a record is in one of them. */
async function storesOf({bundle, roots}: Reading, ref: BundleRef | undefined): Promise<RecordStore[]> {
  const place = ref === undefined ? undefined : await bundle(ref.bundleId);
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

/** Returns the timeline of the attempt at work, from its own workflow; empty if there is none, or it does not answer. */
export async function readRunning({client}: Reading, {currentAttempt}: CaseStatus): Promise<readonly TimelineEntry[]> {
  const temporal = client();
  if (currentAttempt === null || temporal === undefined) return [];
  return (await tryQuery(temporal, {workflowId: currentAttempt}, timeline, ANSWER_MS)) ?? [];
}

/** Reads a file of a bundle for a page, without terminal sequences and controls; undefined if there is none. */
export async function readText(dir: string | undefined, relpath: string): Promise<string | undefined> {
  const found = dir === undefined ? undefined : await readBundleFile(dir, relpath, TEXT_BYTES);
  return found && plainText(found.text);
}

/** Reads analysis/triage.md of the bundle that is worked on, else of the newest of the case's bundles that has one. */
export async function readTriage({bundle}: Reading, {bundle: current, bundles}: CaseStatus): Promise<string | undefined> {
  for (const {bundleId} of [...(current === null ? [] : [current]), ...bundles.toReversed()]) {
    const text = await readText((await bundle(bundleId))?.dir, 'analysis/triage.md');
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The last proof of a case, as the bundle of its attempt has it. */
export interface ReadProof {
  readonly bundleId: string;
  /** analysis/rebuild_proof.json */
  readonly json: string;
  /** The proof's log, `analysis/NAME`; undefined if the file names none. */
  readonly log: string | undefined;
  readonly facts: ShownProof;
}

/** Facts of a proof; empty where its file has none. Times are ISO 8601. */
export interface ShownProof {
  readonly command: string;
  readonly bulkCommand: string;
  /** Commit of the overlay before the diff. */
  readonly commit: string;
  readonly startedUtc: string;
  readonly finishedUtc: string;
}

/** Reads the last proof of a case; undefined if none was run, or its bundle is gone. */
export async function readProof({bundle}: Reading, status: CaseStatus): Promise<ReadProof | undefined> {
  const proved = status.attempts.findLast((one) => one.proof !== undefined);
  const ref = proved && bundleOfAttempt(status, proved);
  const json = ref && (await readText((await bundle(ref.bundleId))?.dir, 'analysis/rebuild_proof.json'));
  return json === undefined ? undefined : {bundleId: ref?.bundleId ?? '', json, ...proofOf(json)};
}

function proofOf(json: string): Pick<ReadProof, 'log' | 'facts'> {
  const fields = fieldsOf(json);
  const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, FACT_CHARS) : '');
  const {log, trees} = fields as {log?: unknown; trees?: {deltaports?: {commit?: unknown}}};
  return {
    log: typeof log === 'string' && isLogName(log) ? log : undefined,
    facts: {
      command: text(fields.build_command),
      bulkCommand: text(fields.bulk_build_command),
      commit: text(trees?.deltaports?.commit),
      startedUtc: text(fields.started_utc),
      finishedUtc: text(fields.finished_utc),
    },
  };
}

const FACT_CHARS = 300;

function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? {...value} : {};
  } catch {
    return {};
  }
}
