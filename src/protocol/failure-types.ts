/** Types of the failures that a workflow tells apart. */
export const FAILURES = {
  /** The provider refuses for good: the words are in the message. */
  modelRefused: 'ModelRefused',
  /** The request is longer than the model's window. */
  contextTooLong: 'ContextTooLong',
  modelNotConfigured: 'ModelNotConfigured',
  modelUnavailable: 'ModelUnavailable',
  policyInvalid: 'PolicyInvalid',
  overlayDirty: 'OverlayDirty',
  /** A diff does not apply to the overlay as it is. */
  diffRefused: 'DiffRefused',
  bundleMissing: 'BundleMissing',
  devEnvUnavailable: 'DevEnvUnavailable',
} as const;
