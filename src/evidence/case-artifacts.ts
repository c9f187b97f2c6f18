import type {Readable} from 'node:stream';
import {caseTimeline} from '../case/ask/timeline.ts';
import {transcriptText} from '../case/ask/transcript.ts';
import {nodesOfAttempt} from '../case/attempt/conversation.ts';
import type {AttemptResult, CaseStatus} from '../case/status.ts';
import type {RecordId} from '../case/types.ts';
import {bundleFiles} from './bundle-files.ts';
import {readConversation} from './conversation.ts';
import {openContent} from './reading.ts';
import type {RecordStore} from './store.ts';
import {isAbsent} from './unavailable.ts';
import {DamagedLog} from './unpack.ts';

/** A recorded artifact of a case: a file of its bundle, or a record of the evidence root. */
export interface CaseArtifact {
  /** Name in prompts and citations: the path in the bundle, or `attempt-1/transcript`. */
  readonly name: string;
  readonly about: string;
  readonly source: {readonly file: string} | {readonly record: RecordId};
  /** Whether it is a transcript, whose lines belong to turns. */
  readonly isTranscript?: true;
}

const MOST_FILES = 200;
const LINE_CHARS = 2000;

/** Files of a bundle that a question may read, with what they are; the first form that fits counts. */
const FILES: readonly (readonly [RegExp, string])[] = [
  [/^meta\.txt$/, 'facts about the failed build'],
  [/^logs\/errors\.txt$/, 'excerpt of the failed log by the hooks; its line numbers are its own'],
  [/^analysis\/root_causes\.md$/, 'ranked causes in the failed log'],
  [/^analysis\/triage\.md$/, 'report of triage'],
  [/^analysis\/effect\.md$/, 'what the last diff does to the composed port'],
  [/^analysis\/rebuild_proof\.json$/, 'result of the last rebuild proof'],
  [/^analysis\/patch\.md$/, 'report of the last attempt'],
  [/^analysis\/manual_handoff\.md$/, 'hand-off note for the operator'],
  [/^analysis\/[^/]+\.log$/, 'log of a proof or a recheck'],
  [/^port\//, 'file of the port as it was composed'],
  [/^overlay\//, 'file of the overlay before the case'],
];

/** Returns the artifacts of a case that a question may read: the failed log, port and overlay files, reports, and those of its attempts. */
export async function caseArtifacts(dir: string, store: RecordStore, status: CaseStatus): Promise<CaseArtifact[]> {
  const files = (await bundleFiles(dir)).map(({relpath}) => relpath);
  const hasLog = files.some((one) => /^logs\/full\.log(?:\.gz)?$/.test(one));
  const log = {name: 'logs/full.log', about: 'complete log of the failed build', source: {file: 'logs/full.log'}};
  const ofAttempts = await Promise.all(status.attempts.map((one) => attemptArtifacts(store, one)));
  const timeline = await store.put(caseTimeline(status));
  return [
    ...(hasLog ? [log] : []),
    ...ofAttempts.flat(),
    ...earlierArtifacts(status),
    {name: 'case/timeline', about: 'what happened in the case, with the words of operators', source: {record: timeline}},
    ...files.flatMap(fileArtifact).slice(0, MOST_FILES),
  ];
}

function fileArtifact(file: string): CaseArtifact[] {
  const about = FILES.find(([form]) => form.test(file))?.[1];
  return about === undefined ? [] : [{name: file, about, source: {file}}];
}

/** Returns the artifacts of an attempt whose records this evidence root has. */
async function attemptArtifacts(store: RecordStore, one: AttemptResult): Promise<CaseArtifact[]> {
  const name = (part: string): string => `attempt-${one.attempt}/${part}`;
  const records: [string, string, RecordId | undefined][] = [
    ['changes.diff', 'diff of the attempt', one.diff],
    ['report', 'last message of its model', one.finalText],
    ['proof-failure', 'end of the output of its failed proof', one.proof?.failure?.tail],
  ];
  const found: CaseArtifact[] = [];
  for (const [part, about, record] of records)
    if (record !== undefined && (await store.has(record))) found.push({name: name(part), about, source: {record}});
  const transcript = one.conversation === undefined ? undefined : await transcriptRecord(store, one.attempt, one.conversation);
  if (transcript !== undefined)
    found.push({
      name: name('transcript'),
      about: 'messages and tool calls of its model',
      source: {record: transcript},
      isTranscript: true,
    });
  return found;
}

/** Stores an attempt's conversation as text, and returns the record; undefined where the evidence root does not have all of it. */
async function transcriptRecord(store: RecordStore, attempt: number, last: RecordId): Promise<RecordId | undefined> {
  const nodes = await readConversation(store, last).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  return nodes && store.put(transcriptText(nodesOfAttempt(nodes, attempt)));
}

function earlierArtifacts({earlier}: CaseStatus): CaseArtifact[] {
  return earlier.flatMap(({diff, closedUtc, outcome, verdict}, at) => {
    const about = `diff of an earlier case of the port, closed ${closedUtc.slice(0, 10)} as ${outcome}, ${verdict ?? 'not judged'}`;
    return diff === undefined ? [] : [{name: `earlier-${at + 1}/changes.diff`, about, source: {record: diff}}];
  });
}

/**
 * Yields the lines of an artifact, each cut at 2000 characters, bytes that are no UTF-8 replaced; none if it is not there. Memory does not
 * grow with a log or its lines.
 */
export async function* artifactLines(dir: string, store: RecordStore, {source}: CaseArtifact): AsyncGenerator<string> {
  if ('record' in source) {
    const text = (await store.has(source.record)) ? await store.text(source.record) : '';
    for (const line of text === '' ? [] : text.replace(/\n$/, '').split('\n')) yield line.slice(0, LINE_CHARS);
    return;
  }
  const stream = await openContent(dir, source.file);
  if (stream !== undefined) yield* linesOf(stream);
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let line = '';
  let hasMore = false;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const parts = decoder.decode(chunk, {stream: true}).split('\n');
      const last = parts.pop() ?? '';
      for (const part of parts) {
        yield (line + part).slice(0, LINE_CHARS);
        line = '';
      }
      line = (line + last).slice(0, LINE_CHARS);
      hasMore = line !== '';
    }
  } catch (error) {
    // What could be unpacked of a cut or damaged log is all that there is.
    if (!(error instanceof DamagedLog)) throw error;
  } finally {
    stream.destroy();
  }
  if (hasMore) yield line;
}
