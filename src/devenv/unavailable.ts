/** The dev-env could not be reached, so the command did not start: worth a retry, and nothing that a model could repair. */
export class DevEnvUnavailable extends Error {
  override readonly name = 'DevEnvUnavailable';
}
