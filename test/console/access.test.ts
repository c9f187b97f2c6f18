import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import fastify, {type FastifyInstance, type InjectOptions, type LightMyRequestResponse} from 'fastify';
import {type AccessFiles, operatorOf, registerAccess} from '../../src/console/access/access.ts';
import {EndedSessions} from '../../src/console/access/ended-sessions.ts';
import {isName} from '../../src/console/access/names.ts';
import {ownPath} from '../../src/console/access/own-path.ts';
import {isSession, SESSION_COOKIE, SESSION_SECONDS, sealSession} from '../../src/console/access/session.ts';
import {WrongLogins} from '../../src/console/access/wrong-logins.ts';
import {consoleSettings} from '../../src/console/settings.ts';

const TOKEN = 'a-token-of-24-characters';
const asks = {PORTWRIGHT_CONSOLE_TOKEN: TOKEN};
const proxied = {PORTWRIGHT_CONSOLE_USER_HEADER: 'X-Forwarded-User'};
const browser = {accept: 'text/html,*/*'};

type Env = Readonly<Record<string, string>>;
type Ask = (request: InjectOptions) => Promise<LightMyRequestResponse>;

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** A console of four routes with these settings; requests are for its usual address unless they say otherwise. */
async function consoleWith(env: Env = {}, files?: AccessFiles): Promise<Ask> {
  const app = fastify();
  apps.push(app);
  await app.register(cookie);
  await app.register(formbody);
  registerAccess(app, consoleSettings(env, {}), files);
  app.get('/health', () => ({ok: true}));
  app.get('/who', (request) => ({who: operatorOf(request) ?? null}));
  app.get('/ui/cases', (_, reply) => reply.type('text/html').send('<h1>Cases</h1>'));
  app.get('/assets/:name', (_, reply) => reply.header('cache-control', 'no-cache').type('text/css').send('a{}'));
  app.post('/write', () => ({done: true}));
  return (request) => app.inject({...request, headers: {host: '127.0.0.1:8787', ...request.headers}});
}

const session = (ask: Ask, value: string, more: InjectOptions = {}): Promise<LightMyRequestResponse> =>
  ask({url: '/who', ...more, cookies: {[SESSION_COOKIE]: value}});

async function logIn(ask: Ask, more: InjectOptions = {}): Promise<{value: string; set: string}> {
  const answer = await ask({method: 'POST', url: '/login', payload: {token: TOKEN}, ...more});
  expect(answer.statusCode).toBe(303);
  return {value: answer.cookies[0]?.value ?? '', set: String(answer.headers['set-cookie'])};
}

describe('headers', () => {
  test.each(['/who', '/ui/cases', '/not/there', '/health'])('%s allows nothing but what the console itself has', async (url) => {
    const {headers} = await (await consoleWith())({url});
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
  });

  test('are on refusals too; an asset says itself how long it is kept', async () => {
    const ask = await consoleWith(asks);
    const refused = await ask({url: '/who'});
    expect(refused.statusCode).toBe(401);
    expect(refused.headers).toMatchObject({'x-frame-options': 'DENY', 'cache-control': 'no-store'});
    expect((await ask({url: '/assets/console.css'})).headers['cache-control']).toBe('no-cache');
  });
});

describe('Host', () => {
  const at = (address: string): Env => ({...asks, PORTWRIGHT_CONSOLE: address});
  test.each([
    ['127.0.0.1:8787', {}, 200],
    ['localhost', {}, 200],
    ['LOCALHOST:1', {}, 200],
    ['localhost.:8787', {}, 200],
    ['[::1]:8787', {}, 200],
    ['127.0.0.3', {}, 200],
    ['evil.example', {}, 421],
    ['evil.example:8787', {}, 421],
    ['localhost.evil.example', {}, 421],
    ['127.0.0.1.evil.example', {}, 421],
    ['evil.example@127.0.0.1', {}, 421],
    ['127.0.0.1:8787/x', {}, 421],
    ['192.168.1.5:8787', {}, 421],
    ['[fd00::1]:8787', {}, 421],
    ['console.example', {PORTWRIGHT_CONSOLE_HOSTS: 'console.example'}, 200],
    ['CONSOLE.example:443', {PORTWRIGHT_CONSOLE_HOSTS: 'console.example'}, 200],
    ['sub.console.example', {PORTWRIGHT_CONSOLE_HOSTS: 'console.example'}, 421],
    ['console.example', {PORTWRIGHT_CONSOLE_URL: 'https://console.example/'}, 200],
    ['192.168.1.5:8787', at('0.0.0.0:8787'), 200],
    ['[fd00::1]:8787', at('[::]:8787'), 200],
    ['localhost:8787', at('0.0.0.0:8787'), 200],
    ['evil.example', at('0.0.0.0:8787'), 421],
    ['build.example:8787', at('Build.example:8787'), 200],
    ['evil.example', at('build.example:8787'), 421],
  ])('%s with %j is answered with %i', async (host, env: Env, status) => {
    const ask = await consoleWith(env);
    const answer = await ask({url: '/health', headers: {host}});
    expect(answer.statusCode).toBe(status);
    if (status === 421) expect(answer.json().error).toMatch(/PORTWRIGHT_CONSOLE_HOSTS/);
  });

  test('with a token a wrong one is refused as well, and a page says so', async () => {
    const answer = await (await consoleWith(asks))({
      url: '/who',
      headers: {host: '<b>evil', ...browser, authorization: `Bearer ${TOKEN}`},
    });
    expect(answer.statusCode).toBe(421);
    expect(answer.body).toContain('&lt;b');
    expect(answer.body).not.toContain('<b>');
  });
});

describe('requests that change something', () => {
  test.each([
    ['a client that is no browser', {}, 200],
    ['its own page', {origin: 'http://127.0.0.1:8787', 'sec-fetch-site': 'same-origin'}, 200],
    ['its own page behind TLS', {origin: 'https://127.0.0.1:8787'}, 200],
    ['a person', {'sec-fetch-site': 'none'}, 200],
    ['another page', {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'}, 403],
    ['another page by its origin only', {origin: 'https://evil.example'}, 403],
    ['another page by its site only', {'sec-fetch-site': 'cross-site'}, 403],
    ['a page of the same site', {'sec-fetch-site': 'same-site'}, 403],
    ['a page at another port', {origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-site'}, 403],
    ['a page at another name of this machine', {origin: 'http://localhost:8787'}, 403],
    ['a page without an origin', {origin: 'null'}, 403],
    ['a page whose origin begins as ours', {origin: 'http://127.0.0.1:8787.evil.example'}, 403],
    ['a page with our host as its user', {origin: 'http://127.0.0.1:8787@evil.example'}, 403],
    ['an extension', {origin: 'moz-extension://127.0.0.1:8787'}, 403],
    ['an empty origin', {origin: ''}, 403],
  ])('from %s', async (_, headers, status) => {
    const answer = await (await consoleWith())({method: 'POST', url: '/write', payload: {}, headers});
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json().error).toMatch(/^Only pages of this console may change something/);
  });

  test.each([
    ['https://console.example', 'console.example', 200],
    ['https://console.example', 'console.example:443', 200],
    ['http://console.example', 'console.example:80', 200],
    ['https://console.example', 'console.example:8787', 403],
    ['https://console.example:8443', 'console.example', 403],
    ['https://console.example', 'console.example:99999', 403],
  ])('from %s to %s', async (origin, host, status) => {
    const ask = await consoleWith({PORTWRIGHT_CONSOLE_HOSTS: 'console.example'});
    expect((await ask({method: 'POST', url: '/write', payload: {}, headers: {origin, host}})).statusCode).toBe(status);
  });

  test('that name no page come with the token, not with a cookie', async () => {
    const ask = await consoleWith(asks);
    const {value} = await logIn(ask);
    const write = {method: 'POST', url: '/write', payload: {}} as const;
    const refused = await session(ask, value, write);
    expect(refused.statusCode).toBe(403);
    expect(refused.json().error).toMatch(/Authorization: Bearer/);
    const own = {...write, headers: {origin: 'http://127.0.0.1:8787'}};
    expect((await session(ask, value, own)).statusCode).toBe(200);
    expect((await ask({...write, headers: {authorization: `Bearer ${TOKEN}`}})).statusCode).toBe(200);
    expect((await ask({...own, headers: {...own.headers, origin: 'http://evil.example'}})).statusCode).toBe(403);
  });

  test('that name no page and come by a proxy have no cookie', async () => {
    const ask = await consoleWith(proxied);
    const write = {method: 'POST', url: '/write', payload: {}, headers: {'x-forwarded-user': 'ann'}} as const;
    expect((await ask(write)).statusCode).toBe(200);
    expect((await ask({...write, cookies: {proxy: 'session'}})).statusCode).toBe(403);
  });

  test('have no body of another type than those of forms and JSON', async () => {
    const ask = await consoleWith();
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml'])
      expect((await ask({method: 'POST', url: '/write', payload: '{}', headers: {'content-type': type}})).statusCode).toBe(415);
  });
});

describe('the token', () => {
  test.each([
    ['none', undefined, 401],
    ['the right one', `Bearer ${TOKEN}`, 200],
    ['the right one in another way', `bearer  ${TOKEN} `, 200],
    ['a wrong one', 'Bearer wrong-token-of-24-chars', 401],
    ['a part of it', `Bearer ${TOKEN.slice(0, -1)}`, 401],
    ['another scheme', `Basic ${TOKEN}`, 401],
    ['nothing behind it', 'Bearer ', 401],
  ])('%s', async (_, authorization, status) => {
    const answer = await (await consoleWith(asks))({url: '/who', ...(authorization ? {headers: {authorization}} : {})});
    expect(answer.statusCode).toBe(status);
    if (status !== 401) return;
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json().error).toMatch(/log in at \/login/);
  });

  test.each(['/health', '/%68ealth', '/login', '/assets/console.css', '/assets/app.js'])('%s asks for none', async (url) => {
    const {statusCode} = await (await consoleWith(asks))({url});
    expect([200, 404]).toContain(statusCode);
  });

  test.each(['/', '/who', '/ui/cases', '/not/there', '/healthy', '/health/../who', '//health', '/assets', '/assets/../who'])(
    '%s asks for it',
    async (url) => {
      expect((await (await consoleWith(asks))({url})).statusCode).toBe(401);
    },
  );

  test('is not asked for, and there is no login, where none is set', async () => {
    const ask = await consoleWith();
    expect((await ask({url: '/who'})).statusCode).toBe(200);
    expect((await ask({url: '/login'})).statusCode).toBe(404);
    expect((await ask({method: 'POST', url: '/login', payload: {token: ''}})).statusCode).toBe(404);
  });
});

describe('guesses of the token in a header', () => {
  const guess = (ask: Ask, token: string, remoteAddress = '10.0.0.1', url = '/who') =>
    ask({url, remoteAddress, headers: {authorization: `Bearer ${token}`}});

  test('are not checked any more after ten in a minute, the right one neither; other addresses are not affected', async () => {
    const ask = await consoleWith(asks);
    for (let nth = 1; nth <= 10; nth += 1) expect((await guess(ask, `guess-${nth}`)).statusCode).toBe(401);
    const late = await guess(ask, TOKEN);
    expect(late.statusCode).toBe(429);
    expect(late.json().error).toMatch(/Too many wrong tokens came from this address/);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect((await guess(ask, TOKEN, '10.0.0.2')).statusCode).toBe(200);
    expect((await guess(ask, TOKEN, '10.0.0.1', '/health')).statusCode).toBe(200);
    const {value} = await logIn(ask, {remoteAddress: '10.0.0.1'});
    expect((await session(ask, value, {remoteAddress: '10.0.0.1'})).statusCode).toBe(200);
  });

  test('count once each: a client with an old token locks nobody out', async () => {
    const ask = await consoleWith(asks);
    for (let nth = 0; nth < 20; nth += 1) expect((await guess(ask, 'the-token-of-last-year')).statusCode).toBe(401);
    expect((await guess(ask, TOKEN)).statusCode).toBe(200);
  });

  test('behind a proxy count for the address that it names', async () => {
    const ask = await consoleWith({...asks, PORTWRIGHT_CONSOLE_PROXY: '10.9.9.9'});
    const by = (token: string, client: string) =>
      ask({
        url: '/who',
        remoteAddress: '10.9.9.9',
        headers: {authorization: `Bearer ${token}`, 'x-forwarded-for': `forged, ${client}`},
      });
    for (let nth = 0; nth < 10; nth += 1) await by(`guess-${nth}`, '192.0.2.1');
    expect((await by(TOKEN, '192.0.2.1')).statusCode).toBe(429);
    expect((await by(TOKEN, '192.0.2.2')).statusCode).toBe(200);
  });
});

test('a role of the token that is lower is that of its sessions too', async () => {
  const ask = await consoleWith({...asks, PORTWRIGHT_CONSOLE_TOKEN_ROLE: 'viewer'});
  const {value} = await logIn(ask);
  const write = {method: 'POST', url: '/write', payload: {}, headers: {origin: 'http://127.0.0.1:8787'}} as const;
  const refused = await session(ask, value, write);
  expect(refused.statusCode).toBe(403);
  expect(refused.json().error).toMatch(/needs the role admin, and you are viewer with the console’s token/);
  expect((await session(ask, value, {url: '/ui/cases'})).statusCode).toBe(200);
});

describe('sessions', () => {
  const now = 1_800_000_000_000;
  const sealed = sealSession(TOKEN, now);

  test('end after twelve hours', () => {
    expect(isSession(TOKEN, sealed, now)).toBe(true);
    expect(isSession(TOKEN, sealed, now + SESSION_SECONDS * 1000 - 1)).toBe(true);
    expect(isSession(TOKEN, sealed, now + SESSION_SECONDS * 1000)).toBe(false);
    expect(SESSION_SECONDS).toBe(12 * 3600);
  });

  test.each([
    ['of another token', sealSession(`${TOKEN}x`, now)],
    ['that is prolonged', sealed.replace(/^\d/, '9')],
    ['with a proof of another end', `${now + 1}.${sealed.split('.')[1]}`],
    ['without its proof', sealed.split('.')[0]],
    ['with an empty proof', `${sealed.split('.')[0]}.`],
    ['with more behind it', `${sealed}x`],
    ['that never ends', `Infinity.${sealed.split('.')[1]}`],
    ['that is none', undefined],
  ])('one %s is none', (_, value) => {
    expect(isSession(TOKEN, value, now)).toBe(false);
  });

  test('the login makes one that no script and no other page has', async () => {
    const ask = await consoleWith(asks);
    const {value, set} = await logIn(ask);
    expect(set).toMatch(/^portwright_session=/);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']) expect(set.split('; ')).toContain(part);
    expect(set).not.toContain('Secure');
    expect(set).not.toContain(TOKEN);
    expect((await session(ask, value)).statusCode).toBe(200);
    expect((await session(ask, `${value}x`)).statusCode).toBe(401);
    expect((await session(ask, sealSession(TOKEN, Date.now() - SESSION_SECONDS * 1000))).statusCode).toBe(401);
    const other = await consoleWith({PORTWRIGHT_CONSOLE_TOKEN: `${TOKEN}-2`});
    expect((await session(other, value)).statusCode).toBe(401);
  });

  test.each([
    ['a proxy that ended TLS', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1'}, '10.0.0.1', 'https', true],
    ['a proxy that did not', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1'}, '10.0.0.1', 'http', false],
    ['somebody who says so', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1'}, '10.0.0.2', 'https', false],
    ['a proxy here', {}, '127.0.0.1', 'https', true],
  ])('one by %s is Secure where it should be', async (_, env: Env, remoteAddress, proto, secure) => {
    const ask = await consoleWith({...asks, ...env});
    const {set} = await logIn(ask, {remoteAddress, headers: {'x-forwarded-proto': proto}});
    expect(set.includes('Secure')).toBe(secure);
  });

  test('a login gives no session that was there before, and ends the one of the browser', async () => {
    const ask = await consoleWith(asks);
    const before = await logIn(ask);
    const own = {headers: {origin: 'http://127.0.0.1:8787'}};
    const after = await logIn(ask, {...own, cookies: {[SESSION_COOKIE]: before.value}});
    expect(after.value).not.toBe(before.value);
    expect((await session(ask, before.value)).statusCode).toBe(401);
    const planted = await logIn(ask, {...own, cookies: {[SESSION_COOKIE]: 'planted'}});
    expect(planted.value).not.toBe('planted');
    expect((await session(ask, 'planted')).statusCode).toBe(401);
  });

  test('a response that lasts longer than its session ends with it', async () => {
    const app = fastify();
    apps.push(app);
    await app.register(cookie);
    await app.register(formbody);
    registerAccess(app, consoleSettings(asks, {}));
    app.get('/ui/events', (_, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, {'content-type': 'text/event-stream'});
      reply.raw.write('data: first\n\n');
    });
    await app.ready();
    const value = sealSession(TOKEN, Date.now() - SESSION_SECONDS * 1000 + 300);
    const headers = {host: '127.0.0.1:8787', cookie: `${SESSION_COOKIE}=${value}`};
    const answer = await app.inject({url: '/ui/events', headers});
    expect(answer.body).toBe('data: first\n\n');
    expect(isSession(TOKEN, value, Date.now())).toBe(false);
  });

  test('the logout takes it back', async () => {
    const ask = await consoleWith(asks);
    const answer = await ask({method: 'POST', url: '/logout', headers: {origin: 'http://127.0.0.1:8787'}});
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/login');
    expect(answer.headers['set-cookie']).toMatch(/^portwright_session=;.*Expires=Thu, 01 Jan 1970/);
  });
});

describe('the logout', () => {
  const out = (ask: Ask, value: string) =>
    session(ask, value, {method: 'POST', url: '/logout', headers: {origin: 'http://127.0.0.1:8787'}});

  test('ends the session on the server: a copy of its cookie is refused, another session goes on', async () => {
    const ask = await consoleWith(asks);
    const [mine, other] = [await logIn(ask), await logIn(ask)];
    expect(mine.value).not.toBe(other.value);
    expect((await out(ask, mine.value)).statusCode).toBe(303);
    expect((await session(ask, mine.value)).statusCode).toBe(401);
    expect((await session(ask, other.value)).statusCode).toBe(200);
  });

  test('ends nothing for a value that is no session', async () => {
    const ended = new EndedSessions();
    let ends = 0;
    ended.onEnd = () => {
      ends += 1;
    };
    const ask = await consoleWith(asks, {ended, secretFile: undefined});
    const {value} = await logIn(ask);
    for (const none of ['x', `${value}x`, sealSession(`${TOKEN}x`, Date.now()), value.replace(/^./, '2')]) await out(ask, none);
    expect(ends).toBe(0);
    await out(ask, value);
    await out(ask, value);
    expect(ends).toBe(1);
  });

  test('holds over a restart, by a file for its owner alone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'portwright-sessions-'));
    const file = join(dir, 'ended-sessions');
    try {
      const now = 1_800_000_000_000;
      const [ended, over] = [sealSession(TOKEN, now), sealSession(TOKEN, now - SESSION_SECONDS * 999)];
      const sessions = new EndedSessions(file);
      let cuts = 0;
      sessions.onEnd = () => {
        cuts += 1;
      };
      sessions.end(over, now);
      sessions.end(ended, now + 1000);
      expect(cuts).toBe(2);
      const again = new EndedSessions(file);
      expect([again.has(ended), again.has(over), again.has(sealSession(TOKEN, now))]).toEqual([true, true, false]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
      expect(readFileSync(file, 'utf8')).not.toContain(ended.split('.')[1] ?? '');
      again.end(sealSession(TOKEN, now + SESSION_SECONDS * 999), now + SESSION_SECONDS * 999);
      expect(new EndedSessions(file).has(over)).toBe(false);
    } finally {
      rmSync(dir, {recursive: true});
    }
  });
});

describe('the login', () => {
  test('a browser is sent there from what it may not see, and back', async () => {
    const ask = await consoleWith(asks);
    const sent = await ask({url: '/ui/cases?phase=patch&q=a%20b', headers: browser});
    expect(sent.statusCode).toBe(303);
    const to = new URL(String(sent.headers.location), 'http://x').searchParams.get('to') ?? '';
    expect(to).toBe('/ui/cases?phase=patch&q=a%20b');
    const form = await ask({url: String(sent.headers.location), headers: browser});
    expect(form.body).toContain('name="to" value="/ui/cases?phase=patch&amp;q=a%20b"');
    expect(form.body).toMatch(/<form[^>]* method="post"[^>]* action="\/login"|<form method="post" action="\/login"/);
    expect(form.body).not.toMatch(/<script|style=/);
    const payload = new URLSearchParams({token: TOKEN, to}).toString();
    const headers = {'content-type': 'application/x-www-form-urlencoded', origin: 'http://127.0.0.1:8787'};
    const back = await ask({method: 'POST', url: '/login', payload, headers});
    expect(back).toMatchObject({statusCode: 303, headers: {location: to}});
    const away = await ask({method: 'POST', url: '/login', payload: {token: TOKEN, to: '//evil.example'}});
    expect(away).toMatchObject({statusCode: 303, headers: {location: '/'}});
    const again = await session(ask, back.cookies[0]?.value ?? '', {url: '/login?to=/who'});
    expect(again).toMatchObject({statusCode: 303, headers: {location: '/who'}});
  });

  test('another page cannot log a browser in', async () => {
    const headers = {origin: 'https://evil.example'};
    const answer = await (await consoleWith(asks))({method: 'POST', url: '/login', payload: {token: TOKEN}, headers});
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('a link from elsewhere, which has no cookie, goes on by a page of ours', async () => {
    const ask = await consoleWith(asks);
    const headers = {...browser, 'sec-fetch-site': 'cross-site'};
    const onward = await ask({url: '/ui/cases?q=a', headers});
    expect(onward.statusCode).toBe(200);
    expect(onward.body).toContain('content="0; url=/ui/cases?q=a"');
    expect(onward.body).not.toContain('<h1>Cases');
    const next = await ask({url: '/ui/cases?q=a', headers: {...browser, 'sec-fetch-site': 'same-origin'}});
    expect(next.statusCode).toBe(303);
    expect((await session(ask, 'stale', {url: '/ui/cases', headers})).statusCode).toBe(303);
    expect((await ask({url: '//evil.example/"><script>', headers})).body).toContain('content="0; url=/"');
  });

  test('a form that is sent without a session says how to send it again', async () => {
    const headers = {...browser, origin: 'http://127.0.0.1:8787'};
    const answer = await (await consoleWith(asks))({method: 'POST', url: '/write', payload: {text: 'x'}, headers});
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('What you wrote is not lost');
  });

  test('a wrong token is refused in words, ten of them for the rest of a minute, the right one too', async () => {
    const ask = await consoleWith(asks);
    const give = (token: string): Promise<LightMyRequestResponse> =>
      ask({method: 'POST', url: '/login', payload: {token, to: '/who'}});
    for (let nth = 1; nth <= 10; nth += 1) {
      const answer = await give(`wrong ${nth}`);
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toContain('That is not the token');
      expect(answer.body).toContain('name="to" value="/who"');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const late = await give(TOKEN);
    expect(late.statusCode).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect(late.headers['set-cookie']).toBeUndefined();
    expect((await ask({url: '/who', headers: {authorization: `Bearer ${TOKEN}`}})).statusCode).toBe(200);
  });

  test('wrong tokens from one address do not keep another from logging in, behind a proxy neither', async () => {
    const ask = await consoleWith({...asks, PORTWRIGHT_CONSOLE_PROXY: '10.9.9.9'});
    const give = async (token: string, remoteAddress: string, forwarded?: string): Promise<number> => {
      const headers = forwarded === undefined ? {} : {'x-forwarded-for': forwarded};
      return (await ask({method: 'POST', url: '/login', payload: {token}, remoteAddress, headers})).statusCode;
    };
    for (let nth = 0; nth < 10; nth += 1) expect(await give('wrong', '10.0.0.1')).toBe(401);
    expect(await give(TOKEN, '10.0.0.1')).toBe(429);
    expect(await give(TOKEN, '10.0.0.1', '10.0.0.7')).toBe(429);
    expect(await give(TOKEN, '10.0.0.2')).toBe(303);
    for (let nth = 0; nth < 10; nth += 1) expect(await give('wrong', '10.9.9.9', `forged-${nth}, 192.0.2.1`)).toBe(401);
    expect(await give(TOKEN, '10.9.9.9', '192.0.2.1')).toBe(429);
    expect(await give(TOKEN, '10.9.9.9', '192.0.2.1, 192.0.2.2')).toBe(303);
  });

  test.each([
    ['2001:db8::1', '2001:db8:0:0:ffff::7', true],
    ['2001:DB8:0:0:1:2:3:4', '2001:db8::', true],
    ['2001:db8:0:1::1', '2001:db8::1', false],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['fe80::1%eth0', 'fe80::2', true],
    ['::1', '127.0.0.1', false],
  ])('%s and %s: the same machine %s', (one, other, same) => {
    const wrong = new WrongLogins();
    for (let at = 0; at < 10; at += 1) wrong.note(one, 0);
    expect(wrong.waitMs(one, 1)).toBe(59_999);
    expect(wrong.waitMs(other, 1) > 0).toBe(same);
  });

  test('addresses are counted up to a limit, the first ones forgotten', () => {
    const wrong = new WrongLogins();
    for (let nth = 0; nth < 10; nth += 1) wrong.note('192.0.2.1', 0);
    for (let nth = 0; nth < 10_000; nth += 1) wrong.note(`10.0.${nth >> 8}.${nth & 255}`, 1);
    expect(wrong.waitMs('192.0.2.1', 2)).toBe(0);
  });

  test('wrong ones are forgotten with their minute', () => {
    const wrong = new WrongLogins();
    for (let at = 0; at < 10; at += 1) wrong.note('10.0.0.1', at * 1000);
    expect(wrong.waitMs('10.0.0.1', 10_000)).toBe(50_000);
    expect(wrong.waitMs('10.0.0.1', 59_999)).toBe(1);
    expect(wrong.waitMs('10.0.0.1', 60_000)).toBe(0);
    for (let at = 0; at < 9; at += 1) wrong.note('10.0.0.1', 60_000);
    expect(wrong.waitMs('10.0.0.1', 60_001)).toBe(0);
    wrong.note('10.0.0.1', 70_000);
    expect(wrong.waitMs('10.0.0.1', 70_000)).toBe(50_000);
  });

  test.each([
    ['/ui/cases/port%3A%402026Q2%3Anet%2Ffoo?run=a', undefined],
    ['/', undefined],
    ['/ui/login', undefined],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/a\\b', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['evil', '/'],
    ['', '/'],
    ['/login?to=/login', '/'],
    ['/logout', '/'],
    [`/${'a'.repeat(2000)}`, '/'],
    [['/a', '/b'], '/'],
    [undefined, '/'],
  ])('goes on from %j only within the console', (given, expected) => {
    const path = ownPath(given);
    expect(path).toBe(expected ?? given);
    expect(new URL(path, 'http://console').origin).toBe('http://console');
  });
});

describe('a reverse proxy', () => {
  const by = {'x-forwarded-user': 'ann'};
  test.each([
    ['its user', {}, '127.0.0.1', by, 200],
    ['its user by IPv6', {}, '::1', by, 200],
    ['its user by a mapped address', {}, '::ffff:127.0.0.1', by, 200],
    ['no user', {}, '127.0.0.1', {}, 401],
    ['an empty user', {}, '127.0.0.1', {'x-forwarded-user': ' '}, 401],
    ['a user that is too long', {}, '127.0.0.1', {'x-forwarded-user': 'a'.repeat(201)}, 401],
    ['two users', {}, '127.0.0.1', {'x-forwarded-user': ['bo', 'ann']}, 401],
    ['two users in one header', {}, '127.0.0.1', {'x-forwarded-user': 'bo, ann'}, 401],
    ['a user and nobody', {}, '127.0.0.1', {'x-forwarded-user': 'ann,'}, 401],
    ['a user from another machine', {}, '10.0.0.1', by, 403],
    ['a user from a proxy that is named', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1, fd00:0::1'}, '10.0.0.1', by, 200],
    ['a user from one that is written otherwise', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1, fd00:0::1'}, 'fd00::1', by, 200],
    ['a user from here, where only others are named', {PORTWRIGHT_CONSOLE_PROXY: '10.0.0.1'}, '127.0.0.1', by, 403],
    ['the token from another machine', asks, '10.0.0.1', {authorization: `Bearer ${TOKEN}`}, 200],
    ['a wrong token from another machine', asks, '10.0.0.1', {...by, authorization: 'Bearer wrong'}, 403],
    ['a user, where a token is set too', asks, '127.0.0.1', by, 200],
    ['nobody, where a token is set too', asks, '127.0.0.1', {}, 401],
  ])('%s', async (_, env: Env, remoteAddress, headers: Record<string, string | string[]>, status) => {
    const answer = await (await consoleWith({...proxied, ...env}))({url: '/who', remoteAddress, headers});
    expect(answer.statusCode).toBe(status);
    if (status === 401) expect(answer.json().error).toMatch(/must send the header x-forwarded-user/);
    if (status === 403) expect(answer.json().error).toMatch(/is not one of PORTWRIGHT_CONSOLE_PROXY/);
  });

  test('says who asks, whatever else is said', async () => {
    const ask = await consoleWith({...proxied, ...asks});
    const cookies = {portwright_name: 'bo'};
    const who = async (request: InjectOptions): Promise<unknown> => (await ask({url: '/who', ...request})).json().who;
    expect(await who({headers: by, cookies})).toEqual({name: 'ann', fixed: true});
    expect(await who({headers: {...by, authorization: `Bearer ${TOKEN}`}, cookies})).toEqual({name: 'ann', fixed: true});
    const name = Buffer.from('Jörg Müller', 'utf8').toString('latin1');
    expect(await who({headers: {'x-forwarded-user': name}})).toEqual({name: 'Jörg Müller', fixed: true});
    const elsewhere = {remoteAddress: '10.0.0.1', headers: {...by, authorization: `Bearer ${TOKEN}`}, cookies};
    expect(await who(elsewhere)).toEqual({name: 'bo', fixed: false});
  });

  test('is told to browsers too', async () => {
    const answer = await (await consoleWith(proxied))({url: '/ui/cases', remoteAddress: '10.0.0.1', headers: browser});
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.body).toContain('PORTWRIGHT_CONSOLE_PROXY');
  });

  test('without a header of its own is nobody: the header counts for nothing', async () => {
    const who = (await (await consoleWith())({url: '/who', headers: by})).json().who;
    expect(who).toBeNull();
  });
});

describe('the operator', () => {
  const who = async (env: Env, request: InjectOptions = {}): Promise<unknown> =>
    (await (await consoleWith(env))({url: '/who', ...request})).json().who;

  test('is whom the person named last, else who started the console here, else nobody', async () => {
    expect(await who({USER: 'ann'}, {cookies: {portwright_name: 'Bo Ö.'}})).toEqual({name: 'Bo Ö.', fixed: false});
    expect(await who({USER: 'ann'})).toEqual({name: 'ann', fixed: false});
    expect(await who({})).toBeNull();
    const authorization = `Bearer ${TOKEN}`;
    const elsewhere = {headers: {host: '10.0.0.1:8787', authorization}};
    expect(await who({...asks, USER: 'ann', PORTWRIGHT_CONSOLE: '0.0.0.0:8787'}, elsewhere)).toBeNull();
  });

  test.each([
    ['ann', true],
    ['Ann O’Neill (ops)', true],
    ['李小龍', true],
    ['a'.repeat(200), true],
    ['a'.repeat(201), false],
    ['', false],
    [' ann', false],
    ['ann\n', false],
    ['a\u0000b', false],
    ['a\u202eb', false],
    ['a\u200bb', false],
    ['a\u2028b', false],
  ])('%j may be a name: %s', async (name, may) => {
    expect(isName(name)).toBe(may);
    expect(await who({}, {cookies: {portwright_name: name}})).toEqual(may ? {name, fixed: false} : null);
  });
});
