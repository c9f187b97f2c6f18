/** The environment that settings are read from. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Returns a variable without blanks around it; empty if it is not set. */
export function value(env: Env, name: string): string {
  return env[name]?.trim() ?? '';
}

/** Returns the entries of a list that is separated by commas. */
export function list(env: Env, name: string): string[] {
  return value(env, name)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
