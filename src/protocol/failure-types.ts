/** Failure types that workflows distinguish. */
export const FAILURES = {
  /** The provider refuses permanently; the message has its explanation. */
  modelRefused: 'ModelRefused',
  /** The request exceeds the model's context window. */
  contextTooLong: 'ContextTooLong',
  modelNotConfigured: 'ModelNotConfigured',
  modelUnavailable: 'ModelUnavailable',
  policyInvalid: 'PolicyInvalid',
  overlayDirty: 'OverlayDirty',
  /** A diff does not apply to the current overlay. */
  diffRefused: 'DiffRefused',
  /** A bundle cannot be read now: no evidence root has it, or its file system does not respond. Retried; not a failure of the port. */
  evidenceUnavailable: 'EvidenceUnavailable',
  devEnvUnavailable: 'DevEnvUnavailable',
  /** A build was made and failed; the first detail is the activity's result. */
  buildFailed: 'BuildFailed',
  /** An attempt came to no fix; the first detail is its `AttemptResult`. */
  attemptFailed: 'AttemptFailed',
  /** The policy's delivery command could not be run or failed; the first detail is its `DeliveryResult`. */
  deliveryFailed: 'DeliveryFailed',
  evalNotConfigured: 'EvalNotConfigured',
} as const;

/** Errors in Portwright's code. A retry would throw them again, so activities are not retried after one of them. */
export const PROGRAMMING_ERRORS = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AssertionError'] as const;
