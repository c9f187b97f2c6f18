import {createHash, createHmac, randomBytes, timingSafeEqual} from 'node:crypto';

export const SESSION_COOKIE = 'portwright_session';
export const SESSION_SECONDS = 12 * 3600;

/**
 * Returns the value of a new session's cookie: when it ends, a random part that no other session has, and proof that one who has the token
 * made it. No list of open sessions is stored.
 */
export function sealSession(token: string, nowMs: number): string {
  const session = `${nowMs + SESSION_SECONDS * 1000}-${randomBytes(8).toString('hex')}`;
  return `${session}.${proofOf(token, session)}`;
}

/** Returns when a session ends, in milliseconds, by its cookie's value. */
export function sessionEnd(value: string): number {
  return Number(value.split('-')[0]);
}

/** Whether a cookie's value was made with this token and has not ended. */
export function isSession(token: string, value: string | undefined, nowMs: number): boolean {
  const [, session, proof] = /^(\d{1,15}-[0-9a-f]{16})\.([\w-]{43})$/.exec(value ?? '') ?? [];
  if (session === undefined || proof === undefined) return false;
  return isSame(proof, proofOf(token, session)) && sessionEnd(session) > nowMs;
}

/** Compares in a time that does not depend on how much of a secret was right. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function proofOf(token: string, session: string): string {
  const key = createHmac('sha256', token).update('portwright console session').digest();
  return createHmac('sha256', key).update(session).digest('base64url');
}
