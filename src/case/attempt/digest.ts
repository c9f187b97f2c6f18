import type {ConversationNode, ToolCall} from './conversation.ts';

/** What an attempt has read and what was refused to it, for an attempt that does not see its conversation. Texts are untrusted. */
export interface AttemptDigest {
  /** Files with their lines, searches and parts of logs, each once, oldest first. */
  readonly read: readonly string[];
  /** Calls that were refused or failed, with the reason, each once, oldest first. */
  readonly refused: readonly string[];
}

const ARGUMENT_CHARS = 160;
const ERROR_CHARS = 240;

type Fields = Readonly<Record<string, unknown>>;

/** A tool call of a conversation with its result, both parsed. */
export interface DoneCall {
  readonly name: string;
  readonly args: Fields;
  readonly result: Fields;
  /** Number of the reply that made the call, from 1. */
  readonly turn: number;
}

/** Returns the tool calls of a conversation that have a result, in order. Results belong to calls by their order: ids may come twice. */
export function doneCalls(nodes: readonly Pick<ConversationNode, 'message'>[]): DoneCall[] {
  const done: DoneCall[] = [];
  let turn = 0;
  let open: ToolCall[] = [];
  for (const {message} of nodes) {
    if (message.role === 'assistant') {
      turn += 1;
      open = [...(message.tool_calls ?? [])];
    } else if (message.role === 'tool') {
      const call = open.shift();
      if (call === undefined) continue;
      const {name, arguments: args} = call.function;
      done.push({name, args: fieldsOf(args), result: fieldsOf(message.content), turn});
    }
  }
  return done;
}

/** Returns what an attempt read and what was refused to it. */
export function digestOf(nodes: readonly ConversationNode[]): AttemptDigest {
  const calls = doneCalls(nodes);
  const refused = calls.filter(({result}) => result.ok === false && result.rebuild_ok === undefined);
  return {
    read: unique(calls.filter(({result}) => result.ok === true).flatMap(readLine)),
    refused: unique(refused.map(refusedLine)),
  };
}

/** Tools that read, other than get_file; their arguments name what. */
const READERS: ReadonlySet<string> = new Set(['grep', 'list_dir', 'find_in_overlays', 'find_symbol', 'make_var', 'dsynth_log']);

function readLine({name, args, result}: DoneCall): string[] {
  if (name === 'get_file') return [`${args.path}, lines ${result.first_line}-${result.last_line} of ${result.total_lines}`];
  return READERS.has(name) ? [`${name} ${JSON.stringify(args).slice(0, ARGUMENT_CHARS)}`] : [];
}

function refusedLine({name, args, result}: DoneCall): string {
  const reason = String(result.error || result.stderr_tail || 'no reason');
  return `${name} ${JSON.stringify(args).slice(0, ARGUMENT_CHARS)}: ${reason.replace(/\s+/g, ' ').trim().slice(0, ERROR_CHARS)}`;
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

function fieldsOf(text: string | null): Fields {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}

/** Line that looks like the error itself, not like what follows from it. */
const ERROR_LINE = /\b(error|undefined reference|undefined symbol|not found|no such file|cannot|failed|orphaned|missing)\b/i;

/** Returns the first line of a build's errors that names one, in at most 200 characters; empty without any line. */
export function firstErrorLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (lines.find((line) => ERROR_LINE.test(line)) ?? lines[0] ?? '').slice(0, 200);
}
