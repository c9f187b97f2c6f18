import type {OidcSettings} from './access/oidc-settings.ts';
import type {RoleSettings} from './access/role-settings.ts';

interface Given extends RoleSettings {
  readonly host: string;
  readonly isLoopback: boolean;
  readonly token: string | undefined;
  readonly userHeader: string | undefined;
  readonly oidc: OidcSettings | undefined;
}

export const HOW_TO_MAKE = '`openssl rand -hex 32` makes one';

/** Throws an Error if others than this machine would be let in without an identity, or if a setting about identities has none that it could be for. */
export function refuseMissingLogin(given: Given): void {
  const problem = openProblem(given) ?? publicProblem(given) ?? groupsProblem(given) ?? rolesProblem(given);
  if (problem !== undefined) throw new Error(problem);
}

/** Whether the console asks for an identity at all. */
export function hasLogin({token, userHeader, oidc}: Given): boolean {
  return token !== undefined || userHeader !== undefined || oidc !== undefined;
}

function openProblem(given: Given): string | undefined {
  if (given.isLoopback || hasLogin(given)) return undefined;
  return `The console would be reached by other machines at ${given.host}, and asks nobody who he is. Set PORTWRIGHT_CONSOLE_TOKEN (${HOW_TO_MAKE}), or PORTWRIGHT_CONSOLE_USER_HEADER behind a reverse proxy, or PORTWRIGHT_OIDC_ISSUER; or listen on a loopback address, such as 127.0.0.1.`;
}

function publicProblem(given: Given): string | undefined {
  if (!given.isPublic || hasLogin(given)) return undefined;
  return 'PORTWRIGHT_CONSOLE_PUBLIC is for a console with a login: without one, whoever reaches it may act. Set PORTWRIGHT_OIDC_ISSUER or PORTWRIGHT_CONSOLE_TOKEN (docs/team.md), or unset it.';
}

function groupsProblem({groupsHeader, userHeader}: Given): string | undefined {
  if (groupsHeader === undefined || userHeader !== undefined) return undefined;
  return 'PORTWRIGHT_CONSOLE_GROUPS_HEADER has the groups of the user that PORTWRIGHT_CONSOLE_USER_HEADER names, which is not set. Set both, or neither.';
}

function rolesProblem({oidc, groupsHeader, roles}: Given): string | undefined {
  if (roles.length > 0 || (oidc === undefined && groupsHeader === undefined)) return undefined;
  const setting = oidc === undefined ? 'PORTWRIGHT_CONSOLE_GROUPS_HEADER' : 'PORTWRIGHT_OIDC_ISSUER';
  return `${setting} is set, and no group has a role: nobody could log in. Set PORTWRIGHT_CONSOLE_ROLES, such as admin=portwright-admins,operator=maintainers,viewer=*.`;
}
