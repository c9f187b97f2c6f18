/** A tool call of a turn, and the first characters of its result. */
export interface ToolCallView {
  readonly tool: string;
  readonly args: string;
  readonly ok: boolean | null;
  readonly result: string;
}

/** Tokens of a turn. */
export interface TurnTokens {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  /** Set if they, or a part of them, are our estimate. */
  readonly estimated?: true;
}

/** A turn of an attempt: the model's text, its tool calls, its tokens. */
export interface TurnView {
  readonly attempt: number;
  readonly turn: number;
  /** Set in the conversation with the reviewer of the attempt's diff. */
  readonly purpose?: 'review';
  /** The model's text. */
  readonly text: string;
  readonly tokens: TurnTokens | null;
  readonly calls: readonly ToolCallView[];
}

/** Characters of a result that are shown. */
const RESULT = 600;

/** Fields of a tool's result with the most information, best first. */
const RELEVANT_FIELDS = ['error', 'diff', 'matches', 'entries', 'findings', 'log_tail', 'content', 'stdout_tail', 'stderr_tail'];

type Line = Readonly<Record<string, unknown>>;

/**
 * Returns the turns of analysis/session.jsonl by its lines. `resultOf` may return the full result of the n-th tool call of an attempt
 * (from 0); the file has only excerpts. Lines that cannot be parsed are skipped.
 */
export function turnsOf(lines: readonly string[], resultOf: (attempt: number, call: number) => string | undefined): TurnView[] {
  const turns: (TurnView & {calls: ToolCallView[]})[] = [];
  const calls = new Map<number, number>();
  for (const line of lines.map(parsed)) {
    const attempt = Number(line.attempt);
    const turn = Number(line.turn);
    if (line.kind === 'llm_call') {
      const {text, usage} = object(line.response);
      const label = line.purpose === 'review' ? ({purpose: 'review'} as const) : {};
      turns.push({attempt, turn, ...label, text: String(text ?? ''), tokens: tokensOf(object(usage)), calls: []});
    } else if (line.kind === 'tool_dispatch') {
      const number = calls.get(attempt) ?? 0;
      calls.set(attempt, number + 1);
      turns.findLast((one) => one.attempt === attempt && one.turn === turn)?.calls.push(callOf(line, resultOf(attempt, number)));
    }
  }
  return turns;
}

function callOf(line: Line, fullResult: string | undefined): ToolCallView {
  const tails = [line.stdout_tail, line.stderr_tail].filter((one) => typeof one === 'string' && one !== '').join('\n');
  const keys = Array.isArray(line.result_keys) ? `keys: ${line.result_keys.join(', ')}` : '';
  return {
    tool: String(line.tool ?? 'unknown'),
    args: line.arguments === null ? '' : JSON.stringify(line.arguments),
    ok: typeof line.ok === 'boolean' ? line.ok : null,
    result: (fullResult === undefined ? tails || keys : relevantPart(fullResult)).slice(0, RESULT),
  };
}

/** Returns the part of a tool's result with the most information; without such a part, the full result. */
function relevantPart(fullResult: string): string {
  const result = parsed(fullResult);
  for (const key of RELEVANT_FIELDS) {
    const value = result[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (Array.isArray(value) && value.length > 0)
      return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
  }
  return fullResult;
}

function tokensOf(usage: Line): TurnView['tokens'] {
  const {prompt, cached, completion, estimated} = usage;
  if (typeof prompt !== 'number') return null;
  const labels = estimated === true ? ({estimated: true} as const) : {};
  return {prompt, cached: Number(cached ?? 0), completion: Number(completion ?? 0), ...labels};
}

function object(value: unknown): Line {
  return typeof value === 'object' && value !== null ? (value as Line) : {};
}

function parsed(text: string): Line {
  try {
    return object(JSON.parse(text));
  } catch {
    return {};
  }
}
