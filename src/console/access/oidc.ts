import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type {ConsoleSettings} from '../settings.ts';
import {type Claims, claimValues, hasClaim, personName} from './claims.ts';
import {LoginRefused, refusalOf} from './login-refused.ts';
import {Discovery, ProviderDown} from './oidc-discovery.ts';
import type {OidcSettings} from './oidc-settings.ts';
import type {PendingLogin} from './pending-login.ts';
import {type LoginRole, roleFor} from './roles.ts';

/** A person whom the provider identified. */
export interface Person {
  readonly name: string;
  readonly subject: string;
  readonly role: LoginRole;
}

type Settings = Pick<ConsoleSettings, 'roles'> & {readonly oidc: OidcSettings};

/** The login by the provider: authorization code flow with PKCE, state and nonce. None of the provider's tokens is stored. */
export class OidcLogin {
  readonly #settings: Settings;
  readonly #discovery: Discovery;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#discovery = new Discovery(settings.oidc);
  }

  /** Begins a login: where to send the browser, and what its return is checked by. Throws a LoginRefused. */
  async begin(to: string): Promise<{readonly url: URL; readonly login: PendingLogin}> {
    const config = await this.#configuration();
    const {redirectUrl, scopes} = this.#settings.oidc;
    const login = {state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), to};
    const url = buildAuthorizationUrl(config, {
      redirect_uri: redirectUrl.href,
      scope: scopes,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
    });
    return {url, login};
  }

  /** Ends a login by the query with which the browser came back. Throws a LoginRefused. */
  async finish(query: URLSearchParams, login: PendingLogin): Promise<Person> {
    const config = await this.#configuration();
    try {
      return this.#personOf(await this.#claims(config, query, login));
    } catch (error) {
      throw error instanceof LoginRefused ? error : refusalOf(error, this.#settings.oidc.issuer.href);
    }
  }

  /** Returns where the provider ends its own session and sends the browser back from; undefined if it has no such page, or does not answer. */
  async endUrl(): Promise<URL | undefined> {
    const {redirectUrl} = this.#settings.oidc;
    try {
      const config = await this.#discovery.configuration(Date.now());
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(config, {post_logout_redirect_uri: new URL('/login', redirectUrl).href});
    } catch {
      return undefined;
    }
  }

  async #configuration(): Promise<Configuration> {
    try {
      return await this.#discovery.configuration(Date.now());
    } catch (error) {
      if (!(error instanceof ProviderDown)) throw error;
      console.error(`console: ${error.message}`);
      throw new LoginRefused(503, `${error.message} Try again; if it stays so, ask whoever runs the console.`, error);
    }
  }

  /** Returns what the ID token states and, where a claim that is needed is not in it, the userinfo endpoint. */
  async #claims(config: Configuration, query: URLSearchParams, {state, nonce, verifier}: PendingLogin): Promise<Claims> {
    const url = new URL(this.#settings.oidc.redirectUrl);
    url.search = query.toString();
    const checks = {pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true};
    const tokens = await authorizationCodeGrant(config, url, checks);
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider sent no ID token');
    const {roleClaim, nameClaim = 'preferred_username'} = this.#settings.oidc;
    const isComplete = hasClaim(claims, roleClaim) && hasClaim(claims, nameClaim);
    if (isComplete || config.serverMetadata().userinfo_endpoint === undefined) return claims;
    return {...(await fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims};
  }

  #personOf(claims: Claims): Person {
    const {oidc, roles} = this.#settings;
    const name = personName(claims, oidc.nameClaim);
    if (name === undefined)
      throw new LoginRefused(
        403,
        `The provider gives no name of 1 to 200 printable characters${oidc.nameClaim === undefined ? '' : ` in the claim ${oidc.nameClaim}`}. Correct PORTWRIGHT_OIDC_NAME_CLAIM or the claims of this client at the provider.`,
      );
    const role = roleFor(roles, claimValues(claims, oidc.roleClaim));
    if (role === undefined)
      throw new LoginRefused(
        403,
        `${name} is known to the provider, and has no role here: no value of the claim ${oidc.roleClaim} is in PORTWRIGHT_CONSOLE_ROLES. Ask whoever runs the console.`,
      );
    return {name, role, subject: String(claims.sub)};
  }
}
