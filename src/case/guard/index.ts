import type {RootCauses} from '../evidence/root-causes/finding.ts';
import type {Finding, Severity} from '../types.ts';
import type {GuardContext, GuardedDiff, Rule} from './finding.ts';
import {isSourcePatch} from './names.ts';
import {readGuarded} from './read-diff.ts';
import {ADJUSTABLE, PATCH_TO_COMMAND, RULES} from './rules.ts';
import type {TouchedFile} from './touched.ts';

export type {GuardContext} from './finding.ts';

/** Decisions of the policy and of operators on the rules. */
export interface GuardDecisions {
  /** Severities by rule name, from the policy. */
  readonly policy?: Readonly<Record<string, Severity>>;
  /** Rules that an operator has judged for this diff: their findings of severity `ask` become notes. */
  readonly judged?: {readonly by: string; readonly rules: readonly string[]};
}

/** Returns the guard's context from the root causes of a log. */
export function guardContext(causes: Pick<RootCauses, 'findings'> | undefined): GuardContext {
  const names = (causes?.findings ?? []).flatMap(({facts}) => facts.patch?.split('/').at(-1) ?? []);
  return {failedPatches: new Set(names)};
}

/**
 * Returns the findings for a complete fix, in the format of `git diff`, to the port `origin`. An empty diff, or one that cannot
 * be parsed in full, is refused.
 */
export function guardDiff(diff: string, origin: string, context: GuardContext, decided: GuardDecisions = {}): Finding[] {
  const refused = (rule: string, reason: string): Finding[] => [{rule, severity: 'refuse', path: '', reason}];
  if (diff.trim() === '') return refused('empty', 'The attempt changed nothing in the overlay, so there is nothing to prove.');
  const read = readGuarded(diff, origin, context);
  if (read === undefined) return refused('unreadable', 'The diff is not in git’s format; make the change again.');
  const found = read.files.flatMap((file) => RULES.flatMap((rule) => findingOf(rule, file, read) ?? []));
  return [...found, ...patchToCommand(read.files, found)].map((one) => applyDecisions(one, decided));
}

/** Returns whether findings let a fix pass: all of them are notes. */
export function passes(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity === 'note');
}

function findingOf({name, severity, check}: Rule, file: TouchedFile, read: GuardedDiff): Finding | undefined {
  const reason = check(file, read);
  return reason ? {rule: name, severity, path: file.path, reason} : undefined;
}

function patchToCommand(files: readonly TouchedFile[], found: readonly Finding[]): Finding[] {
  const command = found.find((one) => one.rule === 'replaced-by-command');
  const dropped = files.flatMap((file) => file.dropped.filter(isSourcePatch));
  if (command === undefined || dropped.length === 0) return [];
  const {name: rule, severity} = PATCH_TO_COMMAND;
  const reason = `${dropped.join(', ')} is replaced by a command: when the source changes, a patch fails visibly, a command has no effect.`;
  return [{rule, severity, path: command.path, reason}];
}

/** Returns a finding as the policy and the operator of this diff have decided on its rule, which must be one of `adjustable`. */
export function applyDecisions(
  finding: Finding,
  {policy = {}, judged}: GuardDecisions = {},
  adjustable: readonly {readonly name: string}[] = ADJUSTABLE,
): Finding {
  if (!adjustable.some(({name}) => name === finding.rule)) return finding;
  const severity = policy[finding.rule] ?? finding.severity;
  if (severity !== 'ask' || !judged?.rules.includes(finding.rule)) return {...finding, severity};
  return {...finding, severity: 'note', reason: `${finding.reason} (accepted by ${judged.by})`};
}
