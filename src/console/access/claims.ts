import {isName} from './names.ts';

/** What a provider states about a person. */
export type Claims = Readonly<Record<string, unknown>>;

/** Returns the texts of a claim, which is one text or a list; `a.b` is also key `b` of claim `a`. Empty if there are none. */
export function claimValues(claims: Claims, name: string): readonly string[] {
  const given = claimAt(claims, name);
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  return values.filter((one) => typeof one === 'string');
}

/** Returns the name for the log of a case; undefined if the claim is not there, or is no name. */
export function personName(claims: Claims, nameClaim: string | undefined): string | undefined {
  const email = claims.email_verified === false ? undefined : claims.email;
  const given =
    nameClaim === undefined ? [claims.preferred_username, email, claims.name, claims.sub] : [claimAt(claims, nameClaim)];
  return given.find((one) => typeof one === 'string' && isName(one)) as string | undefined;
}

/** Whether the claim is there at all; providers leave some to their userinfo endpoint. */
export function hasClaim(claims: Claims, name: string): boolean {
  return claimAt(claims, name) !== undefined;
}

function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Claims)[key] : undefined;
  }, claims);
}
