import {createHash} from 'node:crypto';
import type {SearchResult, SourceSearch} from '../case/recipes/index.ts';
import type {SnippetRequest} from '../case/triage/snippet-requests.ts';
import type {DevEnv} from './client.ts';
import {runScript} from './scripts.ts';
import {listSource, NO_MATCH, readSource, SNIPPET_HOME, searchSource, type Unpacked, unpackSource} from './snippet-source.ts';

export type SnippetStatus = 'ok' | 'not_found' | 'empty' | 'budget_exceeded' | 'unknown_type';

/** One request in the manifest, with the contract's keys (4.6). */
export interface SnippetEntry {
  readonly raw: string;
  readonly type: string;
  readonly path?: string;
  /** Expression of a search. */
  readonly pattern?: string;
  readonly line?: number;
  readonly context?: number;
  readonly start_line?: number;
  readonly end_line?: number;
  readonly status: SnippetStatus;
  /** Where its text belongs, below analysis/snippets/. */
  readonly output?: string;
  readonly bytes: number;
  readonly actual_lines?: string;
  readonly note?: string;
}

export interface SnippetManifest {
  readonly round: number;
  readonly source: 'workdir' | 'distfiles' | 'none';
  readonly distfile: string;
  readonly workdir_path: string;
  readonly requests: readonly SnippetEntry[];
  readonly total_bytes: number;
  readonly budget_remaining: number;
  readonly truncated: boolean;
}

export interface SnippetInput {
  readonly caseId: string;
  readonly origin: string;
  readonly flavor?: string;
  readonly round: number;
  readonly requests: readonly SnippetRequest[];
  /** Lines of the failure's full log, from 1 and inclusive. */
  readonly logLines: (startLine: number, endLine: number) => Promise<string>;
  /** A file of the port's snapshot, below `port/` or `overlay/`; undefined if there is none. */
  readonly portFile: (path: string) => Promise<string | undefined>;
  /** Bytes a snippet and in all; 51200 and 204800 by default. */
  readonly maxPerSnippet?: number;
  readonly maxTotal?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A text for the model: which request it answers, and where it belongs below analysis/snippets/. */
export interface SnippetText {
  readonly raw: string;
  readonly output: string;
  readonly text: string;
}

/**
 * Answers snippet requests. Source is unpacked inside a dev-env (none: undefined) in a directory of the case, without a lease:
 * nobody else's files are touched. Logs are answered without one.
 */
export async function fetchSnippets(
  env: DevEnv | undefined,
  input: SnippetInput,
): Promise<{manifest: SnippetManifest; texts: SnippetText[]}> {
  const wantsSource = input.requests.some((one) => !WITHOUT_SOURCE.has(one.type));
  const unpacked = wantsSource ? await unpack(env, input) : undefined;
  const total = input.maxTotal ?? 204800;
  const entries: SnippetEntry[] = [];
  const texts: SnippetText[] = [];
  let left = total;
  for (const [index, request] of input.requests.entries()) {
    const answer = left > 0 ? await answerOf(env, unpacked, input, request) : TOO_MUCH;
    const given = fitted(answer, Math.min(input.maxPerSnippet ?? 51200, left));
    const output = outputOf(input.round, index, request);
    entries.push(entryOf(request, given, output));
    if (given.status !== 'ok' || given.text === undefined) continue;
    left -= Buffer.byteLength(given.text);
    texts.push({raw: request.raw, output, text: given.text});
  }
  return {manifest: manifestOf(input.round, unpacked, entries, total, left), texts};
}

const WITHOUT_SOURCE: ReadonlySet<SnippetRequest['type']> = new Set(['log', 'port', 'unknown']);

function manifestOf(
  round: number,
  unpacked: Unpacked | undefined,
  entries: SnippetEntry[],
  total: number,
  left: number,
): SnippetManifest {
  const truncated = entries.some((one) => one.status === 'budget_exceeded' || one.note?.startsWith('cut to') === true);
  const source = unpacked?.wrksrc ? 'distfiles' : 'none';
  const place = {source, distfile: unpacked?.distfile ?? '', workdir_path: unpacked?.wrksrc ?? ''} as const;
  return {round, ...place, requests: entries, total_bytes: total - left, budget_remaining: left, truncated};
}

interface Answer {
  readonly status: SnippetStatus;
  readonly text?: string | undefined;
  readonly lines?: string | undefined;
  readonly note?: string | undefined;
}

/** Most bytes of a source file that a fix by rule reads; `readSource` cuts there. */
const WHOLE_FILE = 262_144;

/** What a fix by rule reads of a source. */
export interface PortSources {
  /** Files by path, complete. */
  readonly texts: ReadonlyMap<string, string>;
  readonly matches: readonly SearchResult[];
}

/**
 * Returns files and matching lines of the source with the port's own patches and none of the overlay's, as a patch of the overlay meets
 * them. `pathsFor` returns the wanted files by the results of the searches; those that exist are returned. A missing file whose name
 * exactly one other file has comes under that file's path. Unpacks into a separate directory, without a lease, and removes it.
 */
export async function portSources(
  env: DevEnv,
  port: {caseId: string; origin: string; flavor?: string; signal?: AbortSignal | undefined},
  searches: readonly SourceSearch[],
  pathsFor: (matches: readonly SearchResult[]) => readonly string[],
): Promise<PortSources> {
  const owner = `${port.caseId} sources`;
  try {
    const unpacked = await unpackSource(env, {...port, state: 'ports', key: keyOf(owner)});
    if (unpacked.wrksrc === undefined) return {texts: new Map(), matches: []};
    const matches = await matchesOf(env, unpacked, searches, port.signal);
    return {matches, texts: await readTexts(env, unpacked, pathsFor(matches), port.signal)};
  } finally {
    await dropSnippets(env, owner, port.signal);
  }
}

async function readTexts(
  env: DevEnv,
  unpacked: Unpacked,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const {text, note} = await readSource(env, unpacked, path, undefined, signal);
    const place = note === undefined ? path : /^read from (.+)$/.exec(note)?.[1];
    if (text !== undefined && place !== undefined && Buffer.byteLength(text) < WHOLE_FILE) found.set(place, text);
  }
  return found;
}

async function matchesOf(
  env: DevEnv,
  unpacked: Unpacked,
  searches: readonly SourceSearch[],
  signal: AbortSignal | undefined,
): Promise<SearchResult[]> {
  const found: SearchResult[] = [];
  for (const search of searches) {
    const {text, note} = await searchSource(env, unpacked, search, signal);
    if (text === undefined && note !== NO_MATCH) continue;
    const lines = (text ?? '').split('\n').filter((line) => line !== '');
    found.push({...search, lines});
  }
  return found;
}

async function unpack(env: DevEnv | undefined, input: SnippetInput): Promise<Unpacked> {
  if (env === undefined) return {problem: 'no dev-env of this target is ready, so the source cannot be unpacked'};
  return unpackSource(env, {...input, key: keyOf(input.caseId)});
}

/** Removes what was unpacked for a case; to be called when it closes. */
export async function dropSnippets(env: DevEnv, caseId: string, signal?: AbortSignal): Promise<void> {
  await runScript(env, 'rm -rf "$1"', [`${SNIPPET_HOME}/${keyOf(caseId)}`], {timeoutSeconds: 120, signal});
}

function keyOf(caseId: string): string {
  return createHash('sha256').update(caseId).digest('hex').slice(0, 16);
}

async function answerOf(
  env: DevEnv | undefined,
  unpacked: Unpacked | undefined,
  input: SnippetInput,
  request: SnippetRequest,
): Promise<Answer> {
  if (request.type === 'unknown') return {status: 'unknown_type', note: request.note};
  if (request.type === 'log') {
    const text = await input.logLines(request.startLine, request.endLine);
    return {status: text === '' ? 'empty' : 'ok', text, lines: `${request.startLine}-${request.endLine}`};
  }
  if (request.type === 'port') {
    const text = await input.portFile(request.path);
    return text === undefined
      ? {status: 'not_found', note: 'the port has no such file; names are in the list of port files'}
      : {status: text === '' ? 'empty' : 'ok', text};
  }
  if (env === undefined || unpacked?.wrksrc === undefined) return {status: 'not_found', note: unpacked?.problem};
  if (request.type === 'grep') {
    const {text, note} = await searchSource(env, unpacked, request, input.signal);
    return {status: text === undefined ? 'not_found' : 'ok', text, note};
  }
  if (request.type === 'list') {
    const {text, note} = await listSource(env, unpacked, request.path, input.signal);
    return text === undefined ? {status: 'not_found', note} : {status: text === '' ? 'empty' : 'ok', text, note};
  }
  const at = 'line' in request ? {line: request.line, context: request.context} : undefined;
  const read = await readSource(env, unpacked, request.path, at, input.signal);
  if (read.text === undefined) return {status: 'not_found', note: read.note};
  return {status: read.text === '' ? 'empty' : 'ok', text: read.text, lines: read.lines, note: read.note};
}

const TOO_MUCH: Answer = {status: 'budget_exceeded', note: 'nothing is left of what the snippets of a round may have'};

/** Whole lines up to the limit; the numbers of the first lines are what was asked for. */
function fitted(answer: Answer, limit: number): Answer {
  const bytes = Buffer.from(answer.text ?? '', 'utf8');
  if (bytes.length <= limit) return answer;
  const end = bytes.lastIndexOf(10, limit - 1);
  if (end < 0) return TOO_MUCH;
  return {...answer, text: bytes.toString('utf8', 0, end + 1), note: `cut to ${end + 1} of ${bytes.length} bytes`};
}

/** Every request has its own file: the number comes first, so that two for one file do not overwrite each other. */
function outputOf(round: number, index: number, request: SnippetRequest): string {
  const name =
    request.type === 'log' ? `lines_${request.startLine}-${request.endLine}` : 'path' in request ? request.path : 'unknown';
  return `round_${round}/${request.type}/${index + 1}-${name.replace(/[^A-Za-z0-9._-]/g, '_').slice(-200)}.txt`;
}

function entryOf(request: SnippetRequest, answer: Answer, output: string): SnippetEntry {
  const {raw, type} = request;
  const path = 'path' in request ? {path: request.path} : {};
  const pattern = request.type === 'grep' ? {pattern: request.pattern} : {};
  const line = 'line' in request ? {line: request.line, context: request.context} : {};
  const range = request.type === 'log' ? {start_line: request.startLine, end_line: request.endLine} : {};
  const ok = answer.status === 'ok' ? {output, ...(answer.lines ? {actual_lines: answer.lines} : {})} : {};
  return {
    raw,
    type,
    ...path,
    ...pattern,
    ...line,
    ...range,
    status: answer.status,
    bytes: answer.status === 'ok' ? Buffer.byteLength(answer.text ?? '') : 0,
    ...ok,
    ...(answer.note ? {note: answer.note} : {}),
  };
}
