import type {RootCauses} from '../evidence/root-causes/finding.ts';
import type {Finding, Severity} from '../types.ts';
import type {GuardContext, Rule} from './finding.ts';
import {parseGitDiff} from './git-diff.ts';
import {ADJUSTABLE, PATCH_TO_COMMAND, RULES} from './rules.ts';
import {isSourcePatch, readTouchedFile, type TouchedFile} from './touched.ts';

export type {GuardContext} from './finding.ts';

/** What people have decided of the rules. */
export interface GuardDecisions {
  /** Severities by the policy, by rule. */
  readonly policy?: Readonly<Record<string, Severity>>;
  /** What an operator has judged in this diff: what would be asked of these rules is answered. */
  readonly judged?: {readonly by: string; readonly rules: readonly string[]};
}

/** What the root causes of a log say to the guard. */
export function guardContext(causes: Pick<RootCauses, 'findings'> | undefined): GuardContext {
  const names = (causes?.findings ?? []).flatMap(({facts}) => facts.patch?.split('/').at(-1) ?? []);
  return {failedPatches: new Set(names)};
}

/**
 * Looks at a whole fix, as `git diff` prints it, for what a repair of `origin` may not do.
 * An empty diff, or one that cannot be read in full, is refused: what is not understood is not passed.
 */
export function guardDiff(diff: string, origin: string, context: GuardContext, decided: GuardDecisions = {}): Finding[] {
  const refused = (rule: string, reason: string): Finding[] => [{rule, severity: 'refuse', path: '', reason}];
  if (diff.trim() === '') return refused('empty', 'The attempt changed nothing in the overlay, so there is nothing to prove.');
  const headers = diff.split('\n').filter((line) => line.startsWith('diff --git ')).length;
  const files = readFiles(diff, origin);
  if (headers === 0 || files?.length !== headers)
    return refused('unreadable', 'The diff is not one that git writes; make the change again.');
  const found = files.flatMap((file) => RULES.flatMap((rule) => findingOf(rule, file, context) ?? []));
  return [...found, ...patchToCommand(files, found)].map((one) => applyDecisions(one, decided));
}

/** Whether findings let a fix pass: only notes do. */
export function passes(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity === 'note');
}

function readFiles(diff: string, origin: string): TouchedFile[] | undefined {
  try {
    const binary = diff
      .split(/^(?=diff --git )/m)
      .filter((part) => part.startsWith('diff --git '))
      .map(isBinary);
    return parseGitDiff(diff).map((file, at) => readTouchedFile({...file, isBinary: binary[at] === true}, origin));
  } catch {
    return undefined;
  }
}

/** The parser knows only one of the two forms that git has, and not in the place where git writes it. A line of a text cannot be taken for it: it has a mark in front. */
function isBinary(part: string): boolean {
  return /^(GIT binary patch|Binary files .* differ)$/m.test(part);
}

function findingOf({name, severity, check}: Rule, file: TouchedFile, context: GuardContext): Finding | undefined {
  const reason = check(file, context);
  return reason ? {rule: name, severity, path: file.path, reason} : undefined;
}

function patchToCommand(files: readonly TouchedFile[], found: readonly Finding[]): Finding[] {
  const command = found.find((one) => one.rule === 'replaced-by-command');
  const dropped = files.flatMap((file) => file.dropped.filter(isSourcePatch));
  if (command === undefined || dropped.length === 0) return [];
  const {name: rule, severity} = PATCH_TO_COMMAND;
  const reason = `${dropped.join(', ')} is dropped and a command put in its place: a patch fails when the source changes, a command does nothing.`;
  return [{rule, severity, path: command.path, reason}];
}

function applyDecisions(finding: Finding, {policy = {}, judged}: GuardDecisions): Finding {
  if (!ADJUSTABLE.some(({name}) => name === finding.rule)) return finding;
  const severity = policy[finding.rule] ?? finding.severity;
  if (severity !== 'ask' || !judged?.rules.includes(finding.rule)) return {...finding, severity};
  return {...finding, severity: 'note', reason: `${finding.reason} ${judged.by} has judged it.`};
}
