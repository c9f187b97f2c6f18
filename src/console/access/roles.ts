/** Roles in ascending order: each may do what those before it may. */
export const ROLES = ['public', 'viewer', 'operator', 'admin'] as const;
/** `public` is whoever has no identity, where the console has public pages. */
export type Role = (typeof ROLES)[number];
/** A role that a login can give. */
export type LoginRole = Exclude<Role, 'public'>;

/** One entry of the role map: who has the value in the role claim, or in the proxy's header of groups, has the role. `*` is any login. */
export interface RoleRule {
  readonly role: LoginRole;
  readonly value: string;
}

const ANY = '*';

/** Whether a role may do what needs another one. */
export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Returns the highest role that one of the values gives; undefined: none does, and the login is refused. */
export function roleFor(rules: readonly RoleRule[], values: readonly string[]): LoginRole | undefined {
  const given = rules.filter(({value}) => value === ANY || values.includes(value)).map(({role}) => role);
  return given.reduce<LoginRole | undefined>((best, role) => (best !== undefined && covers(best, role) ? best : role), undefined);
}

/** Whether a text names a role that a login can give. */
export function isLoginRole(text: string): text is LoginRole {
  return text !== 'public' && ROLES.some((role) => role === text);
}
