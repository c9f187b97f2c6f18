import type {Login} from '../../case/login.ts';
import type {ActionName} from '../../case/operator/actions.ts';
import {identityOf, recordedLogin, refuseRole} from '../access/identity.ts';
import {ACTION_ROLES} from '../access/rules.ts';
import {Refusal} from '../refusal.ts';
import {isPermitted} from './permitted.ts';

/**
 * Returns how the sender of an action was identified, for its record. Throws a Refusal if the role of the sender may not send it: a route may stand for several
 * actions, of which the gate knows only the lowest role.
 */
export function authorize(request: object, name: ActionName): {readonly login?: Login} {
  const identity = identityOf(request);
  if (!isPermitted(identity.role, name)) throw new Refusal(403, refuseRole(identity, ACTION_ROLES[name]));
  return recordedLogin(request);
}
