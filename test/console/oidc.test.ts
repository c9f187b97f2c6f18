import {generateKeyPairSync} from 'node:crypto';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import {jest} from '@jest/globals';
import fastify, {type FastifyInstance, type InjectOptions, type LightMyRequestResponse} from 'fastify';
import {type AccessFiles, operatorOf, registerAccess} from '../../src/console/access/access.ts';
import {EndedSessions} from '../../src/console/access/ended-sessions.ts';
import {identityOf} from '../../src/console/access/identity.ts';
import {LOGIN_COOKIE} from '../../src/console/access/pending-login.ts';
import {SESSION_COOKIE} from '../../src/console/access/session.ts';
import {consoleSettings} from '../../src/console/settings.ts';
import {CLIENT_ID, CLIENT_SECRET, claimsIn, type LoginProvider, loginProvider, signedToken} from '../support/login-provider.ts';

const CONSOLE = 'http://127.0.0.1:8787';
const TOKEN = 'a-token-of-24-characters';
const browser = {accept: 'text/html,*/*'};

let provider: LoginProvider;
beforeAll(async () => {
  // The provider's advice on how to run it in production.
  for (const one of ['info', 'warn'] as const) jest.spyOn(console, one).mockImplementation(() => undefined);
  provider = await loginProvider({consoleUrl: CONSOLE});
  const person = (name: string, ...groups: string[]) => ({preferred_username: name, email: `${name}@example.org`, groups});
  provider.people.set('sub-ann', person('ann', 'ports', 'portwright-admins'));
  provider.people.set('sub-bo', person('bo', 'maintainers'));
  provider.people.set('sub-cy', person('cy', 'readers', 'other'));
  provider.people.set('sub-dee', person('dee', 'other'));
  provider.people.set('sub-eve', {preferred_username: 'eve'});
});
afterAll(async () => {
  await provider.close();
  jest.restoreAllMocks();
});

const apps: FastifyInstance[] = [];
let logged: jest.SpiedFunction<typeof console.error>;
beforeEach(() => {
  logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  logged.mockRestore();
  Object.assign(provider, {person: 'sub-ann', changeToken: undefined, isDown: false});
  for (const app of apps.splice(0)) await app.close();
});

type Env = Readonly<Record<string, string>>;
type Ask = (request: InjectOptions) => Promise<LightMyRequestResponse>;

/** Settings of a console that is registered at the provider. */
const registered = (more: Env = {}): Env => ({
  PORTWRIGHT_CONSOLE_URL: CONSOLE,
  PORTWRIGHT_OIDC_ISSUER: provider.issuer,
  PORTWRIGHT_OIDC_CLIENT_ID: CLIENT_ID,
  PORTWRIGHT_OIDC_CLIENT_SECRET: CLIENT_SECRET,
  PORTWRIGHT_CONSOLE_ROLES: 'admin=portwright-admins,operator=maintainers,viewer=readers',
  ...more,
});

async function consoleWith(env: Env, files?: AccessFiles): Promise<Ask> {
  const app = fastify();
  apps.push(app);
  await app.register(cookie);
  await app.register(formbody);
  registerAccess(app, consoleSettings(env, {}), files);
  app.get('/ui/cases', (request) => ({who: operatorOf(request) ?? null, ...identityOf(request)}));
  app.post('/api/v1/cases/:id/accept', () => ({done: true}));
  app.post('/api/v1/cases/:id/budget', () => ({done: true}));
  return (request) => app.inject({...request, headers: {host: '127.0.0.1:8787', ...request.headers}});
}

/** Cookies that an answer sets, by name. */
const cookiesOf = (answer: LightMyRequestResponse): Record<string, string> =>
  Object.fromEntries(answer.cookies.map(({name, value}) => [name, value]));

interface Begun {
  readonly cookies: Record<string, string>;
  readonly location: string;
}

async function begin(ask: Ask, to = '/ui/cases'): Promise<Begun> {
  const answer = await ask({url: `/login/oidc?${new URLSearchParams({to})}`, headers: browser});
  expect(answer.statusCode).toBe(303);
  return {cookies: cookiesOf(answer), location: String(answer.headers.location)};
}

/** Lets the browser come back from the provider, with another query if one is given. */
async function comeBack(ask: Ask, begun: Begun, change?: (query: URLSearchParams) => void): Promise<LightMyRequestResponse> {
  const back = await provider.visit(begun.location);
  change?.(back.searchParams);
  return ask({url: back.pathname + back.search, headers: browser, cookies: begun.cookies});
}

async function logIn(ask: Ask, person = 'sub-ann', to?: string): Promise<LightMyRequestResponse> {
  provider.person = person;
  return comeBack(ask, await begin(ask, to));
}

const sessionOf = (answer: LightMyRequestResponse): string => cookiesOf(answer)[SESSION_COOKIE] ?? '';

const as = (ask: Ask, value: string, request: InjectOptions): Promise<LightMyRequestResponse> =>
  ask({...request, cookies: {[SESSION_COOKIE]: value}, headers: {origin: CONSOLE, ...request.headers}});

/** Asserts that nobody was logged in. */
function expectRefused(answer: LightMyRequestResponse, code: number, text: RegExp): void {
  expect(answer.statusCode).toBe(code);
  expect(answer.body).toMatch(text);
  expect(sessionOf(answer)).toBe('');
  expect(answer.body).not.toContain(CLIENT_SECRET);
}

describe('a login by the provider', () => {
  test('goes there with PKCE, state and nonce, and its cookie is for the way back only', async () => {
    const ask = await consoleWith(registered());
    const answer = await ask({url: '/login/oidc?to=/ui/cases', headers: browser});
    const url = new URL(String(answer.headers.location));
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{client_id: CLIENT_ID, response_type: 'code', scope: 'openid profile email', code_challenge_method: 'S256'},
      ...{redirect_uri: `${CONSOLE}/login/oidc/callback`, state: expect.stringMatching(/^.{43}$/)},
      ...{nonce: expect.stringMatching(/^.{43}$/), code_challenge: expect.stringMatching(/^.{43}$/)},
    });
    const set = String(answer.headers['set-cookie']).split('; ');
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/login/oidc', 'Max-Age=600']) expect(set).toContain(part);
    expect(answer.headers.location).not.toContain(CLIENT_SECRET);
  });

  test.each([
    ['sub-ann', 'ann', 'admin', 200, 200],
    ['sub-bo', 'bo', 'operator', 200, 403],
    ['sub-cy', 'cy', 'viewer', 403, 403],
  ])('%s is %s, and %s', async (subject, name, role, accept, budget) => {
    const ask = await consoleWith(registered());
    const answer = await logIn(ask, subject);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('content="0; url=/ui/cases"');
    const session = sessionOf(answer);
    const seen = (await as(ask, session, {url: '/ui/cases'})).json();
    const issuer = `${provider.issuer}/`;
    expect(seen).toEqual({who: {name, fixed: true}, user: name, role, method: 'oidc', subject, issuer});
    const post = (action: string) => as(ask, session, {method: 'POST', url: `/api/v1/cases/x/${action}`, payload: {}});
    expect((await post('accept')).statusCode).toBe(accept);
    const refused = await post('budget');
    expect(refused.statusCode).toBe(budget);
    if (budget === 403) expect(refused.json().error).toMatch(/needs the role admin, and you are (operator|viewer) as/);
  });

  test.each([
    ['no group with a role', 'sub-dee', {}, /dee is known to the provider, and has no role here/],
    ['no groups at all', 'sub-eve', {}, /eve is known to the provider, and has no role here.*claim groups/],
    ['no such claim', 'sub-ann', {PORTWRIGHT_OIDC_ROLE_CLAIM: 'roles'}, /has no role here.*claim roles/],
    ['no name', 'sub-eve', {PORTWRIGHT_OIDC_NAME_CLAIM: 'email'}, /gives no name.*in the claim email/],
  ])('of somebody with %s is refused', async (_, subject, env: Env, text) => {
    expectRefused(await logIn(await consoleWith(registered(env)), subject), 403, text);
  });

  test('gives everybody a role where the map says so', async () => {
    const ask = await consoleWith(registered({PORTWRIGHT_CONSOLE_ROLES: 'admin=portwright-admins,viewer=*'}));
    const seen = async (subject: string): Promise<string> =>
      (await as(ask, sessionOf(await logIn(ask, subject)), {url: '/ui/cases'})).json().role;
    expect([await seen('sub-eve'), await seen('sub-ann')]).toEqual(['viewer', 'admin']);
  });

  test('makes a new session that ends the one before, whoever had put it there', async () => {
    const ask = await consoleWith(registered({PORTWRIGHT_CONSOLE_SESSION_HOURS: '2'}));
    const first = sessionOf(await logIn(ask));
    const begun = await begin(ask);
    const back = await provider.visit(begun.location);
    const again = await ask({
      url: back.pathname + back.search,
      headers: browser,
      cookies: {...begun.cookies, [SESSION_COOKIE]: first},
    });
    expect(sessionOf(again)).not.toBe(first);
    expect((await as(ask, first, {url: '/ui/cases'})).statusCode).toBe(401);
    expect((await as(ask, sessionOf(again), {url: '/ui/cases'})).statusCode).toBe(200);
    const set = again.headers['set-cookie'];
    const session = (Array.isArray(set) ? set : [String(set)]).find((one) => one.startsWith(SESSION_COOKIE)) ?? '';
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=7200']) expect(session.split('; ')).toContain(part);
    expect(cookiesOf(again)[LOGIN_COOKIE]).toBe('');
  });

  test('has Secure cookies where browsers come by https', async () => {
    const secure = registered({PORTWRIGHT_CONSOLE_URL: 'https://console.example'});
    const answer = await (await consoleWith(secure))({url: '/login/oidc', headers: {host: 'console.example'}});
    expect(String(answer.headers['set-cookie']).split('; ')).toContain('Secure');
  });

  test.each([
    ['//evil.example/x', '/'],
    ['https://evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/login/oidc', '/'],
    ['/ui/cases?q=a', '/ui/cases?q=a'],
  ])('that is to go on to %s goes on to %s', async (to, expected) => {
    const answer = await logIn(await consoleWith(registered()), 'sub-ann', to);
    expect(answer.body).toContain(`content="0; url=${expected}"`);
    expect(answer.body).not.toContain('evil');
  });
});

describe('an answer that the provider did not give to this browser', () => {
  test.each([
    ['another state', (query: URLSearchParams) => query.set('state', 'x'.repeat(43)), 401, /does not fit this login/],
    ['no state', (query: URLSearchParams) => query.delete('state'), 401, /does not fit this login/],
    ['another code', (query: URLSearchParams) => query.set('code', 'x'), 401, /does not fit this login \(invalid_grant\)/],
    ['another issuer', (query: URLSearchParams) => query.set('iss', 'https://evil.example'), 401, /does not fit/],
    [
      'an error',
      (query: URLSearchParams) => {
        query.delete('code');
        query.set('error', 'access_denied');
        query.set('error_description', '<script>alert(1)</script>');
      },
      403,
      /provider refused the login \(access_denied\)/,
    ],
  ])('%s', async (_, change, code, text) => {
    const ask = await consoleWith(registered());
    const answer = await comeBack(ask, await begin(ask), change);
    expectRefused(answer, code, text);
    expect(answer.body).not.toContain('<script');
  });

  test('is refused without the cookie of the login, with that of another one, and when it comes again', async () => {
    const ask = await consoleWith(registered());
    const [mine, other] = [await begin(ask), await begin(ask)];
    const back = await provider.visit(mine.location);
    const url = back.pathname + back.search;
    expectRefused(await ask({url, headers: browser}), 400, /was not begun in this browser/);
    expectRefused(await ask({url, headers: browser, cookies: {[LOGIN_COOKIE]: 'x'}}), 400, /was not begun in this browser/);
    expectRefused(await ask({url, headers: browser, cookies: other.cookies}), 401, /does not fit this login/);
    expect(sessionOf(await ask({url, headers: browser, cookies: mine.cookies}))).not.toBe('');
    expectRefused(await ask({url, headers: browser, cookies: mine.cookies}), 401, /does not fit this login \(invalid_grant\)/);
  });

  const other = generateKeyPairSync('rsa', {modulusLength: 2048}).privateKey;
  type Change = NonNullable<LoginProvider['changeToken']>;
  const changed =
    (claims: object): Change =>
    (token, {kid, secret}) =>
      signedToken({...claimsIn(token), ...claims}, kid, secret);
  const past = Math.floor(Date.now() / 1000) - 3600;
  test.each<[string, Change]>([
    ['of another login', changed({nonce: 'x'.repeat(43)})],
    ['without a nonce', changed({nonce: undefined})],
    ['that has expired', changed({exp: past, iat: past - 60})],
    ['for another client', changed({aud: 'another'})],
    ['of another issuer', changed({iss: 'https://evil.example'})],
    ['that another key signed', (token, {kid}) => signedToken(claimsIn(token), kid, other)],
    ['that nobody signed', (token, {kid}) => signedToken(claimsIn(token), kid, undefined)],
    ['of a key that is not published', (token) => signedToken(claimsIn(token), 'unknown', other)],
    [
      'with other claims than were signed',
      (token) => {
        const [head, , proof] = token.split('.');
        const claims = {...claimsIn(token), sub: 'sub-eve', groups: ['portwright-admins']};
        return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${proof}`;
      },
    ],
  ])('a token %s', async (_, change) => {
    provider.changeToken = change;
    expectRefused(await logIn(await consoleWith(registered())), 401, /does not fit this login/);
    expect(logged.mock.calls.join('\n')).toMatch(/a login by http:.* failed/);
    expect(logged.mock.calls.join('\n')).not.toContain(CLIENT_SECRET);
  });

  test('is refused with a wrong client secret, which nothing shows', async () => {
    const env = registered({PORTWRIGHT_OIDC_CLIENT_SECRET: 'a-wrong-secret-of-the-client'});
    const answer = await logIn(await consoleWith(env));
    expectRefused(answer, 503, /does not accept this console \(invalid_client\)/);
    expect(answer.body + logged.mock.calls.join('\n')).not.toContain('a-wrong-secret');
  });
});

describe('the provider', () => {
  test('that is down keeps neither the console nor the token’s login from working, and is asked again', async () => {
    provider.isDown = true;
    const ask = await consoleWith(registered({PORTWRIGHT_CONSOLE_TOKEN: TOKEN}));
    const down = await ask({url: '/login/oidc?to=/ui/cases', headers: browser});
    expectRefused(down, 503, /login provider http:.* cannot be used/);
    expect(down.body).toContain('name="token"');
    const byToken = await ask({method: 'POST', url: '/login', payload: {token: TOKEN}});
    expect((await as(ask, sessionOf(byToken), {url: '/ui/cases'})).json()).toMatchObject({role: 'admin', method: 'token'});
    provider.isDown = false;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 6000);
    try {
      expect((await begin(ask)).location).toContain(provider.issuer);
    } finally {
      clock.mockRestore();
    }
  });

  test('that goes down in the middle of a login logs nobody in', async () => {
    const ask = await consoleWith(registered());
    const begun = await begin(ask);
    const back = await provider.visit(begun.location);
    provider.isDown = true;
    const answer = await ask({url: back.pathname + back.search, headers: browser, cookies: begun.cookies});
    expectRefused(answer, 503, /does not answer any more/);
  });

  test('is read once for many logins, and its new keys count at once', async () => {
    const ask = await consoleWith(registered());
    const before = provider.discoveries;
    await Promise.all([begin(ask), begin(ask), begin(ask)]);
    expect(sessionOf(await logIn(ask))).not.toBe('');
    provider.rotateKeys();
    expect(sessionOf(await logIn(ask))).not.toBe('');
    expect(provider.discoveries - before).toBe(1);
  });

  test('may leave claims to its userinfo endpoint', async () => {
    const thrifty = await loginProvider({consoleUrl: CONSOLE, isThrifty: true, hasLogout: false});
    try {
      thrifty.people.set('sub-ann', {preferred_username: 'ann', realm_access: {roles: ['ops']}});
      const env = {PORTWRIGHT_OIDC_ROLE_CLAIM: 'realm_access.roles', PORTWRIGHT_CONSOLE_ROLES: 'operator=ops'};
      const ask = await consoleWith(registered({...env, PORTWRIGHT_OIDC_ISSUER: thrifty.issuer}));
      const begun = await begin(ask);
      const back = await thrifty.visit(begun.location);
      const answer = await ask({url: back.pathname + back.search, headers: browser, cookies: begun.cookies});
      expect((await as(ask, sessionOf(answer), {url: '/ui/cases'})).json()).toMatchObject({user: 'ann', role: 'operator'});
      const out = await as(ask, sessionOf(answer), {method: 'POST', url: '/logout'});
      expect(out).toMatchObject({statusCode: 303, headers: {location: '/login'}});
    } finally {
      await thrifty.close();
    }
  });

  test('ends its session too at a logout, and leads back to the login', async () => {
    const ask = await consoleWith(registered());
    const session = sessionOf(await logIn(ask));
    const out = await as(ask, session, {method: 'POST', url: '/logout'});
    expect(out.statusCode).toBe(200);
    const [, onward = ''] = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(out.body) ?? [];
    const url = new URL(onward.replaceAll('&amp;', '&'));
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({client_id: CLIENT_ID, post_logout_redirect_uri: `${CONSOLE}/login`});
    expect((await fetch(url)).status).toBe(200);
    expect((await as(ask, session, {url: '/ui/cases'})).statusCode).toBe(401);
  });
});

describe('the session', () => {
  test('holds over a restart, ends for good by a logout, and with a change of who may what', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'portwright-sessions-'));
    const start = (env: Env = {}) => {
      const files = {ended: new EndedSessions(join(dir, 'ended')), secretFile: join(dir, 'session-secret')};
      return consoleWith(registered(env), files);
    };
    const seen = async (ask: Ask, session: string) => (await as(ask, session, {url: '/ui/cases'})).statusCode;
    try {
      const first = await start();
      const [mine, other] = [sessionOf(await logIn(first)), sessionOf(await logIn(first, 'sub-bo'))];
      expect(statSync(join(dir, 'session-secret')).mode & 0o777).toBe(0o600);
      const second = await start();
      expect([await seen(second, mine), await seen(second, other)]).toEqual([200, 200]);
      await as(second, mine, {method: 'POST', url: '/logout'});
      const third = await start();
      expect([await seen(third, mine), await seen(third, other)]).toEqual([401, 200]);
      const changed = await start({PORTWRIGHT_CONSOLE_ROLES: 'viewer=maintainers'});
      expect(await seen(changed, other)).toBe(401);
      writeFileSync(join(dir, 'session-secret'), 'guessed\n');
      await expect(start()).rejects.toThrow(/must have 64 hexadecimal digits/);
    } finally {
      rmSync(dir, {recursive: true});
    }
  });

  test('is refused when it has ended, and with another role than was sealed', async () => {
    const ask = await consoleWith(registered());
    const session = sessionOf(await logIn(ask));
    const clock = jest.spyOn(Date, 'now');
    clock.mockReturnValue(Date.now() + 12 * 3600 * 1000);
    expect((await as(ask, session, {url: '/ui/cases'})).statusCode).toBe(401);
    clock.mockRestore();
    expect((await as(ask, session, {url: '/ui/cases'})).statusCode).toBe(200);
    const forged = session.replace(/\.[\w-]+\./, `.${Buffer.from('["eve","admin","sub-eve"]').toString('base64url')}.`);
    expect((await as(ask, forged, {url: '/ui/cases'})).statusCode).toBe(401);
  });

  test('is begun by a page with both ways; a program is told where', async () => {
    const ask = await consoleWith(registered({PORTWRIGHT_CONSOLE_TOKEN: TOKEN, PORTWRIGHT_OIDC_LABEL: 'Ports ID'}));
    const {body} = await ask({url: '/login?to=/ui/cases', headers: browser});
    expect(body).toContain('href="/login/oidc?to=%2Fui%2Fcases"');
    expect(body).toContain('Log in with Ports ID');
    expect(body).toContain('name="token"');
    const alone = await consoleWith(registered());
    expect((await alone({url: '/login', headers: browser})).body).not.toContain('name="token"');
    expect((await alone({url: '/ui/cases'})).json().error).toMatch(/log in at \/login/);
    expect((await alone({method: 'POST', url: '/login', payload: {token: TOKEN}})).statusCode).not.toBe(303);
  });
});
