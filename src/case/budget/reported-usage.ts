import type {TokenUsage} from '../types.ts';

/** Size of a text by our own count. Tokens are those of o200k_base, bytes those of UTF-8. */
export interface TextSize {
  readonly tokens: number;
  readonly bytes: number;
}

/** What we counted of a call, to compare the server's report with. */
export interface CountedCall {
  /** Tokens of the prompt that count where the report does not: the same as what is reserved for it. */
  readonly prompt: number;
  /** What every server reads: the request without earlier reasoning, which many templates drop, and half of its tools. */
  readonly sent: TextSize;
  /** The part of the request that no earlier request to this server had, so that no cache can have it. */
  readonly fresh: TextSize;
  /** Share of the prompt, tools included, that this process has sent to this server before as the beginning of a request, from 0 to 1. */
  readonly repeated: number;
  /** Text, reasoning, and names and arguments of tool calls of the reply. */
  readonly reply: TextSize;
  /** Limit of the reply that was reserved and sent, in tokens. */
  readonly replyLimit: number;
  /** An earlier try may have sent the same request, so that its end may be cached too. */
  readonly isRetry: boolean;
}

/** Usage that counts, and where it comes from. */
export interface JudgedUsage {
  readonly usage: TokenUsage;
  /** At least a part is our estimate. */
  readonly estimated: boolean;
  /** Part of `usage.cached` that is our estimate, since the report does not mention a cache; missing if none. */
  readonly estimatedCached?: number;
  /** Why the server's report does not count, as a sentence; missing where it counts or where there is none. */
  readonly implausible?: string;
}

/** Implausible reports from which on a server is reported to operators: one may be chance. */
export const MANY_FAULTS = 2;

/** Tokenizers differ: a plausible count is at least this share of ours. Those of large vocabularies come to 0.8. */
const LOWEST_SHARE = 0.5;
/** Bytes that a token has at most on average; Chinese with a vocabulary of its own comes to 5.5. Runs of blanks exceed it, but not in our own count. */
const MOST_BYTES = 6;
/** Bytes that a token has at least on average; a small vocabulary splits code and CJK into single bytes, with words in between. */
const LEAST_BYTES = 1.5;
/** A plausible count is at most this multiple of what was reserved. */
const HIGHEST_MULTIPLE = 2;
/** Tokens of a chat template that we do not see; a server's own instructions come on top of ours. */
const TEMPLATE = 1000;
/** Tokens by which short texts may fall below. */
const SLACK = 16;

/**
 * Returns the usage that counts for a call. A report counts as it is within plausible bounds of our own count; out of them the call
 * counts as our estimate, none of it as cached. Reported money is never read: prices come from the policy.
 *
 * A report that does not mention a cache is of a server that does not show what it bills: the part of the prompt that was sent before, as
 * prompts only grow at their end, counts as cached by our estimate. A report of 0 cached tokens counts as it is.
 *
 * Hidden tokens are billed: where `total_tokens` exceeds its parts, the rest counts as reply (providers that report reasoning
 * only there).
 *
 * @param reported the reply's `usage`, whatever it is
 */
export function judgeUsage(reported: unknown, counted: CountedCall): JudgedUsage {
  const read = readUsage(reported);
  if (read === undefined) return withCache({usage: estimateOf(counted, undefined), estimated: true}, counted);
  if (typeof read === 'string') return refused(counted, undefined, read);
  const problem = promptProblem(read, counted) ?? completionProblem(read, counted);
  if (problem !== undefined) return refused(counted, read, problem);
  if (!reportsCache(reported)) return withCache({usage: read, estimated: false}, counted);
  if (read.cached <= Math.max(0, read.prompt - leastOf(counted.fresh))) return {usage: read, estimated: false};
  // An error and then a retry that is all cached must not be a way to pay for nothing.
  const known = Math.max(0, read.prompt - Math.ceil(counted.fresh.tokens));
  if (counted.isRetry) return {usage: {...read, cached: Math.min(read.cached, known)}, estimated: true};
  const text = `${read.cached} of ${read.prompt} prompt tokens from a cache, but ${counted.fresh.bytes} bytes were sent for the first time`;
  return refused(counted, read, text);
}

/** Returns a usage with the cached part as our estimate; as it is where nothing of the prompt was sent before. */
function withCache(judged: JudgedUsage, {repeated}: CountedCall): JudgedUsage {
  const cached = Math.floor(judged.usage.prompt * Math.min(1, Math.max(0, repeated)));
  if (cached === 0) return judged;
  return {...judged, usage: {...judged.usage, cached}, estimated: true, estimatedCached: cached};
}

/** Whether a report has a count of cached tokens, even 0. */
function reportsCache(reported: unknown): boolean {
  const usage = fields(reported);
  return [fields(usage.prompt_tokens_details).cached_tokens, usage.prompt_cache_hit_tokens].some((one) => !isMissing(one));
}

function refused(counted: CountedCall, read: TokenUsage | undefined, problem: string): JudgedUsage {
  return {usage: estimateOf(counted, read), estimated: true, implausible: `The server reports ${problem}.`};
}

/** Our own count; a reported length of the reply counts up to the reservation, since reasoning may be invisible. */
function estimateOf({prompt, reply, replyLimit}: CountedCall, read: TokenUsage | undefined): TokenUsage {
  const completion = Math.max(reply.tokens, Math.min(read?.completion ?? 0, replyLimit));
  return {prompt, cached: 0, completion, reasoning: Math.min(read?.reasoning ?? 0, completion)};
}

function promptProblem({prompt}: TokenUsage, counted: CountedCall): string | undefined {
  const {sent} = counted;
  const least = leastOf(sent);
  if (prompt < least) return `${prompt} prompt tokens for ${sent.bytes} bytes; at least ${least} are plausible`;
  const most = Math.ceil(Math.max(HIGHEST_MULTIPLE * counted.prompt, sent.bytes / LEAST_BYTES)) + TEMPLATE;
  return prompt > most ? `${prompt} prompt tokens for ${sent.bytes} bytes; at most ${most} are plausible` : undefined;
}

function completionProblem({completion}: TokenUsage, {reply, replyLimit}: CountedCall): string | undefined {
  const least = leastOf(reply);
  if (completion < least) return `${completion} tokens for a reply of ${reply.bytes} bytes; at least ${least} are plausible`;
  const most = HIGHEST_MULTIPLE * Math.max(replyLimit, reply.tokens);
  return completion > most ? `${completion} tokens for a reply that was limited to ${replyLimit}` : undefined;
}

function leastOf({tokens, bytes}: TextSize): number {
  return Math.max(0, Math.floor(Math.min(tokens * LOWEST_SHARE, bytes / MOST_BYTES)) - SLACK);
}

type Fields = Readonly<Record<string, unknown>>;

/** Returns the report as token counts, undefined where there is none, or what is wrong with it. */
function readUsage(reported: unknown): TokenUsage | string | undefined {
  const usage = fields(reported);
  const given: Record<string, unknown> = {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: usage.completion_tokens,
    total_tokens: usage.total_tokens,
    cached_tokens: fields(usage.prompt_tokens_details).cached_tokens ?? usage.prompt_cache_hit_tokens,
    reasoning_tokens: fields(usage.completion_tokens_details).reasoning_tokens,
  };
  if (isMissing(given.prompt_tokens) || isMissing(given.completion_tokens)) return undefined;
  for (const [name, value] of Object.entries(given))
    if (!isMissing(value) && !isCount(value)) return `${name} as ${shown(value)}, which is no count of tokens`;
  const [prompt, written, total, cached, reasoning] = Object.values(given).map((value) => Number(value ?? 0));
  return consistent(
    {prompt, cached, completion: written, reasoning} as TokenUsage,
    given.total_tokens == null ? undefined : total,
  );
}

/** Returns the counts with hidden tokens added to the reply, or which of them contradict each other. */
function consistent(usage: TokenUsage, total: number | undefined): TokenUsage | string {
  const {prompt, cached, reasoning} = usage;
  const completion = Math.max(usage.completion, (total ?? 0) - prompt);
  if (total !== undefined && total < prompt + usage.completion)
    return `${total} tokens in total, less than ${prompt} of the prompt and ${usage.completion} of the reply`;
  if (cached > prompt) return `${cached} cached tokens of ${prompt} prompt tokens`;
  if (reasoning > completion) return `${reasoning} tokens of reasoning in a reply of ${completion}`;
  return {prompt, cached, completion, reasoning};
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const SHOWN_CHARS = 40;

function shown(value: unknown): string {
  return typeof value === 'number'
    ? String(value)
    : typeof value === 'string'
      ? `"${value.slice(0, SHOWN_CHARS)}"`
      : typeof value;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
