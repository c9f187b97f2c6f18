interface ListRequest {
  readonly raw: string;
  readonly type: 'list';
  readonly path: string;
}

interface UnknownRequest {
  readonly raw: string;
  readonly type: 'unknown';
  readonly note: string;
}

/** A request of a triage reply for a piece of source or log (contract 4.6). Lines start at 1. */
export type SnippetRequest =
  | ListRequest
  | UnknownRequest
  | ({readonly raw: string} & (
      | {readonly type: 'source'; readonly path: string; readonly line: number; readonly context: number}
      | {readonly type: 'source' | 'buildsystem' | 'configure' | 'port'; readonly path: string}
      | {readonly type: 'grep'; readonly pattern: string; readonly path: string}
      | {readonly type: 'log'; readonly startLine: number; readonly endLine: number}
    ));

const DEFAULT_CONTEXT = 30;
const MAX_CONTEXT = 400;
const MAX_REQUESTS = 20;
const MAX_PATTERN = 200;
const FORMS = 'source:, port:, buildsystem:, configure:, log:, grep: or list:';
/** A request anywhere in a line. An expression for grep may have blanks, so it is all of what follows. */
const REQUEST = /(?:^|\s)(?:(grep:.+)|((?:source|port|buildsystem|configure|log|list):\S*))/i;
const NAMES_FILE = /[\w-]\.\w|\w[/:]\S/;
/** A mark of a list, and what may decorate its item. */
const MARK = /^\s*(?:>\s*)?(?:[-*+•]\s+|\d+[.)]\s+)?(?:\*\*)?/;
/** A reply that asks for nothing, under the heading nevertheless. */
const NOTHING = /^\W*(?:none|n\/a|no|not|nothing|there (?:is|are) no)\b/i;

/**
 * Parses the requests of a Snippet Requests section, or of a complete reply that has one: at most 20, without duplicates, one or
 * more a line, with or without the mark of a list. A line that is no request has type `unknown` and a note with the valid forms,
 * which is sent to the model.
 */
export function parseSnippetRequests(text: string): SnippetRequest[] {
  const section = /^##\s*Snippet Requests[^\n]*\n([\s\S]*?)(?=^##\s|(?![\s\S]))/im.exec(text);
  const specs = (section?.[1] ?? text).split(/\r?\n/).flatMap(specsOf);
  return [...new Set(specs.map((spec) => spec.slice(0, 500)))].slice(0, MAX_REQUESTS).map(parseRequest);
}

/** Returns the requests of a line; a line that seems to ask for something in another form is returned as it is. */
function specsOf(line: string): string[] {
  const quoted = [...line.matchAll(/`+([^`]+)`+/g)].map(([, spec = '']) => spec.trim());
  if (quoted.some((spec) => spec.includes(':'))) return quoted.filter((spec) => spec.includes(':'));
  const item = line.replace(MARK, '').trim();
  const [, grep, other] = REQUEST.exec(item) ?? [];
  if (grep !== undefined || other !== undefined) return [grep ?? other ?? ''];
  if (NOTHING.test(item) || /^(?:[`~]{3}.*)?$/.test(item)) return [];
  return item !== line.trim() || NAMES_FILE.test(item) ? [item] : [];
}

function parseRequest(raw: string): SnippetRequest {
  const cut = raw.indexOf(':');
  const type = raw.slice(0, cut).trim().toLowerCase();
  const rest = raw.slice(cut + 1).trim();
  if (type === 'log') return logRequest(raw, rest);
  if (type === 'buildsystem' || type === 'configure') return pathRequest(raw, type, rest);
  if (type === 'port') return portRequest(raw, rest);
  if (type === 'source') return sourceRequest(raw, rest);
  if (type === 'grep') return grepRequest(raw, rest);
  if (type === 'list') return directoryRequest(raw, rest);
  return unknown(raw, `not understood: a request begins with ${FORMS}; got ${(cut < 0 ? raw : `${type}:`).slice(0, 40)}`);
}

function sourceRequest(raw: string, rest: string): SnippetRequest {
  const all = /^(.*?):all$/i.exec(rest);
  if (all) return pathRequest(raw, 'source', all[1] ?? '');
  const match = /^(.*?):(\d{1,8})(?::(?:±|\+\/-|\+-)?\s*(\d{1,6}))?$/.exec(rest);
  if (!match)
    return unknown(raw, 'a source request is source:<path>:<line>, source:<path>:<line>:<context> or source:<path>:all');
  const checked = pathRequest(raw, 'source', match[1] ?? '');
  if (checked.type === 'unknown') return checked;
  const context = Math.min(Number(match[3] ?? DEFAULT_CONTEXT), MAX_CONTEXT);
  return {...checked, line: Math.max(1, Number(match[2])), context} as SnippetRequest;
}

/** The text after the last colon is the path, unless it is a part of the expression: behind `::`, or no name of a file. */
function grepRequest(raw: string, rest: string): SnippetRequest {
  const [, before, after = ''] = /^(.*[^:]):([\w.+@,=~/-]*)$/.exec(rest) ?? [];
  const pattern = before ?? rest;
  if (pattern === '' || pattern.length > MAX_PATTERN || /\p{Cc}/u.test(pattern))
    return unknown(raw, `a grep request is grep:<extended regular expression>:<path>, at most ${MAX_PATTERN} characters`);
  const checked = directoryRequest(raw, after);
  return checked.type === 'list' ? {raw, type: 'grep', pattern, path: checked.path} : checked;
}

/** Parses a directory below the source; empty and `.` are the top. */
function directoryRequest(raw: string, path: string): ListRequest | UnknownRequest {
  const {isInside, parts} = partsOf(path);
  return isInside ? {raw, type: 'list', path: parts.join('/')} : unknown(raw, OUTSIDE);
}

function logRequest(raw: string, rest: string): SnippetRequest {
  const match = /^(\d{1,9})\s*[:-]\s*(\d{1,9})$/.exec(rest);
  const startLine = Number(match?.[1]);
  const endLine = Number(match?.[2]);
  if (!match || startLine < 1 || endLine < startLine)
    return unknown(raw, 'a log request is log:<start>:<end>, lines from 1, start not after end');
  return {raw, type: 'log', startLine, endLine};
}

/** Parses a request for a file of the bundle's snapshot. */
function portRequest(raw: string, path: string): SnippetRequest {
  if (/^(port|overlay)\//.test(path)) return pathRequest(raw, 'port', path);
  return unknown(raw, 'a port request is port:overlay/<path> or port:port/<path>, as the list of port files has it');
}

/** Parses a path below the source. A leading slash is removed; `..` is rejected. */
function pathRequest(raw: string, type: 'source' | 'buildsystem' | 'configure' | 'port', path: string): SnippetRequest {
  const {isInside, parts} = partsOf(path);
  if (!isInside) return unknown(raw, OUTSIDE);
  if (parts.length === 0) return unknown(raw, 'a path must name a file of the source');
  return {raw, type, path: parts.join('/')};
}

const OUTSIDE = 'a path must lie in the source, without .. and control characters';

function partsOf(path: string): {isInside: boolean; parts: string[]} {
  const parts = path
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  return {isInside: !parts.includes('..') && !/\p{Cc}/u.test(path), parts};
}

function unknown(raw: string, note: string): UnknownRequest {
  return {raw, type: 'unknown', note};
}
