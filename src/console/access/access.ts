import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {ConsoleSettings} from '../settings.ts';
import {EndedSessions} from './ended-sessions.ts';
import {closedPage, onwardPage, sessionOverPage} from './entry-pages.tsx';
import {Gate, type Shut} from './gate.ts';
import {identify, refuseRole} from './identity.ts';
import {loginRoutes} from './login.ts';
import {isName} from './names.ts';
import {isReading, refuseForeign, refuseHost, statesOrigin} from './origin.ts';
import {ownPath} from './own-path.ts';
import {covers} from './roles.ts';
import {type Needed, neededFor} from './rules.ts';
import {SESSION_COOKIE} from './session.ts';
import {sessionSecret} from './session-secret.ts';

/** Who asks. */
export interface Operator {
  /** 1 to 200 printable characters. */
  readonly name: string;
  /** Whether a reverse proxy or a login provider vouches for the name; otherwise it is what the operator typed last, or a proposal. */
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

const OPERATORS = new WeakMap<object, Operator>();

/** Returns who made a request; undefined if nothing names the operator. */
export function operatorOf(request: object): Operator | undefined {
  return OPERATORS.get(request);
}

/** Where the state of logins is stored; without files it lasts as long as the process. */
export interface AccessFiles {
  readonly ended: EndedSessions;
  readonly secretFile: string | undefined;
}

/** Checks who may use each route of `app`, by the table of `rules.ts`, and adds the logins. Needs the plugins for cookies and forms. */
export function registerAccess(
  app: FastifyInstance,
  settings: ConsoleSettings,
  {ended, secretFile}: AccessFiles = {ended: new EndedSessions(), secretFile: undefined},
): void {
  const secret = settings.oidc === undefined ? '' : sessionSecret(settings, secretFile);
  const gate = new Gate(settings, ended, secret);
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const misdirected = refuseHost(settings, request.headers.host);
    if (misdirected !== undefined) return refuse(request, reply, 421, misdirected);
    const foreign = refuseForeign(request.method, request.headers);
    if (foreign !== undefined) return refuse(request, reply, 403, foreign);
    const needed = neededFor(request.method, request.routeOptions.url);
    const entry = gate.enter(request);
    if (entry.kind === 'out') return isOpen(settings, needed, entry) ? undefined : shut(request, reply, settings, entry);
    if (entry.ambient && !isReading(request.method) && !statesOrigin(request.headers))
      return refuse(request, reply, 403, NO_ORIGIN);
    const {identity, endMs} = entry;
    identify(request, identity);
    if (needed !== 'anyone' && !covers(identity.role, needed)) return refuse(request, reply, 403, refuseRole(identity, needed));
    const operator = operatorFor(request, settings, identity.user);
    if (operator !== undefined) OPERATORS.set(request, operator);
    if (endMs !== undefined) endWith(reply, endMs);
  });
  if (hasOwnLogin(settings)) loginRoutes(app, settings, gate, secret);
}

/** Whether people log in at the console, rather than at a reverse proxy. */
function hasOwnLogin({token, oidc}: ConsoleSettings): boolean {
  return token !== undefined || oidc !== undefined;
}

/** Whether a route needs no identity. A request that a proxy should have stopped is not let in to the public pages either. */
function isOpen({isPublic}: ConsoleSettings, needed: Needed, {code}: Shut): boolean {
  return needed === 'anyone' || (needed === 'public' && isPublic && code === 401);
}

/** Ends a response that lasts longer than its session, such as a stream of events. */
function endWith({raw}: FastifyReply, endMs: number): void {
  const timer = setTimeout(() => raw.end(), Math.min(endMs - Date.now(), MOST_TIMER_MS));
  timer.unref();
  raw.once('close', () => clearTimeout(timer));
}

const MOST_TIMER_MS = 2 ** 31 - 1;

const NO_ORIGIN =
  'Only pages of this console may change something, and this browser does not name the page that the request is from. Use a newer one, or a client that sends "Authorization: Bearer TOKEN".';

function operatorFor(request: FastifyRequest, {proposedName}: ConsoleSettings, user: string | undefined): Operator | undefined {
  if (user !== undefined) return {name: user, fixed: true};
  const given = request.cookies[NAME_COOKIE];
  const name = given !== undefined && isName(given) ? given : proposedName;
  return name === undefined ? undefined : {name, fixed: false};
}

/** Refuses a request; a browser is redirected to the login where there is one, and from the first page to the public one. */
function shut(request: FastifyRequest, reply: FastifyReply, settings: ConsoleSettings, entry: Shut): FastifyReply {
  const {code, message, retrySeconds} = entry;
  if (retrySeconds !== undefined) reply.header('retry-after', retrySeconds);
  if (code !== 401 || !hasOwnLogin(settings) || !wantsPage(request)) {
    if (code === 401 && settings.token !== undefined) reply.header('www-authenticate', 'Bearer');
    return refuse(request, reply, code, message);
  }
  const html = reply.type('text/html; charset=utf-8');
  if (!isReading(request.method)) return html.code(401).send(sessionOverPage());
  const to = ownPath(request.url);
  const fromElsewhere = request.headers['sec-fetch-site'] === 'cross-site' && request.cookies[SESSION_COOKIE] === undefined;
  if (fromElsewhere) return html.send(onwardPage(to));
  const isStart = settings.isPublic && request.routeOptions.url === '/';
  return reply.redirect(isStart ? '/public' : `/login?${new URLSearchParams({to})}`, 303);
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
