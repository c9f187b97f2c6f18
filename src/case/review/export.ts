import {type AttemptResult, type CaseStatus, proofSummary} from '../status.ts';
import type {BundleRef} from '../types.ts';

/** What rebuild_proof.json says of the proof, in words for the commit; empty where it is not known. */
export interface ProofFacts {
  readonly command: string;
  /** ISO 8601. */
  readonly finishedUtc: string;
  /** Commit of the overlay that the diff was proved on. */
  readonly overlayCommit: string;
}

/** A fix that an operator took, ready to become a commit. */
export interface AcceptedFix {
  readonly status: CaseStatus;
  readonly attempt: AttemptResult;
  readonly accepted: NonNullable<CaseStatus['accepted']>;
  readonly bundle: BundleRef | null;
}

const SUBJECT = 72;
const WIDTH = 72;

/** The fix of a case that may be exported, or why there is none, in words. */
export function acceptedFix(status: CaseStatus): AcceptedFix | {readonly fault: string} {
  const {workflowId, outcome, phase, accepted, bundle} = status;
  if (outcome !== 'fixed')
    return {fault: `${workflowId} is not fixed: it is ${outcome ?? `in ${phase}`}. Only an accepted fix is exported.`};
  if (!accepted)
    return {
      fault: `${workflowId} is fixed, but nobody accepted the fix while it waited for its review. Only an accepted fix is exported.`,
    };
  const attempt = (status.attempts ?? []).findLast(
    (one) => one.diff !== undefined && one.proof?.rebuildOk && one.rejected === undefined,
  );
  if (attempt === undefined) return {fault: `${workflowId} has no attempt with a passed proof. Its archive is damaged.`};
  return {status, attempt, accepted, bundle};
}

/** `category/port: what was done`, at most 72 characters, in the model's words if it has some that fit on a line. */
export function subjectOf({status, attempt}: AcceptedFix): string {
  const prefix = `${status.port.origin}: `;
  const sentence =
    oneLine(attempt.said ?? '')
      .replace(/^[\s#>*_`-]+/, '')
      .split(/(?<=[^.\s]{2}[.!?])\s/)[0] ?? '';
  const text = sentence.replace(/[.:\s]+$/, '').replaceAll('=?', '= ?');
  const summary = /\p{L}{2}/u.test(text) ? text : `fix ${status.triage?.classification.replaceAll('-', ' ') ?? 'the build'}`;
  return truncate(`${prefix}${summary}`, SUBJECT);
}

/** The commit's message below its subject: root cause, what was proved, who took it. Words that are not ours are indented, and so are no mail's marks. */
export function messageOf({status, attempt, accepted, bundle}: AcceptedFix, proof: ProofFacts): string {
  const {triage} = status;
  const facts = [
    ['command', proof.command],
    ['finished', proof.finishedUtc],
    ['overlay', proof.overlayCommit],
    ['diff', `sha256 ${attempt.proof?.diffSha256 ?? ''}`],
  ].filter(([, value]) => value !== '');
  return [
    ...(triage
      ? [`Root cause (${oneLine(triage.classification)}, ${oneLine(triage.platform)}):`, indented(triage.rootCause)]
      : []),
    ...(attempt.said ? ['The fix, in its author’s words:', indented(attempt.said)] : []),
    `A clean rebuild of this diff ${proofSummary(attempt.proof)}:`,
    facts.map(([key, value]) => `  ${key?.padEnd(8)}  ${oneLine(value ?? '')}`).join('\n'),
    indented(
      `${attempt.by === undefined ? 'Made by a model' : `Made by ${attempt.by}`}, accepted by ${accepted.by} on ${accepted.atUtc.slice(0, 10)}.`,
    ),
    indented(`Case ${status.workflowId}${bundle === null ? '' : `, evidence runs/${bundle.runId}/ports/${bundle.bundleId}`}.`),
  ].join('\n\n');
}

/** The message as a mail that `git am` takes, up to the diff. `author` is `Name <mail>`; the date is that of the acceptance. */
export function patchMail(
  fix: AcceptedFix,
  proof: ProofFacts,
  about: {author: string; number: number; of: number; encoding: '8bit' | 'base64'},
): {head: string; body: string} {
  const date = new Date(fix.accepted.atUtc).toUTCString().replace('GMT', '+0000');
  const count = String(about.of);
  const head = [
    'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001',
    `From: ${about.author}`,
    `Date: ${date}`,
    `Subject: [PATCH ${String(about.number).padStart(count.length, '0')}/${count}] ${subjectOf(fix)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    `Content-Transfer-Encoding: ${about.encoding}`,
  ];
  return {head: `${head.join('\n')}\n\n`, body: `${messageOf(fix, proof)}\n---\n\n`};
}

/** `0001-net-foo-What-was-done.patch`, as git names its own. */
export function patchName(fix: AcceptedFix, number: number): string {
  const slug = subjectOf(fix)
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/\.+(?=-|$)/g, '')
    .replace(/-+/g, '-')
    .replace(/^[-.]+|-+$/g, '');
  return `${String(number).padStart(4, '0')}-${slug.slice(0, 52).replace(/[-.]+$/, '')}.patch`;
}

/** Whether text is an author as git takes it: a name, and an address in angle brackets. */
export function isAuthor(text: string): boolean {
  return /^[^<>\p{Cc}]*[^<>\p{Cc}\s][^<>\p{Cc}]* <[^<>\p{Cc}\s@]+@[^<>\p{Cc}\s@]+>$/u.test(text);
}

/** Wrapped at 72 columns, each line indented: no line can begin as a mail's, a diff's or a trailer's does. */
function indented(text: string): string {
  const lines: string[] = [];
  for (const word of oneLine(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.join('\n');
}

/** Without control characters, line breaks and marks that turn the text around. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '')
    .trim();
}

/** At most so many characters, cut between words. */
function truncate(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  return `${letters
    .slice(0, most - 1)
    .join('')
    .replace(/\s+\S*$/, '')}…`;
}
