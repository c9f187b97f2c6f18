import type {Login} from '../../case/login.ts';
import type {Role} from './roles.ts';

/** How somebody was identified: not at all, as the holder of the token, by a reverse proxy, or by an OpenID Connect provider. */
export type LoginMethod = 'none' | 'token' | 'proxy' | 'oidc';

/** Who sends a request, and what that allows. */
export interface Identity {
  readonly role: Role;
  readonly method: LoginMethod;
  /** Name that a proxy or a provider vouches for. */
  readonly user?: string;
  /** Issuer and subject of a login by OpenID Connect: unlike the name, they never mean somebody else. */
  readonly issuer?: string;
  readonly subject?: string;
}

/** Role of a request that no gate has let in. */
const NOBODY: Identity = {role: 'public', method: 'none'};

const IDENTITIES = new WeakMap<object, Identity>();

/** Returns who sent a request; nobody, if it was not let in. */
export function identityOf(request: object): Identity {
  return IDENTITIES.get(request) ?? NOBODY;
}

/** Records who sent a request. */
export function identify(request: object, identity: Identity): void {
  IDENTITIES.set(request, identity);
}

/** Returns how the sender of a request was identified, for the record of an action; empty without a login: nobody vouches for the name then. */
export function recordedLogin(request: object): {readonly login?: Login} {
  const {method, issuer, subject} = identityOf(request);
  if (method === 'none') return {};
  return {login: {method, ...(issuer !== undefined && {issuer}), ...(subject !== undefined && {subject})}};
}

/** Returns why a role is too low for what needs another one. */
export function refuseRole(identity: Identity, needed: Role): string {
  return `This needs the role ${needed}, and you are ${identity.role} ${describeLogin(identity)}. Nothing was done. Ask whoever runs the console for the role (docs/team.md).`;
}

/** Returns the role of whoever sent a request, and how they are logged in; undefined where the console asks for no login. */
export function shownLogin(request: object): {readonly role: Role; readonly text: string} | undefined {
  const identity = identityOf(request);
  return identity.method === 'none' ? undefined : {role: identity.role, text: describeLogin(identity)};
}

/** Whether the console has a session of the request's sender that it can end; a proxy has its own. */
export function canLogOut(request: object): boolean {
  return ['token', 'oidc'].includes(identityOf(request).method);
}

/** Describes how somebody is logged in, for people. */
function describeLogin({method, user, issuer}: Identity): string {
  if (method === 'token') return 'with the console’s token';
  if (method === 'none') return 'without a login';
  return method === 'oidc' ? `as ${user} by ${issuer}` : `as ${user} by the reverse proxy`;
}
