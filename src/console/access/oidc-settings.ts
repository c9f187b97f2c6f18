import {readFileSync} from 'node:fs';
import {isLoopback} from '../../setup/host-port.ts';
import {type Env, value} from '../env.ts';

/** The OpenID Connect provider that identifies people, and how the console is registered there. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Undefined for a public client, which has PKCE alone. */
  readonly clientSecret: string | undefined;
  /** Where the provider sends browsers back to; registered there. */
  readonly redirectUrl: URL;
  readonly scopes: string;
  /** Claim that names a person; undefined: the first that exists of `preferred_username`, a verified `email`, `name` and `sub`. */
  readonly nameClaim: string | undefined;
  /** Claim whose values the role map is applied to; `a.b` is also key `b` of claim `a`. */
  readonly roleClaim: string;
  /** Text of the login button's end: `Log in with …`. */
  readonly label: string;
}

/** Path to which the provider sends browsers back. */
export const CALLBACK_PATH = '/login/oidc/callback';

const MOST_SECRET_CHARS = 4096;

/** Reads the settings of the provider; undefined without PORTWRIGHT_OIDC_ISSUER. Throws an Error with the rule if one cannot be used. */
export function oidcSettings(env: Env): OidcSettings | undefined {
  if (value(env, 'PORTWRIGHT_OIDC_ISSUER') === '') {
    refuseWithoutIssuer(env);
    return undefined;
  }
  const issuer = issuerOf(env);
  return {
    issuer,
    clientId: clientIdOf(env),
    clientSecret: clientSecretOf(env),
    redirectUrl: redirectUrlOf(env),
    scopes: scopesOf(env),
    nameClaim: value(env, 'PORTWRIGHT_OIDC_NAME_CLAIM') || undefined,
    roleClaim: value(env, 'PORTWRIGHT_OIDC_ROLE_CLAIM') || 'groups',
    label: value(env, 'PORTWRIGHT_OIDC_LABEL') || issuer.host,
  };
}

function refuseWithoutIssuer(env: Env): void {
  const given = Object.keys(env).find((name) => name.startsWith('PORTWRIGHT_OIDC_') && value(env, name) !== '');
  if (given !== undefined)
    throw new Error(`${given} is set, and PORTWRIGHT_OIDC_ISSUER is not. Set the provider's address, or unset ${given}.`);
}

function issuerOf(env: Env): URL {
  return httpsUrl(env, 'PORTWRIGHT_OIDC_ISSUER', 'https://id.example/realms/ports');
}

/** Returns an address that nobody in between can read: https, or http on this machine. */
function httpsUrl(env: Env, name: string, example: string): URL {
  const given = value(env, name);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, '')));
  if (url !== undefined && isSafe && url.username === '' && url.search === '' && url.hash === '') return url;
  throw new Error(
    `${name} must be an https address without user, query and fragment, such as ${example}; http is for this machine only. Got ${JSON.stringify(given.replace(/\/\/[^/]*@/, '//…@'))}. Correct it.`,
  );
}

function clientIdOf(env: Env): string {
  const id = value(env, 'PORTWRIGHT_OIDC_CLIENT_ID');
  if (id !== '') return id;
  throw new Error(
    'PORTWRIGHT_OIDC_CLIENT_ID must be the id under which the console is registered at the provider; got none. Set it.',
  );
}

/** Reads the secret from its variable or its file. No text of an error has it. */
function clientSecretOf(env: Env): string | undefined {
  const given = value(env, 'PORTWRIGHT_OIDC_CLIENT_SECRET');
  const file = value(env, 'PORTWRIGHT_OIDC_CLIENT_SECRET_FILE');
  if (given !== '' && file !== '')
    throw new Error(
      'PORTWRIGHT_OIDC_CLIENT_SECRET and PORTWRIGHT_OIDC_CLIENT_SECRET_FILE are both set; one of them counts. Unset the other.',
    );
  return file === '' ? given || undefined : secretIn(file);
}

function secretIn(file: string): string {
  const secret = readSecret(file);
  if (secret !== '' && secret.length <= MOST_SECRET_CHARS) return secret;
  throw new Error(
    `PORTWRIGHT_OIDC_CLIENT_SECRET_FILE must be a file with the secret alone, 1 to ${MOST_SECRET_CHARS} characters; ${file} has ${secret.length}. Correct it.`,
  );
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(
      `PORTWRIGHT_OIDC_CLIENT_SECRET_FILE must be a file that the console can read; ${file}: ${(error as Error).message}. Correct it.`,
      {cause: error},
    );
  }
}

function redirectUrlOf(env: Env): URL {
  if (value(env, 'PORTWRIGHT_OIDC_REDIRECT_URL') !== '')
    return endsAtCallback(
      httpsUrl(env, 'PORTWRIGHT_OIDC_REDIRECT_URL', `https://console.example${CALLBACK_PATH}`),
      'PORTWRIGHT_OIDC_REDIRECT_URL',
    );
  if (value(env, 'PORTWRIGHT_CONSOLE_URL') === '')
    throw new Error(
      'A login by OpenID Connect needs PORTWRIGHT_CONSOLE_URL, the address that browsers use for the console, such as https://console.example. Set it.',
    );
  return new URL(CALLBACK_PATH, httpsUrl(env, 'PORTWRIGHT_CONSOLE_URL', 'https://console.example'));
}

function endsAtCallback(url: URL, name: string): URL {
  if (url.pathname === CALLBACK_PATH) return url;
  throw new Error(`${name} must have the path ${CALLBACK_PATH}; got ${JSON.stringify(url.pathname)}. Correct it, or unset it.`);
}

function scopesOf(env: Env): string {
  const scopes = value(env, 'PORTWRIGHT_OIDC_SCOPES') || 'openid profile email';
  if (/^[\x21-\x7e]+( +[\x21-\x7e]+)*$/.test(scopes) && scopes.split(/ +/).includes('openid')) return scopes;
  throw new Error(
    `PORTWRIGHT_OIDC_SCOPES must be scopes separated by blanks, openid among them; got ${JSON.stringify(scopes)}. Correct it, or unset it.`,
  );
}
