import type {ActionName} from '../../case/operator/actions.ts';
import {covers, type Role} from '../access/roles.ts';
import {ACTION_ROLES} from '../access/rules.ts';

/** Returns whether a role may send an action to a case. */
export function isPermitted(role: Role, name: ActionName): boolean {
  return covers(role, ACTION_ROLES[name]);
}
