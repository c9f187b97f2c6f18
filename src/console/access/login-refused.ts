import {AuthorizationResponseError, WWWAuthenticateChallengeError} from 'openid-client';

/** Why a login by the provider failed, as a text for the login page. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
  readonly statusCode: 401 | 403 | 503;

  constructor(statusCode: 401 | 403 | 503, message: string, cause?: unknown) {
    super(message, {cause});
    this.statusCode = statusCode;
  }
}

/** Returns the refusal for an error of the last step of a login. What the provider wrote is logged, quoted; the page has the error's code. */
export function refusalOf(error: unknown, issuer: string): LoginRefused {
  const code = codeOf(error);
  console.error(`console: a login by ${issuer} failed (${code}): ${JSON.stringify(reasonOf(error))}`);
  const [status, text] = explain(error, code);
  return new LoginRefused(status, text, error);
}

function explain(error: unknown, code: string): [401 | 403 | 503, string] {
  if (isUnreachable(error)) return [503, 'The login provider does not answer any more. Nobody was logged in; try again.'];
  if (error instanceof WWWAuthenticateChallengeError || code === 'invalid_client')
    return [
      503,
      'The login provider does not accept this console (invalid_client). Whoever runs it must correct PORTWRIGHT_OIDC_CLIENT_ID or its secret.',
    ];
  if (error instanceof AuthorizationResponseError)
    return [403, `The login provider refused the login (${code}). Log in there with another account, or try again.`];
  return [401, `The login provider's answer does not fit this login (${code}). Nobody was logged in; try again.`];
}

function codeOf(error: unknown): string {
  const {code, error: refused} = error as {code?: unknown; error?: unknown};
  const isCode = (one: unknown): one is string => typeof one === 'string' && /^\w{1,60}$/.test(one);
  return [refused, code].find(isCode) ?? 'no code';
}

interface Caused {
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** Returns the innermost text of an error, such as `connect ECONNREFUSED`. */
export function reasonOf(error: unknown): string {
  const {message, cause} = error as Caused;
  return isCaused(cause) && cause.message !== '' ? reasonOf(cause) : message;
}

/** Whether the provider did not answer, rather than answered wrongly. */
function isUnreachable(error: unknown): boolean {
  const {code, message, cause} = error as Caused;
  return code === 'OAUTH_TIMEOUT' || message === 'fetch failed' || (isCaused(cause) && isUnreachable(cause));
}

function isCaused(cause: unknown): cause is Caused {
  return typeof cause === 'object' && cause !== null && typeof (cause as {message?: unknown}).message === 'string';
}
