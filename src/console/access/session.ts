import {createHash, createHmac, timingSafeEqual} from 'node:crypto';

export const SESSION_COOKIE = 'portwright_session';
export const SESSION_SECONDS = 12 * 3600;

/** The value of a session's cookie: when it ends, and proof that one who has the token made it. No list of sessions is stored. */
export function sealSession(token: string, nowMs: number): string {
  const ends = String(nowMs + SESSION_SECONDS * 1000);
  return `${ends}.${proofOf(token, ends)}`;
}

/** Whether a cookie's value was made with this token and has not ended. */
export function isSession(token: string, value: string | undefined, nowMs: number): boolean {
  const [, ends, proof] = /^(\d{1,15})\.([\w-]{43})$/.exec(value ?? '') ?? [];
  if (ends === undefined || proof === undefined) return false;
  return isSame(proof, proofOf(token, ends)) && Number(ends) > nowMs;
}

/** Compares in a time that does not depend on how much of a secret was right. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function proofOf(token: string, ends: string): string {
  const key = createHmac('sha256', token).update('portwright console session').digest();
  return createHmac('sha256', key).update(ends).digest('base64url');
}
