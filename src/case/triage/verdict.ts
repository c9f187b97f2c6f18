import type {Finding} from '../evidence/root-causes/finding.ts';
import type {PortFile} from '../prompt/playbooks.ts';
import type {Confidence} from '../types.ts';

/** Verdict of a rule. Texts quote the log and are untrusted. */
export interface Verdict {
  readonly classification: string;
  readonly confidence: Confidence;
  readonly platform: 'dragonfly-specific' | 'freebsd-upstream' | 'generic';
  readonly rootCause: string;
  readonly fix: string;
}

/** Causes of the failed phase, all of one family, best first, and their merged facts. */
export interface RuleInput {
  readonly phase: string;
  readonly causes: readonly [Finding, ...Finding[]];
  readonly facts: Finding['facts'];
  readonly files: readonly PortFile[];
}

/** A rule that decides triage for one kind of failure. */
export interface TriageRule {
  readonly name: string;
  /** Returns the verdict, or undefined if the rule does not apply or is not certain. */
  evaluate(input: RuleInput): Verdict | undefined;
}
