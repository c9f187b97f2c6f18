/**
 * The dev-env or its host could not be reached, so the command did not start or its result is not known: worth a retry, and nothing that
 * a model could repair.
 */
export class DevEnvUnavailable extends Error {
  override readonly name = 'DevEnvUnavailable';
}
