import {isProved} from '../../case/attempt/proved.ts';
import {type AttemptResult, proofSummary} from '../../case/status.ts';
import {pluralize} from '../../case/text/plural.ts';
import type {Finding} from '../../case/types.ts';
import type {Tone} from './parts.tsx';

/** Returns the verdict of an attempt that is over, as a short label. */
export function verdictOf(attempt: AttemptResult): {tone: Tone; label: string} {
  const {rejected, proof, findings, end} = attempt;
  if (rejected !== undefined) return {tone: 'bad', label: 'rejected'};
  if (isProved(attempt)) return {tone: 'good', label: 'proved'};
  if (proof?.rebuildOk === false) return {tone: 'bad', label: `proof ${proofSummary(proof)}`};
  if (findings.some(({severity}) => severity === 'refuse')) return {tone: 'bad', label: 'refused by the guard'};
  if (findings.some(({severity}) => severity === 'ask')) return {tone: 'warn', label: 'held by the guard'};
  return {tone: end === 'cancelled' ? 'plain' : 'warn', label: endLabel(end)};
}

/** Returns the label of an end such as `turn-limit`. */
export function endLabel(end: string): string {
  return end.replaceAll('-', ' ');
}

/** `Attempt 2`, `Attempt 3, the diff of alice` */
export function attemptTitle({attempt, by}: Pick<AttemptResult, 'attempt' | 'by'>): string {
  return `Attempt ${attempt}${by === undefined ? '' : `, the diff of ${by}`}`;
}

/** Address of an attempt on a page, in front of that of its turns: `a2`, `a2-t5`. */
export function attemptAddress(attempt: number): string {
  return `a${attempt}`;
}

export function turnAddress(attempt: number, turn: number): string {
  return `${attemptAddress(attempt)}-t${turn}`;
}

const SEVERITY_NOUNS = [
  ['refuse', 'refusal'],
  ['ask', 'question'],
  ['note', 'note'],
] as const;

/** Returns the findings by severity: `1 refusal, 2 questions`; `no findings` without any. */
export function findingsLabel(findings: AttemptResult['findings']): string {
  const labels = SEVERITY_NOUNS.flatMap(([severity, noun]) => {
    const found = findings.filter((one) => one.severity === severity).length;
    return found === 0 ? [] : [pluralize(found, noun)];
  });
  return labels.length === 0 ? 'no findings' : labels.join(', ');
}

/** Returns what the guard found, as a label: `Guard: no findings`, `Guard: nothing blocks, 1 note`. */
export function guardLabel(findings: AttemptResult['findings']): string {
  const count = (of: Finding['severity']): number => findings.filter(({severity}) => severity === of).length;
  if (count('refuse') > 0) return `Guard: refuses, ${pluralize(count('refuse'), 'finding')}`;
  if (count('ask') > 0) return `Guard: asks you, ${pluralize(count('ask'), 'finding')}`;
  return count('note') === 0 ? 'Guard: no findings' : `Guard: nothing blocks, ${pluralize(count('note'), 'note')}`;
}
