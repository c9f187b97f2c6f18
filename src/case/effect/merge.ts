import type {Finding} from '../types.ts';
import type {Effect} from './effect.ts';

/**
 * Returns the effect of a diff on a slave port and its master. Of the master only what the slave port does not have too is added: they share
 * their Makefile.
 */
export function withMaster(own: Effect, master: Effect, origin: string): Effect {
  const known = new Set(own.findings.map(keyOf));
  const changed = new Set(own.changes.map(({kind, name, text}) => `${kind} ${name} ${text}`));
  const findings = master.findings.filter((one) => !known.has(keyOf(one)));
  const changes = master.changes.filter(({kind, name, text}) => !changed.has(`${kind} ${name} ${text}`));
  return {
    changes: [...own.changes, ...changes.map((one) => ({...one, name: `${origin}: ${one.name}`, text: one.text}))],
    findings: [...own.findings, ...findings.map((one) => ({...one, reason: `${origin}: ${one.reason}`}))],
    summary: `${own.summary} ${origin}: ${master.summary}`,
    missing: [...own.missing, ...master.missing.map((one) => `${origin}: ${one}`)],
  };
}

function keyOf({rule, path, reason}: Finding): string {
  return `${rule} ${path} ${reason}`;
}
