import {isProved} from '../attempt/proved.ts';
import {actorText} from '../login.ts';
import {type AttemptResult, type CaseStatus, proofSummary} from '../status.ts';
import type {BundleRef} from '../types.ts';
import {effectSummary} from './effect-view.ts';

/** Details of a proof from rebuild_proof.json, for the commit message; unknown values are empty. */
export interface ProofFacts {
  readonly command: string;
  /** Command of the build without DEVELOPER; missing or empty where there was none. */
  readonly bulkCommand?: string;
  /** Time in ISO 8601. */
  readonly finishedUtc: string;
  /** Commit of the overlay that the diff was proved on. */
  readonly overlayCommit: string;
}

/** An accepted fix, ready for a commit. */
export interface AcceptedFix {
  readonly status: CaseStatus;
  readonly attempt: AttemptResult;
  readonly accepted: NonNullable<CaseStatus['accepted']>;
  readonly bundle: BundleRef | null;
}

const SUBJECT = 72;
const WIDTH = 70;

/** Returns the fix of a case if it can be exported, or the reason why not. */
export function acceptedFix(status: CaseStatus): AcceptedFix | {readonly fault: string} {
  const {workflowId, outcome, phase, accepted, bundle} = status;
  if (outcome !== 'fixed')
    return {fault: `${workflowId} is not fixed: it is ${outcome ?? `in ${phase}`}. Only an accepted fix is exported.`};
  if (!accepted)
    return {
      fault: `${workflowId} is fixed, but no operator accepted the fix during its review. Only an accepted fix is exported.`,
    };
  const attempt = lastProved(status.attempts ?? []);
  if (attempt === undefined) return {fault: `${workflowId} has no attempt with a passed proof. Its archive is damaged.`};
  return {status, attempt, accepted, bundle};
}

/** Returns the last attempt whose diff is proved and not rejected. */
export function lastProved(attempts: readonly AttemptResult[]): AttemptResult | undefined {
  return attempts.findLast((one) => one.diff !== undefined && isProved(one) && one.rejected === undefined);
}

/**
 * Returns the commit subject, `category/port: what was done`, at most 72 characters: the first sentence of the author's summary
 * if it has one.
 */
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

/**
 * Returns the commit message below its subject: root cause, summary, proof, approval. Text from others is indented, so that it
 * cannot form mail headers, diff lines or trailers.
 */
export function messageOf({status, attempt, accepted, bundle}: AcceptedFix, proof: ProofFacts): string {
  const {triage} = status;
  const effect = effectSummary(attempt);
  const facts = [
    ['command', proof.command],
    ['and', proof.bulkCommand ?? ''],
    ['finished', proof.finishedUtc],
    ['overlay', proof.overlayCommit],
    ['diff', `sha256 ${attempt.proof?.diffSha256 ?? ''}`],
  ].filter(([, value]) => value !== '');
  return [
    ...(triage
      ? [`Root cause (${oneLine(triage.classification)}, ${oneLine(triage.platform)}):`, indented(triage.rootCause)]
      : []),
    ...(attempt.said ? ['Summary by the author of the fix:', indented(attempt.said)] : []),
    ...(effect === undefined ? [] : ['Effect on the port:', indented(effect)]),
    `A clean rebuild of this diff ${proofSummary(attempt.proof)}:`,
    facts.map(([key, value]) => `  ${key?.padEnd(8)}  ${oneLine(value ?? '')}`).join('\n'),
    ...othersPart(attempt),
    indented(
      `${attempt.by === undefined ? 'Made by a model' : `Made by ${attempt.by}`}, accepted by ${actorText(accepted)} on ${accepted.atUtc.slice(0, 10)}.`,
    ),
    indented(`Case ${status.workflowId}${bundle === null ? '' : `, evidence runs/${bundle.runId}/ports/${bundle.bundleId}`}.`),
  ].join('\n\n');
}

/** Returns which other ports were built with a fix to a master, and which were not. */
function othersPart({proof}: AttemptResult): string[] {
  const others = proof?.others ?? [];
  if (others.length === 0) return [];
  const built = others.filter(({result}) => result === 'built').map(({origin}) => origin);
  const left = others.filter(({result}) => result === 'left-out').map(({origin, reason}) => `${origin} (${reason})`);
  const sentences = [
    ...(built.length === 0 ? [] : [`Also built: ${built.join(', ')}.`]),
    ...(left.length === 0 ? [] : [`Not built, with or without it: ${left.join(', ')}.`]),
  ];
  return [indented(sentences.join(' '))];
}

/** Returns the message as a mail for `git am`, up to the diff. `author` is `Name <mail>`; the date is that of the acceptance. */
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

/** Returns a file name in git's format, `0001-net-foo-What-was-done.patch`. */
export function patchName(fix: AcceptedFix, number: number): string {
  const slug = subjectOf(fix)
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/\.+(?=-|$)/g, '')
    .replace(/-+/g, '-')
    .replace(/^[-.]+|-+$/g, '');
  return `${String(number).padStart(4, '0')}-${slug.slice(0, 52).replace(/[-.]+$/, '')}.patch`;
}

/** Returns whether text is a valid git author: a name, and an address in angle brackets. */
export function isAuthor(text: string): boolean {
  return /^[^<>\p{Cc}]*[^<>\p{Cc}\s][^<>\p{Cc}]* <[^<>\p{Cc}\s@]+@[^<>\p{Cc}\s@]+>$/u.test(text);
}

/**
 * Returns text wrapped at 72 columns with each line indented, so that no line can begin like one of a mail, a diff or a
 * trailer.
 */
function indented(text: string): string {
  return wrapped(text)
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Returns text as lines of at most 70 columns, longer words excepted. */
export function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of oneLine(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Returns text as one line, without control characters and direction marks. A number is set off from its `#`: it closes no issue. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '')
    .replace(/#(?=\d)/g, '# ')
    .trim();
}

/** Returns text in at most `most` characters, cut between words. */
function truncate(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  return `${letters
    .slice(0, most - 1)
    .join('')
    .replace(/\s+\S*$/, '')}…`;
}

/** Returns the file name of an attempt's diff, `net-foo-attempt-2.diff`. */
export function patchFileName({port: {origin}}: Pick<CaseStatus, 'port'>, attempt: number): string {
  return `${origin.replace(/[^A-Za-z0-9.]+/g, '-')}-attempt-${attempt}.diff`;
}
