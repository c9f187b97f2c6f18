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

/** Describes how somebody is logged in, for people. */
export function describeLogin({method, user, issuer}: Identity): string {
  if (method === 'token') return 'with the console’s token';
  if (method === 'none') return 'without a login';
  return method === 'oidc' ? `as ${user} by ${issuer}` : `as ${user} by the reverse proxy`;
}
