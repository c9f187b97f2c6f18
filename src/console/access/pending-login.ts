import {openSession, sealSession} from './session.ts';

/** Cookie of a login that the browser has begun at the provider. */
export const LOGIN_COOKIE = 'portwright_login';
export const LOGIN_SECONDS = 600;

/** What a browser's way to the provider and back is checked by. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  /** Code verifier of PKCE. */
  readonly verifier: string;
  /** Path of the console to go on to. */
  readonly to: string;
}

const PURPOSE = 'login:';

/** Returns the value of the cookie; no list of begun logins is stored. */
export function sealLogin(secret: string, login: PendingLogin, nowMs: number): string {
  const content = JSON.stringify([login.state, login.nonce, login.verifier, login.to]);
  return sealSession(PURPOSE + secret, nowMs, {seconds: LOGIN_SECONDS, content});
}

/** Returns the login that a cookie's value has; undefined if this console did not begin it, or it took too long. */
export function openLogin(secret: string, value: string | undefined, nowMs: number): PendingLogin | undefined {
  const opened = openSession(PURPOSE + secret, value, nowMs);
  if (opened === undefined) return undefined;
  const [state, nonce, verifier, to] = JSON.parse(opened.content) as [string, string, string, string];
  return {state, nonce, verifier, to};
}
