/** Types of the application failures that a workflow distinguishes. */
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
  /** A bundle cannot be read now: no evidence root has it, or its file system does not answer. Retried; no fault of the port's. */
  evidenceUnavailable: 'EvidenceUnavailable',
  devEnvUnavailable: 'DevEnvUnavailable',
  evalNotConfigured: 'EvalNotConfigured',
} as const;

/** Errors of our own code. A retry would throw them again, so no activity is retried after one of them. */
export const PROGRAMMING_ERRORS = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AssertionError'] as const;
