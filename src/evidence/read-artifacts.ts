import {CITED_LINES, type CitedLines, type FoundLines} from '../case/ask/citations.ts';
import {turnAt} from '../case/ask/transcript.ts';
import {artifactLines, type CaseArtifact} from './case-artifacts.ts';
import type {RecordStore} from './store.ts';

/** Artifacts of a case and where they are. */
export interface Catalog {
  readonly dir: string;
  readonly store: RecordStore;
  readonly artifacts: readonly CaseArtifact[];
}

/** Result of a tool of a question; never an exception of the activity. */
export interface ReadResult {
  readonly ok: boolean;
  readonly error?: string;
  readonly [key: string]: unknown;
}

const MOST_LINES = 200;
const MOST_HITS = 40;
const RESULT_CHARS = 16_000;
const TEXT_CHARS = 200;
/** Lines before a cited one in which the heading of its turn is searched for. */
const HEADING_LINES = 5000;

/** Runs a tool of a question. Arguments come from a model: of any shape. */
export async function runArtifactTool(catalog: Catalog, name: string, args: unknown): Promise<ReadResult> {
  const given: Readonly<Record<string, unknown>> = typeof args === 'object' && args !== null ? {...args} : {};
  if (name === 'read_artifact') return readArtifact(catalog, given);
  if (name === 'search_artifacts') return searchArtifacts(catalog, given);
  return {ok: false, error: `There is no tool ${JSON.stringify(name.slice(0, 64))}. Use read_artifact or search_artifacts.`};
}

async function readArtifact(
  catalog: Catalog,
  {artifact: name, from, to}: Readonly<Record<string, unknown>>,
): Promise<ReadResult> {
  const artifact = artifactNamed(catalog, name);
  if (artifact === undefined) return unknownArtifact(name);
  const first = Math.max(1, wholeNumber(from) ?? 1);
  const last = Math.min(Math.max(first, wholeNumber(to) ?? first + MOST_LINES - 1), first + MOST_LINES - 1);
  const shown: string[] = [];
  let chars = 0;
  let total = 0;
  for await (const line of artifactLines(catalog.dir, catalog.store, artifact)) {
    total += 1;
    if (total < first || total > last || chars > RESULT_CHARS) continue;
    shown.push(`${total}: ${line}`);
    chars += line.length;
  }
  if (shown.length === 0)
    return {ok: false, error: `${artifact.name} has ${total} lines; line ${first} is not among them.`, total_lines: total};
  return {ok: true, artifact: artifact.name, total_lines: total, lines: shown.join('\n')};
}

async function searchArtifacts(catalog: Catalog, {artifact: name, text}: Readonly<Record<string, unknown>>): Promise<ReadResult> {
  if (typeof text !== 'string' || text.trim() === '' || text.length > TEXT_CHARS)
    return {ok: false, error: `search_artifacts needs "text" of 1 to ${TEXT_CHARS} characters, which is searched for as it is.`};
  const named = name === undefined || name === null || name === '' ? undefined : artifactNamed(catalog, name);
  if (named === undefined && typeof name === 'string' && name !== '') return unknownArtifact(name);
  const hits: string[] = [];
  let found = 0;
  for (const artifact of named === undefined ? catalog.artifacts : [named]) {
    let number = 0;
    for await (const line of artifactLines(catalog.dir, catalog.store, artifact)) {
      number += 1;
      if (!line.toLowerCase().includes(text.toLowerCase())) continue;
      found += 1;
      if (hits.length < MOST_HITS) hits.push(`${artifact.name}:${number}: ${line.slice(0, 400)}`);
    }
  }
  return {ok: true, found, shown: hits.length, lines: hits.join('\n')};
}

/** Returns what an artifact has of the lines that an answer cites, or why they are no citation. */
export async function findCited(catalog: Catalog, {artifact: name, from, to}: CitedLines): Promise<FoundLines> {
  const artifact = artifactNamed(catalog, name);
  if (artifact === undefined) return {missing: 'the case has no such artifact'};
  if (from < 1 || to < from) return {missing: 'lines count from 1, and the last is not before the first'};
  if (to - from >= CITED_LINES) return {missing: `it has more than ${CITED_LINES} lines`};
  const recent: string[] = [];
  const lines: string[] = [];
  let total = 0;
  for await (const line of artifactLines(catalog.dir, catalog.store, artifact)) {
    total += 1;
    if (total >= from) lines.push(line);
    if (artifact.isTranscript && total <= from) recent.push(line);
    if (recent.length > HEADING_LINES) recent.shift();
    if (total === to) break;
  }
  if (total < to) return {missing: `the artifact has ${total} lines`};
  const turn = artifact.isTranscript ? turnAt(recent, recent.length) : undefined;
  return {lines, ...(turn === undefined ? {} : {turn})};
}

function artifactNamed({artifacts}: Catalog, name: unknown): CaseArtifact | undefined {
  return artifacts.find((one) => one.name === name);
}

function unknownArtifact(name: unknown): ReadResult {
  return {
    ok: false,
    error: `The case has no artifact ${JSON.stringify(name)?.slice(0, 200)}. The list of artifacts has the names.`,
  };
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}
