import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {ConsoleSettings} from '../settings.ts';
import {EndedSessions} from './ended-sessions.ts';
import {closedPage, onwardPage, sessionOverPage} from './entry-pages.tsx';
import {type Entry, Gate} from './gate.ts';
import {loginRoutes} from './login.ts';
import {isName} from './names.ts';
import {isReading, refuseForeign, refuseHost, statesOrigin} from './origin.ts';
import {ownPath} from './own-path.ts';
import {SESSION_COOKIE} from './session.ts';

/** Who asks. */
export interface Operator {
  /** 1 to 200 printable characters. */
  readonly name: string;
  /** Whether a reverse proxy vouches for the name; otherwise it is what the operator typed last, or a proposal. */
  readonly fixed: boolean;
}

/** Cookie of the name that the operator typed last. */
export const NAME_COOKIE = 'portwright_name';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // With no-referrer, browsers would call the origin of our own forms null.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** What anybody may have: the login, with what its page is made of, and whether the console is there. */
const OPEN = new Set(['/health', '/login', '/logout', '/assets/console.css', '/assets/icon.svg']);

const OPERATORS = new WeakMap<object, Operator>();

/** Returns who made a request; undefined if nothing names the operator. */
export function operatorOf(request: object): Operator | undefined {
  return OPERATORS.get(request);
}

/** Has every route of `app` ask who may use it, and adds the login. Needs the plugins for cookies and forms. */
export function registerAccess(app: FastifyInstance, settings: ConsoleSettings, ended = new EndedSessions()): void {
  const gate = new Gate(settings, ended);
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const misdirected = refuseHost(settings, request.headers.host);
    if (misdirected !== undefined) return refuse(request, reply, 421, misdirected);
    const foreign = refuseForeign(request.method, request.headers);
    if (foreign !== undefined) return refuse(request, reply, 403, foreign);
    const entry = gate.enter(request);
    if (entry.kind === 'out') return OPEN.has(pathOf(request)) ? undefined : shut(request, reply, settings, entry);
    if (entry.ambient && !isReading(request.method) && !statesOrigin(request.headers))
      return refuse(request, reply, 403, NO_ORIGIN);
    const operator = operatorFor(request, settings, entry.user);
    if (operator !== undefined) OPERATORS.set(request, operator);
  });
  if (settings.token !== undefined) loginRoutes(app, settings.token, gate, ended);
}

const NO_ORIGIN =
  'Only pages of this console may change something, and this browser does not name the page that the request is from. Use a newer one, or a client that sends "Authorization: Bearer TOKEN".';

function operatorFor(request: FastifyRequest, {proposedName}: ConsoleSettings, user: string | undefined): Operator | undefined {
  if (user !== undefined) return {name: user, fixed: true};
  const given = request.cookies[NAME_COOKIE];
  const name = given !== undefined && isName(given) ? given : proposedName;
  return name === undefined ? undefined : {name, fixed: false};
}

/** Refuses a request; a browser is redirected to the login where there is one. */
function shut(
  request: FastifyRequest,
  reply: FastifyReply,
  {token}: ConsoleSettings,
  {code, message}: Entry & {kind: 'out'},
): FastifyReply {
  if (code === 403 || token === undefined || !wantsPage(request)) {
    if (code === 401 && token !== undefined) reply.header('www-authenticate', 'Bearer');
    return refuse(request, reply, code, message);
  }
  const html = reply.type('text/html; charset=utf-8');
  if (!isReading(request.method)) return html.code(401).send(sessionOverPage());
  const to = ownPath(request.url);
  const fromElsewhere = request.headers['sec-fetch-site'] === 'cross-site' && request.cookies[SESSION_COOKIE] === undefined;
  return fromElsewhere ? html.send(onwardPage(to)) : reply.redirect(`/login?${new URLSearchParams({to})}`, 303);
}

/** Refuses with a message, without a page's layout: it would show what is in the cache. */
function refuse(request: FastifyRequest, reply: FastifyReply, code: number, error: string): FastifyReply {
  reply.code(code);
  if (wantsPage(request)) return reply.type('text/html; charset=utf-8').send(closedPage(error));
  return reply.type('application/json; charset=utf-8').send({error});
}

function wantsPage({headers}: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}

function pathOf({url}: FastifyRequest): string {
  return (url.split('?')[0] ?? '').replace(/(?<=.)\/$/, '');
}
