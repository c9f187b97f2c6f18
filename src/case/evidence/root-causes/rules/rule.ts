import type {Family, Finding} from '../finding.ts';

/** A form of log lines, and what a line of that form means. */
export interface Rule {
  readonly family: Family;
  readonly kind: Finding['kind'];
  /** Must contain a literal text of at least three characters, by which the scan selects lines. */
  readonly form: RegExp;
  /** Lines of that form, at least one for each alternative of weight. */
  readonly examples: readonly [string, ...string[]];
  /** Names for the pattern's groups, in their order. */
  readonly facts?: readonly string[];
  readonly extraFacts?: Readonly<Record<string, string>>;
  /** Whether a more specific line usually names the cause: it ranks below others. */
  readonly weak?: true;
  /** Whether a build often survives such a line: it ranks last, and counts most right before the build stops. */
  readonly survivable?: true;
  /** A consequence that may come before its cause: the message of a program that runs another one and shows its output. */
  readonly wraps?: true;
}

type RuleOfFamily = Omit<Rule, 'family' | 'kind'> & {readonly kind?: Finding['kind']};

/** Returns rules of one family; their kind is `cause` where none is given. */
export function rulesOf(family: Family, rules: readonly RuleOfFamily[]): readonly Rule[] {
  return rules.map((rule) => ({kind: 'cause', ...rule, family}));
}
