/**
 * transient: ask again later. malformed: the server answered 200 without a valid reply; ask again.
 * permanent: asking again is of no use. context-too-long: the request is longer than the model's window.
 */
export type ModelErrorKind = 'transient' | 'permanent' | 'context-too-long' | 'malformed';

/** Most characters of a provider's message that go into an error. */
const WORDS = 500;

/** A failed model call, with what a retry policy needs. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly kind: ModelErrorKind;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** When the server asks to be left alone for some time: that time, already capped. */
  readonly retryAfterMs?: number;
  /** The model's window in tokens, where the server names it. */
  readonly window?: number;
  /** The provider's message, at most 500 characters, without the key. Untrusted text. */
  readonly provider: string;

  constructor(
    kind: ModelErrorKind,
    message: string,
    details: {status?: number; retryAfterMs?: number; provider?: string; window?: number} = {},
  ) {
    super(message);
    this.kind = kind;
    this.provider = details.provider ?? '';
    if (details.status !== undefined) this.status = details.status;
    if (details.window !== undefined) this.window = details.window;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether asking again may help. */
  get retryable(): boolean {
    return this.kind === 'transient' || this.kind === 'malformed';
  }
}

/** Returns a provider's message for an error: one line, without `key` or what looks like one, at most 500 characters. */
export function providerMessage(text: string, key: string): string {
  const without = key === '' ? text : text.replaceAll(key, '[key]');
  const line = without
    .slice(0, 20 * WORDS)
    .replace(/\b(sk|key|Bearer)[-_ ][\w*.-]{8,}/gi, '[key]')
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  return line.length <= WORDS ? line : `${line.slice(0, WORDS - 3)}...`;
}

/** Classifies an HTTP status other than 2xx. `message` is the provider's, `code` and `type` from its error object. */
export function kindOfStatus(status: number, message: string, code: unknown, type: unknown): ModelErrorKind {
  if (status === 408 || status === 409 || status === 429 || status >= 500) return 'transient';
  if ([400, 413, 422].includes(status) && isTooLong(message, code, type)) return 'context-too-long';
  return 'permanent';
}

/** OpenAI and others set a code, llama.cpp a type, vLLM and others only a message. */
function isTooLong(message: string, code: unknown, type: unknown): boolean {
  if (code === 'context_length_exceeded' || type === 'exceed_context_size_error') return true;
  return /maximum context length|exceeds? the (available )?context|context (length|window|size) exceeded|prompt is too long/i.test(
    message,
  );
}

/**
 * How long a server asks to be left alone: `retry-after-ms`, or `Retry-After` as seconds or as an HTTP date.
 * In ms, not negative, at most `capMs`; undefined without such a header, and for one that cannot be parsed.
 */
export function retryAfter(headers: Headers | undefined, now: number, capMs: number): number | undefined {
  const ms = headers?.get('retry-after-ms')?.trim();
  const after = headers?.get('retry-after')?.trim();
  const asked = number(ms) ?? scaled(number(after)) ?? dateOf(after, now);
  return asked === undefined ? undefined : Math.min(Math.max(0, Math.ceil(asked)), capMs);
}

/** Returns the context window that an error names: llama.cpp's `n_ctx`, or `maximum context length is 8192 tokens`. */
export function windowIn(body: unknown, message: string): number | undefined {
  const {n_ctx} = (typeof body === 'object' && body !== null ? body : {}) as {n_ctx?: unknown};
  const tokens =
    typeof n_ctx === 'number' ? n_ctx : Number(/context (?:length|window|size)\D{1,20}(\d{4,7})/i.exec(message)?.[1]);
  return Number.isSafeInteger(tokens) && tokens > 0 ? tokens : undefined;
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function scaled(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function dateOf(text: string | undefined, now: number): number | undefined {
  const at = text === undefined || !/[A-Za-z]{3}/.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now;
}
