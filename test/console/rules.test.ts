import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import swagger from '@fastify/swagger';
import type {FastifyInstance, InjectOptions, LightMyRequestResponse} from 'fastify';
import {ACTION_NAMES, actionOf} from '../../src/case/operator/actions.ts';
import {registerAccess} from '../../src/console/access/access.ts';
import {covers, ROLES, type Role, roleFor} from '../../src/console/access/roles.ts';
import {ACTION_ROLES, neededFor, ruledRoutes} from '../../src/console/access/rules.ts';
import {Cache} from '../../src/console/cache/cache.ts';
import type {Reading} from '../../src/console/context.ts';
import {EventStream} from '../../src/console/events/stream.ts';
import {consoleApp} from '../../src/console/http.ts';
import {consoleRoutes} from '../../src/console/routes.ts';
import {consoleSettings} from '../../src/console/settings.ts';

const TOKEN = 'a-token-of-24-characters';
const ENV = {
  PORTWRIGHT_CONSOLE_TOKEN: TOKEN,
  PORTWRIGHT_CONSOLE_URL: 'http://127.0.0.1:8787',
  PORTWRIGHT_OIDC_ISSUER: 'https://id.example',
  PORTWRIGHT_OIDC_CLIENT_ID: 'portwright',
  PORTWRIGHT_CONSOLE_USER_HEADER: 'X-Forwarded-User',
  PORTWRIGHT_CONSOLE_GROUPS_HEADER: 'X-Forwarded-Groups',
  PORTWRIGHT_CONSOLE_ROLES: 'admin=a, operator=o, viewer=v',
  PORTWRIGHT_CONSOLE_PUBLIC: '1',
};

let app: FastifyInstance;
let cache: Cache;
let stream: EventStream;
let routes: string[];

/** The complete console without a Temporal server: each route that there is. */
beforeAll(async () => {
  cache = new Cache(':memory:');
  stream = new EventStream(cache);
  app = consoleApp();
  routes = [];
  app.addHook('onRoute', ({method, url}) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  await app.register(cookie);
  await app.register(formbody);
  await app.register(swagger, {openapi: {info: {title: 'test', version: '1'}}});
  registerAccess(app, consoleSettings(ENV, {}));
  const reading: Reading = {
    env: {},
    roots: [],
    cache,
    client: () => undefined,
    health: () => ({
      temporalProblem: 'not reached',
      runner: {status: 'unknown', job_id: null, current_stage: null, started_at: null, updated_at: null, stale: true},
      pools: [],
      day: undefined,
    }),
    reading: () => null,
    webUi: undefined,
    bundle: async () => undefined,
    openCase: async () => undefined,
  };
  await consoleRoutes(app, {
    reading,
    stream,
    render: (_request, reply, {title}) => reply.type('text/html').send(title),
    send: async () => 'sent',
    ask: async () => 1,
    policyTiers: async () => [],
  });
  await app.ready();
});
afterAll(async () => {
  stream.close();
  await app.close();
  cache.close();
});

const PROXY = {admin: 'a', operator: 'o', viewer: 'v', public: undefined} as const;

/** Sends a request to a route, as somebody with this role. */
function ask(route: string, role: Role, more: InjectOptions = {}): Promise<LightMyRequestResponse> {
  const [method = '', url = ''] = route.split(' ');
  const group = PROXY[role];
  const identity = group === undefined ? {} : {'x-forwarded-user': 'ann', 'x-forwarded-groups': `other, ${group}`};
  return app.inject({
    ...{method: method as 'GET', url: url.replace('*', 'x').replace(/:\w+/g, 'x'), ...more},
    headers: {host: '127.0.0.1:8787', ...identity, ...more.headers},
  });
}

test('each route of the console has a rule, and each rule a route', () => {
  expect([...new Set(routes)].sort()).toEqual([...ruledRoutes()].sort());
  expect(routes.filter((one) => one.startsWith('POST /')).length).toBe(2 * ACTION_NAMES.length + 6);
});

test('what has no rule is for admins, and a path that is not there for viewers', () => {
  expect(neededFor('GET', '/ui/forgotten')).toBe('admin');
  expect(neededFor('DELETE', '/ui/cases')).toBe('admin');
  expect(neededFor('HEAD', '/ui/cases')).toBe('viewer');
  expect(neededFor('GET', undefined)).toBe('viewer');
});

test('each route lets in the roles that its rule names, and no other', async () => {
  const odd: string[] = [];
  for (const route of new Set(routes)) {
    const [method = '', path = ''] = route.split(' ');
    const needed = neededFor(method, path);
    if (needed === 'anyone' || path === '/events') continue;
    for (const role of ROLES) {
      const {statusCode} = await ask(route, role);
      const isIn = statusCode !== 401 && statusCode !== 403;
      if (isIn !== covers(role, needed)) odd.push(`${route} answers ${statusCode} to ${role}`);
    }
  }
  expect(odd).toEqual([]);
});

test('each route that changes something refuses the pages of others, also for an admin', async () => {
  const odd: string[] = [];
  const posts = [...new Set(routes)].filter((one) => !one.startsWith('GET '));
  for (const route of posts) {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      const {statusCode} = await ask(route, 'admin', {payload: {}, headers: {origin}});
      if (statusCode !== 403) odd.push(`${route} answers ${statusCode} to ${origin}`);
    }
    // A browser that names no page has only its cookies.
    const silent = await ask(route, 'admin', {payload: {}, cookies: {any: 'cookie'}});
    if (silent.statusCode !== 403) odd.push(`${route} answers ${silent.statusCode} without an origin`);
  }
  expect(odd).toEqual([]);
  expect(posts.length).toBeGreaterThan(15);
});

describe('a role that is too low', () => {
  const path = `/ui/cases/x/${actionOf('accept').path}`;

  test('is refused in a text that names the role and the way to it', async () => {
    const refused = await ask(`POST ${path}`, 'viewer', {payload: {}, headers: {accept: 'text/html'}});
    expect(refused.statusCode).toBe(403);
    expect(refused.headers['content-type']).toMatch(/^text\/html/);
    expect(refused.body).toContain(
      'This needs the role operator, and you are viewer as ann by the reverse proxy. Nothing was done.',
    );
    const program = await ask('POST /api/v1/cases/x/budget', 'operator', {payload: {}});
    expect(program.json().error).toMatch(/needs the role admin, and you are operator/);
  });

  test('of nobody is asked to log in, and lands on the public pages', async () => {
    const browser = {headers: {accept: 'text/html', origin: 'http://127.0.0.1:8787'}};
    expect((await ask('GET /ui/cases', 'public', browser)).headers.location).toBe('/login?to=%2Fui%2Fcases');
    expect((await ask('GET /', 'public', browser)).headers.location).toBe('/public');
    expect((await ask(`POST ${path}`, 'public', {...browser, payload: {}})).statusCode).toBe(401);
    expect((await ask('GET /public', 'public', browser)).statusCode).toBe(200);
  });

  test('of a proxy’s user without a group that has one', async () => {
    const headers = {'x-forwarded-user': 'dee', 'x-forwarded-groups': 'other'};
    const refused = await ask('GET /public', 'public', {headers});
    expect(refused.statusCode).toBe(403);
    expect(refused.json().error).toMatch(/dee has no role here.*header x-forwarded-groups/);
    const added = await ask('GET /ui/cases', 'public', {headers: {...headers, 'x-forwarded-groups': ['a', 'other']}});
    expect(added.statusCode).toBe(401);
    expect(added.json().error).toMatch(/x-forwarded-groups at most once; it came 2 times/);
  });

  test('of the token, where the settings lower it', async () => {
    const {tokenRole} = consoleSettings({...ENV, PORTWRIGHT_CONSOLE_TOKEN_ROLE: 'viewer'}, {});
    expect(tokenRole).toBe('viewer');
    const headers = {authorization: `Bearer ${TOKEN}`};
    expect((await ask('POST /api/v1/cases/x/budget', 'public', {headers, payload: {}})).statusCode).toBe(404);
  });
});

test.each([
  [[], [], undefined],
  [['a'], ['a'], 'viewer'],
  [['b', 'a'], ['a', 'b'], 'operator'],
  [['c'], ['c', 'b'], 'admin'],
  [['x'], ['x'], undefined],
  [['A'], ['A'], undefined],
])('groups %j give a role by the map', (_, groups, expected) => {
  const rules = [
    {role: 'viewer', value: 'a'},
    {role: 'admin', value: 'c'},
    {role: 'operator', value: 'b'},
  ] as const;
  expect(roleFor(rules, groups)).toBe(expected);
  expect(roleFor([...rules, {role: 'viewer', value: '*'}], groups)).toBe(expected ?? 'viewer');
});

test('a grant needs an admin, every other action an operator', () => {
  const {grantBudget, ...others} = ACTION_ROLES;
  expect(grantBudget).toBe('admin');
  expect(new Set(Object.values(others))).toEqual(new Set(['operator']));
});
