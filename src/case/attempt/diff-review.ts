import {parseGitDiff} from '../guard/git-diff.ts';
import type {ReviewPolicy} from '../policy/policy.ts';
import {MOST_REVIEW_FINDINGS, REVIEW_KINDS} from '../prompt/diff-review.ts';
import type {AttemptResult, ReviewFinding} from '../status.ts';
import {pluralize} from '../text/plural.ts';

const REASON_CHARS = 400;

/** Returns the number of lines that a diff adds or removes; 0 for a text that is no diff. */
export function changedLines(diff: string): number {
  return filesOf(diff)
    .flatMap(({hunks}) => hunks)
    .flatMap(({changes}) => changes)
    .filter(({type}) => type !== 'normal').length;
}

/** Returns why the policy wants no review of a diff with so many changed lines; undefined where it wants one. */
export function whyNotReviewed(review: ReviewPolicy, lines: number): string | undefined {
  if (review === 'off') return 'the policy wants none';
  if (review === 'on' || lines > review.above_lines) return undefined;
  return `the diff changes ${pluralize(lines, 'line')}, and the policy wants one above ${review.above_lines}`;
}

/** Result of parsing a reviewer's reply. */
export type ReviewReading = {readonly findings: readonly ReviewFinding[]} | {readonly problem: string};

/**
 * Parses a reviewer's reply: one JSON object `{"findings": [{"kind", "path", "reason"}]}`, which may stand in a code fence. Every kind must
 * be one of `REVIEW_KINDS`, every path a file of the diff, in full or from the port's directory on. Any other reply is a problem.
 */
export function parseReview(reply: string, diff: string): ReviewReading {
  const listed = listIn(reply);
  if (listed === undefined) return {problem: 'it is no JSON object with a list `findings`'};
  const paths = filesOf(diff).map(({type, oldPath, newPath}) => (type === 'delete' ? oldPath : newPath));
  const findings: ReviewFinding[] = [];
  for (const [at, one] of listed.entries()) {
    const read = readFinding(one, paths);
    if (typeof read === 'string') return {problem: `finding ${at + 1} ${read}`};
    findings.push(read);
  }
  return {findings: findings.slice(0, MOST_REVIEW_FINDINGS)};
}

function listIn(reply: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(reply.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, ''));
    const {findings} = (value ?? {}) as {findings?: unknown};
    return Array.isArray(findings) ? findings : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a finding, or what is wrong with it. */
function readFinding(value: unknown, paths: readonly string[]): ReviewFinding | string {
  const {kind, path, reason} = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof kind !== 'string' || !Object.hasOwn(REVIEW_KINDS, kind))
    return `must have one of the kinds ${Object.keys(REVIEW_KINDS).join(', ')}; got ${quote(kind)}`;
  const file = typeof path === 'string' && path !== '' ? paths.filter((one) => `/${one}`.endsWith(`/${path}`)) : [];
  if (file.length !== 1) return `must name a file of the diff; got ${quote(path)}`;
  const text = typeof reason === 'string' ? reason.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARS).toWellFormed() : '';
  return text === '' ? 'has no reason' : {kind, path: file[0] as string, reason: text};
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80).toWellFormed();
}

function filesOf(diff: string): ReturnType<typeof parseGitDiff> {
  try {
    return parseGitDiff(diff);
  } catch {
    return [];
  }
}

/** Returns the reviewer's findings and what came of them, a line each, for operators; none where the policy wants no review. */
export function reviewOf(one: Pick<AttemptResult, 'diffReview'>): string[] {
  const summary = diffReviewSummary(one);
  const found = one.diffReview?.findings ?? [];
  return summary === undefined ? [] : [...found.map(({kind, path, reason}) => `${kind}: ${path} ${reason}`), summary];
}

/** Returns what the review of an attempt's diff came to, for operators, without its findings; undefined without a review. */
export function diffReviewSummary({diffReview}: Pick<AttemptResult, 'diffReview'>): string | undefined {
  if (diffReview === undefined) return undefined;
  const {findings, skipped, problem, answer, isTakenBack} = diffReview;
  if (skipped !== undefined) return `No review of the diff: ${skipped}`;
  if (problem !== undefined) return `The reply of the reviewer is not in its form: ${problem}. It counts as no findings.`;
  if (findings.length === 0) return 'The reviewer found nothing.';
  const sent = `The model was sent ${pluralize(findings.length, 'finding')} of the reviewer`;
  const answered = answer === undefined ? `${sent} and gave no answer.` : `${sent} and answers: ${answer}`;
  return isTakenBack ? `${answered} What it changed then could not be proved: the diff that was reviewed counts.` : answered;
}
