import {createHash, randomBytes} from 'node:crypto';
import {linkSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import type {ConsoleSettings} from '../settings.ts';

const SECRET = /^[0-9a-f]{64}$/;

/**
 * Returns the secret that seals the sessions of people whom the provider identifies. It is made of a random file, so that sessions outlast a restart, and of the
 * settings that decide who has which role: a change of those ends all sessions. Without a file it lasts as long as the process.
 */
export function sessionSecret({oidc, roles}: ConsoleSettings, file: string | undefined): string {
  const base = file === undefined ? newSecret() : storedSecret(file);
  const decides = [base, oidc?.issuer.href, oidc?.clientId, oidc?.nameClaim, oidc?.roleClaim, roles];
  return createHash('sha256').update(JSON.stringify(decides)).digest('hex');
}

/** Reads the file, or creates it for its owner alone. Throws if it has something else. */
function storedSecret(file: string): string {
  const secret = read(file) ?? create(file);
  if (SECRET.test(secret)) return secret;
  throw new Error(
    `${file} must have 64 hexadecimal digits, with which sessions are sealed. Delete it: all logins are then over.`,
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Creates the file complete or not at all. */
function create(file: string): string {
  const secret = newSecret();
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${secret}\n`, {mode: 0o600});
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft, {force: true});
  }
  return secret;
}

function newSecret(): string {
  return randomBytes(32).toString('hex');
}
