/** How clients identify an operator: not at all, by a token that several may have, by a reverse proxy, by an OpenID Connect provider, or by a user of the machine. */
const METHODS = ['none', 'token', 'proxy', 'oidc', 'cli'] as const;

/** How the operator of an action was identified, for the records of its case. The client that sent the action states it. */
export interface Login {
  readonly method: (typeof METHODS)[number];
  /** Who vouches for the subject: the provider's address, or the machine of a command. */
  readonly issuer?: string;
  /** Who it was by the issuer's own names: unlike a person's name, it never means somebody else. */
  readonly subject?: string;
}

const MOST_CHARS = 500;

/** Returns a login from outside with what fits; undefined if there is none. */
export function loginOf(value: unknown): Login | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const {method, issuer, subject} = value as Readonly<Record<string, unknown>>;
  const known = METHODS.find((one) => one === method);
  if (known === undefined) return undefined;
  return {method: known, ...textAs('issuer', issuer), ...textAs('subject', subject)};
}

/** Describes a login for people: `OpenID Connect, https://id.example, subject 1234`. */
export function loginText({method, issuer, subject}: Login): string {
  const parts = [METHOD_TEXTS[method], issuer, subject === undefined ? undefined : `subject ${subject}`];
  return parts.filter((one) => one !== undefined).join(', ');
}

/**
 * Names who acted and, where a client stated it, how they were identified: `ann (OpenID Connect, https://id.example)`. Without subjects and names of machines,
 * since this goes into what is published.
 */
export function actorText({by, login}: {readonly by: string; readonly login?: Login}): string {
  if (login === undefined) return by;
  const {method, issuer} = login;
  return `${by} (${loginText({method, ...(method === 'oidc' && issuer !== undefined && {issuer})})})`;
}

const METHOD_TEXTS: Readonly<Record<Login['method'], string>> = {
  none: 'no login',
  token: "the console's token",
  proxy: 'reverse proxy',
  oidc: 'OpenID Connect',
  cli: 'command line',
};

function textAs<Key extends string>(key: Key, value: unknown): {readonly [One in Key]?: string} {
  if (typeof value !== 'string' || value === '') return {};
  return {[key]: value.replace(/\p{C}/gu, ' ').slice(0, MOST_CHARS)} as {readonly [One in Key]?: string};
}
