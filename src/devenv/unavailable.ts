/**
 * The dev-env or its host could not be reached, so the command did not start or its result is not known: worth a retry, and nothing that
 * a model could repair.
 */
export class DevEnvUnavailable extends Error {
  override readonly name = 'DevEnvUnavailable';
}

/** Another build runs in the dev-env, which can run one at a time: worth a retry, and no result of the port's. */
export class BuildRunning extends DevEnvUnavailable {}

/** Seconds for which a build waits for another one to end, which prints nothing meanwhile. */
export function buildPatience(idleSeconds: number): number {
  return Math.min(20, Math.floor(idleSeconds / 4));
}
