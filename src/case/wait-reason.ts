/**
 * Reasons for which a case waits for an operator, set by the workflow where it decides to wait. `review/questions.ts` has for each of them
 * what is asked, and the answers.
 */
export const WAIT_REASONS = [
  'review',
  'undelivered',
  'changed-distfile',
  'missing-dependency',
  'manual-class',
  'low-confidence',
  'repeats',
  'stopped',
  'slave-port',
  'tokens-used',
  'minutes-used',
  'money-used',
  'budget-short',
  'attempts-used',
  'same-error',
  'gave-up',
  'guard-asks',
  'guard-refuses',
  'proof-failed',
  'own-diff-failed',
  'diff-unusable',
  'triage-unusable',
  'triage-budget',
  'no-dev-env',
  'dev-env-failed',
  'overlay-changed',
  'no-model',
  'model-failed',
  'policy-unusable',
  'automation-failed',
  'ended-outside',
  'undecided',
] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];
