import {type Env, list, value} from '../env.ts';
import {isLoginRole, type LoginRole, type RoleRule} from './roles.ts';

/** Which login gives which role. */
export interface RoleSettings {
  /** Role of whoever has the token. */
  readonly tokenRole: LoginRole;
  /** Name, in lower case, of the header in which a reverse proxy lists the user's groups; undefined: its users are admins. */
  readonly groupsHeader: string | undefined;
  /** Role map for the claim of a provider and for the groups of a proxy. */
  readonly roles: readonly RoleRule[];
  /** Whether the public pages need no identity. */
  readonly isPublic: boolean;
}

const CHOICES = 'viewer, operator or admin';

/** Reads the settings of roles. Throws an Error with the rule if one of them cannot be used. */
export function roleSettings(env: Env): RoleSettings {
  return {
    tokenRole: tokenRoleOf(env),
    groupsHeader: headerName(env, 'PORTWRIGHT_CONSOLE_GROUPS_HEADER', 'X-Forwarded-Groups'),
    roles: list(env, 'PORTWRIGHT_CONSOLE_ROLES').map(roleRule),
    isPublic: isPublicIn(env),
  };
}

/** Returns the name of a header in lower case; undefined if the variable is not set. Throws an Error if it is not one. */
export function headerName(env: Env, variable: string, example: string): string | undefined {
  const name = value(env, variable);
  if (name === '') return undefined;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
    throw new Error(
      `${variable} must be the name of a header, such as ${example}; got ${JSON.stringify(name)}. Correct it, or unset it.`,
    );
  return name.toLowerCase();
}

function tokenRoleOf(env: Env): LoginRole {
  const role = value(env, 'PORTWRIGHT_CONSOLE_TOKEN_ROLE') || 'admin';
  if (isLoginRole(role)) return role;
  throw new Error(`PORTWRIGHT_CONSOLE_TOKEN_ROLE must be ${CHOICES}; got ${JSON.stringify(role)}. Correct it, or unset it.`);
}

function roleRule(text: string): RoleRule {
  const [, role = '', group = ''] = /^(\w+) *= *(.+)$/.exec(text) ?? [];
  if (isLoginRole(role)) return {role, value: group};
  throw new Error(
    `PORTWRIGHT_CONSOLE_ROLES must be entries ROLE=GROUP, separated by commas, with ${CHOICES} as the role and * for any login; got ${JSON.stringify(text)}. Correct it.`,
  );
}

function isPublicIn(env: Env): boolean {
  const given = value(env, 'PORTWRIGHT_CONSOLE_PUBLIC');
  if (given === '' || given === '0') return false;
  if (given === '1') return true;
  throw new Error(`PORTWRIGHT_CONSOLE_PUBLIC must be 1 or 0; got ${JSON.stringify(given)}. Correct it, or unset it.`);
}
