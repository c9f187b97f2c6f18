import {createHash, createHmac, randomBytes, timingSafeEqual} from 'node:crypto';

export const SESSION_COOKIE = 'portwright_session';
export const SESSION_SECONDS = 12 * 3600;

/** Time and content of a session. */
export interface SessionPart {
  /** Seconds that it lasts. */
  readonly seconds?: number;
  /** Who has it, as text that anybody may read and only the console can write; none for a session by the token. */
  readonly content?: string;
}

/** A valid session. */
export interface OpenSession {
  /** When it ends, in milliseconds. */
  readonly endMs: number;
  /** Empty if it has none. */
  readonly content: string;
}

/**
 * Returns the value of a new session's cookie: when it ends, a random part that no other session has, the content, and proof that somebody who has the secret
 * made it. No list of open sessions is stored.
 */
export function sealSession(secret: string, nowMs: number, {seconds = SESSION_SECONDS, content}: SessionPart = {}): string {
  const session = `${nowMs + seconds * 1000}-${randomBytes(8).toString('hex')}`;
  const sealed = content === undefined ? session : `${session}.${Buffer.from(content).toString('base64url')}`;
  return `${sealed}.${proofOf(secret, sealed)}`;
}

/** Returns when a session ends, in milliseconds, by its cookie's value. */
export function sessionEnd(value: string): number {
  return Number(value.split('-')[0]);
}

/** Returns the session of a cookie's value; undefined if it was not made with this secret, or has ended. */
export function openSession(secret: string, value: string | undefined, nowMs: number): OpenSession | undefined {
  const [, sealed, content = '', proof] = /^(\d{1,15}-[0-9a-f]{16}(?:\.([\w-]{1,3000}))?)\.([\w-]{43})$/.exec(value ?? '') ?? [];
  if (sealed === undefined || proof === undefined || !isSame(proof, proofOf(secret, sealed))) return undefined;
  const endMs = sessionEnd(sealed);
  return endMs > nowMs ? {endMs, content: Buffer.from(content, 'base64url').toString()} : undefined;
}

/** Whether a cookie's value was made with this secret and has not ended. */
export function isSession(secret: string, value: string | undefined, nowMs: number): boolean {
  return openSession(secret, value, nowMs) !== undefined;
}

/** Compares in a time that does not depend on how much of a secret was right. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function proofOf(secret: string, session: string): string {
  const key = createHmac('sha256', secret).update('portwright console session').digest();
  return createHmac('sha256', key).update(session).digest('base64url');
}
