import {ACTION_NAMES, type ActionName, actionOf} from '../../case/operator/actions.ts';
import type {LoginRole, Role} from './roles.ts';

/** Who may use a route: a role and those above it, or `anyone`, also without an identity. */
export type Needed = Role | 'anyone';

/** The lowest role that may send an action to a case. A grant is for admins: it spends what the policy withholds. */
export const ACTION_ROLES: Readonly<Record<ActionName, LoginRole>> = {
  accept: 'operator',
  reject: 'operator',
  provideContext: 'operator',
  retry: 'operator',
  grantBudget: 'admin',
  handPatch: 'operator',
  escalate: 'operator',
  resolve: 'operator',
  retryDelivery: 'operator',
  skipDelivery: 'operator',
};

/** The lowest role that may ask a question about a case: it costs tokens. */
export const ASK_ROLE: LoginRole = 'operator';

/** The login with what its page is made of, and whether the console answers. */
const ANYONE = [
  'GET /health',
  'GET /login',
  'POST /login',
  'GET /login/oidc',
  'GET /login/oidc/callback',
  'POST /logout',
  'GET /assets/:name',
];

/** Pages made for readers without an identity: no costs, people, logs, files, transcripts or settings. */
const PUBLIC = ['GET /public', 'GET /public/ports/*'];

const VIEWER = [
  'GET /',
  'GET /ui/next',
  'GET /ui/cases',
  'GET /ui/cases/:id',
  'GET /ui/cases/:id/ask',
  'GET /ui/cases/:id/diff/:attempt',
  'GET /ui/cases/:id/patch/:attempt',
  'GET /ui/cases/:id/answer',
  'GET /ui/cases/:id/session',
  'GET /ui/cases/:id/session.html',
  'GET /ui/next',
  'GET /ui/jobs',
  'GET /ui/jobs/:id',
  'GET /ui/events',
  'GET /ui/runs',
  'GET /ui/runs/:id',
  'GET /ui/compare',
  'GET /ui/ports',
  'GET /ui/ports/*',
  'GET /ui/bundles',
  'GET /ui/bundles/:id',
  'GET /ui/bundles/:id/artifacts/*',
  'GET /ui/bundles/:bundleId/log',
  'GET /ui/api',
  'GET /status',
  'GET /activity',
  'GET /runner-status',
  'GET /user-context',
  'GET /user-context-request',
  'GET /runs',
  'GET /runs/:id',
  'GET /jobs',
  'GET /jobs/:id',
  'GET /bundles',
  'GET /bundles/:id',
  'GET /bundles/:id/artifacts/*',
  'GET /ports/*',
  'GET /events',
  'GET /api/v1/health',
  'GET /api/v1/cases',
  'GET /api/v1/cases/:id',
  'GET /api/v1/bundles',
  'GET /api/v1/jobs',
  'GET /api/v1/runs',
  'GET /api/v1/ports',
  'GET /api/v1/compare',
  'GET /api/v1/openapi.json',
  'GET /api/v1/bundles/:bundleId/log',
  'GET /api/v1/bundles/:bundleId/log/search',
  'GET /api/v1/bundles/:bundleId/log/contents',
];

const ROUTES: ReadonlyMap<string, Needed> = new Map<string, Needed>([
  ...ANYONE.map((route) => [route, 'anyone'] as const),
  ...PUBLIC.map((route) => [route, 'public'] as const),
  ...VIEWER.map((route) => [route, 'viewer'] as const),
  ...ACTION_NAMES.flatMap(actionRoutes),
  ['POST /user-context', ACTION_ROLES.provideContext],
  // The role of the chosen answer's action is checked when it is known.
  ['POST /ui/cases/:id/answer', 'operator'],
  ['POST /ui/cases/:id/ask', ASK_ROLE],
  ['POST /api/v1/cases/:id/ask', ASK_ROLE],
]);

/** An action's form, its JSON path, and the address that a browser shows after a refusal. */
function actionRoutes(name: ActionName): (readonly [string, Needed])[] {
  const {path} = actionOf(name);
  return [
    [`GET /ui/cases/:id/${path}`, 'viewer'],
    [`POST /ui/cases/:id/${path}`, ACTION_ROLES[name]],
    [`POST /api/v1/cases/:id/${path}`, ACTION_ROLES[name]],
  ];
}

/** All routes with a rule, as `METHOD /path` with the path as it is registered. */
export function ruledRoutes(): readonly string[] {
  return [...ROUTES.keys()];
}

/**
 * Returns who may use a route, by its method and its path as it is registered. A path that is not registered needs a viewer, so that nobody learns what
 * there is; a route without a rule needs an admin, so that a forgotten one is closed.
 */
export function neededFor(method: string, path: string | undefined): Needed {
  if (path === undefined) return 'viewer';
  return ROUTES.get(`${method === 'HEAD' ? 'GET' : method} ${path}`) ?? 'admin';
}
