import {hostname, userInfo} from 'node:os';
import type {Login} from '../case/login.ts';
import {UsageError} from './usage-error.ts';

/** Returns the operator's login name, the default of `--by`; undefined for a user without one, as in a container. */
export function loginName(env: NodeJS.ProcessEnv = process.env, accountName: () => string = account): string | undefined {
  const named = [env.USER, env.LOGNAME].find((name) => name !== undefined && name.trim() !== '');
  return named ?? (accountName() || undefined);
}

/** Returns who an action is by. Throws a `UsageError` where neither `--by` nor the login names anybody. */
export function requireName(by: string | undefined): string {
  if (by !== undefined) return by;
  throw new UsageError('Who are you? Neither USER nor LOGNAME is set, and this user has no name. Give --by NAME.');
}

/** Returns how a command identifies its operator: the machine and its user, which nobody vouches for. */
export function commandLogin(): Login {
  return {method: 'cli', issuer: hostname(), subject: account()};
}

/** Returns the name of the process's user; empty for a number that no account has. */
function account(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
