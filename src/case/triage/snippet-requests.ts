/** A request of a triage reply for a piece of source or log (contract 4.6). Lines start at 1. */
export type SnippetRequest = {readonly raw: string} & (
  | {readonly type: 'source'; readonly path: string; readonly line: number; readonly context: number}
  | {readonly type: 'source' | 'buildsystem' | 'configure' | 'port'; readonly path: string}
  | {readonly type: 'log'; readonly startLine: number; readonly endLine: number}
  | {readonly type: 'unknown'; readonly note: string}
);

const DEFAULT_CONTEXT = 30;
const MAX_CONTEXT = 400;
const MAX_REQUESTS = 20;
/** A list item with a request, in backticks or plain. */
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(?:\*\*)?(?:`+([^`]+)`+|(\S+))/;

/**
 * Parses the requests of a Snippet Requests section, or of a complete reply that has one: at most 20, without duplicates. A
 * malformed request has type `unknown` and a note with the valid forms, which is sent to the model.
 */
export function parseSnippetRequests(text: string): SnippetRequest[] {
  const section = /^##\s*Snippet Requests[^\n]*\n([\s\S]*?)(?=^##\s|(?![\s\S]))/im.exec(text);
  const specs = (section?.[1] ?? text).split('\n').flatMap((line) => {
    const match = ITEM.exec(line);
    const spec = (match?.[1] ?? match?.[2] ?? '').trim().slice(0, 500);
    return spec.includes(':') ? [spec] : [];
  });
  return [...new Set(specs)].slice(0, MAX_REQUESTS).map(parseRequest);
}

function parseRequest(raw: string): SnippetRequest {
  const cut = raw.indexOf(':');
  const type = raw.slice(0, cut).trim().toLowerCase();
  const rest = raw.slice(cut + 1).trim();
  if (type === 'log') return logRequest(raw, rest);
  if (type === 'buildsystem' || type === 'configure') return pathRequest(raw, type, rest);
  if (type === 'port') return portRequest(raw, rest);
  if (type === 'source') return sourceRequest(raw, rest);
  return unknown(raw, `a request begins with source:, port:, buildsystem:, configure: or log:; got ${type.slice(0, 40)}:`);
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
  const parts = path
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return unknown(raw, 'a path must lie in the source, without ..');
  if (parts.length === 0 || /\p{Cc}/u.test(path)) return unknown(raw, 'a path must name a file of the source');
  return {raw, type, path: parts.join('/')};
}

function unknown(raw: string, note: string): SnippetRequest {
  return {raw, type: 'unknown', note};
}
