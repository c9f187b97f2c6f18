import {generateKeyPairSync, type JsonWebKey, type KeyObject, sign} from 'node:crypto';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import type Provider from 'oidc-provider';

export const CLIENT_ID = 'portwright';
export const CLIENT_SECRET = 'a-secret-of-the-client-for-tests';

type Claims = Readonly<Record<string, unknown>>;
interface Key {
  readonly kid: string;
  readonly secret: KeyObject;
}

/** A real OpenID Connect provider on this machine, whose people log in without a password. */
export interface LoginProvider {
  readonly issuer: string;
  /** Who is at the browser, by subject. */
  person: string;
  readonly people: Map<string, Claims>;
  /** Changes the ID token before it is sent. */
  changeToken: ((token: string, key: Key) => string) | undefined;
  /** Has it not answer, as if its machine were off. */
  isDown: boolean;
  /** Requests for the discovery document. */
  discoveries: number;
  /** Replaces its keys: tokens are signed by a new one, and the old one is no longer published. */
  rotateKeys(): void;
  /** Follows an address as a browser does, up to the first that is not the provider's. */
  visit(url: string): Promise<URL>;
  close(): Promise<void>;
}

export interface ProviderOptions {
  /** Where the console is registered. */
  readonly consoleUrl: string;
  /** Without: the ID token has all claims; with: they are at the userinfo endpoint alone. */
  readonly isThrifty?: boolean;
  readonly hasLogout?: boolean;
}

/** Starts the provider on a port of this machine. */
export async function loginProvider(options: ProviderOptions): Promise<LoginProvider> {
  // Loaded here, so that the caller can mute what it prints.
  const {default: Implementation} = await import('oidc-provider');
  let listener: RequestListener = () => undefined;
  const server = createServer((request, response) => {
    if (provider.isDown) {
      request.socket.destroy();
      return;
    }
    if (request.url?.startsWith('/.well-known/') === true) provider.discoveries += 1;
    listener(request, response);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: LoginProvider = {
    issuer,
    person: 'sub-ann',
    people: new Map(),
    changeToken: undefined,
    isDown: false,
    discoveries: 0,
    rotateKeys: () => {
      listener = listenerWith(Implementation, provider, options, newKey());
    },
    visit: (url) => visit(issuer, url),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  provider.rotateKeys();
  return provider;
}

let keys = 0;

function newKey(): Key {
  keys += 1;
  return {kid: `key-${keys}`, secret: generateKeyPairSync('rsa', {modulusLength: 2048}).privateKey};
}

function listenerWith(
  Implementation: typeof Provider,
  shared: LoginProvider,
  options: ProviderOptions,
  key: Key,
): RequestListener {
  const jwk: JsonWebKey = key.secret.export({format: 'jwk'});
  const provider = new Implementation(shared.issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${options.consoleUrl}/login/oidc/callback`],
        post_logout_redirect_uris: [`${options.consoleUrl}/login`],
      },
    ],
    jwks: {keys: [{...jwk, kid: key.kid, use: 'sig', alg: 'RS256'}]},
    cookies: {keys: ['a key for the cookies of the provider']},
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'name', 'groups', 'realm_access'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: options.isThrifty === true,
    pkce: {required: () => true},
    features: {devInteractions: {enabled: false}, rpInitiatedLogout: {enabled: options.hasLogout !== false}},
    interactions: {url: () => '/interaction'},
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({...shared.people.get(accountId), sub: accountId}),
    }),
    loadExistingGrant: async ({oidc}: {oidc: {client: {clientId: string}; session: {accountId: string}}}) => {
      const grant = new provider.Grant({accountId: oidc.session.accountId, clientId: oidc.client.clientId});
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (context, next) => {
    if (context.path === '/interaction') {
      context.respond = false;
      await provider.interactionFinished(context.req, context.res, {login: {accountId: shared.person, remember: false}});
      return;
    }
    await next();
    const {changeToken} = shared;
    if (context.path !== '/token' || changeToken === undefined || context.status !== 200) return;
    const body = context.body as {id_token: string};
    context.body = {...body, id_token: changeToken(body.id_token, key)};
  });
  return provider.callback();
}

/** A new browser for each visit: nobody is logged in at the provider yet. */
async function visit(issuer: string, first: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = new URL(first);
  for (let hops = 0; url.origin === issuer; hops += 1) {
    if (hops > 10) throw new Error(`no end of redirects at ${url}`);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {redirect: 'manual', headers: {cookie}});
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${url} answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    url = new URL(location, url);
  }
  return url;
}

/** Returns the claims of a token. */
export function claimsIn(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

/** Returns a token with these claims, signed as RS256 or, without a key, not at all. */
export function signedToken(claims: Claims, kid: string, secret: KeyObject | undefined): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({alg: secret === undefined ? 'none' : 'RS256', kid, typ: 'JWT'})}.${part(claims)}`;
  return `${content}.${secret === undefined ? '' : sign('sha256', Buffer.from(content), secret).toString('base64url')}`;
}
