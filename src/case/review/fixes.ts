import {isProved} from '../attempt/proved.ts';
import type {EffectivePolicy} from '../policy/policy.ts';
import type {Item} from '../prompt/space.ts';
import {type AttemptResult, type CaseStatus, nowUtc} from '../status.ts';
import type {BundleRef, Outcome, PortId, RecordId} from '../types.ts';

/** A proved diff and its review. */
export interface Fix {
  readonly version: 1;
  /** Run id of the case's workflow; a case has at most one fix. */
  readonly caseRunId: string;
  readonly port: PortId;
  readonly signature: string;
  readonly classification: string | null;
  /** Time of the case's last change, in ISO 8601. */
  readonly atUtc: string;
  readonly outcome: Outcome | null;
  readonly verdict: 'accepted' | 'rejected' | 'unreviewed';
  /** Reason of a rejection, or the root cause from triage. */
  readonly note: string;
  /** Author of the diff; missing for a model. */
  readonly by?: string;
  readonly diff: RecordId;
  readonly bundle: BundleRef;
}

/** Returns the fix of a case; undefined without a diff that was proved and that nothing found in it prevents. */
export function fixOf(status: CaseStatus): Fix | undefined {
  const attempt = (status.attempts ?? []).findLast((one) => isProved(one) && one.diff !== undefined);
  if (attempt?.diff === undefined || !status.bundle) return undefined;
  const {rejected, by} = attempt;
  return {
    version: 1,
    caseRunId: status.runId,
    port: status.port,
    signature: status.signature,
    classification: status.triage?.classification ?? null,
    atUtc: status.timeline?.at(-1)?.atUtc ?? nowUtc(),
    outcome: status.outcome,
    verdict: verdictOf(status, attempt),
    note: (rejected?.reason ?? status.triage?.rootCause ?? '').slice(0, 500),
    by,
    diff: attempt.diff,
    bundle: status.bundle,
  };
}

function verdictOf({accepted}: CaseStatus, {rejected}: AttemptResult): Fix['verdict'] {
  if (rejected !== undefined) return 'rejected';
  return accepted === null ? 'unreviewed' : 'accepted';
}

/** Outcomes of cases whose fix may still be right although nobody has judged it; null: it waits for its review. */
const UNDISPUTED: ReadonlySet<Fix['outcome']> = new Set([null, 'fixed', 'recovered']);

/**
 * Returns whether later cases may be shown a fix: one that was judged, by its verdict; an unreviewed one only if the policy
 * allows it and its case was not closed as something else.
 */
export function isOffered(
  {verdict, outcome}: Pick<Fix, 'verdict' | 'outcome'>,
  {unreviewed}: EffectivePolicy['memory'],
): boolean {
  return verdict !== 'unreviewed' || (unreviewed && UNDISPUTED.has(outcome));
}

/** Failure to find fixes for. */
export interface FixQuery {
  readonly port: PortId;
  /** Empty if unknown. */
  readonly signature: string;
}

const VERDICTS: readonly Fix['verdict'][] = ['accepted', 'unreviewed', 'rejected'];
const SIMILARITY = {signature: 3, port: 2, sibling: 1} as const;

/**
 * Returns fixes that may help: for the same failure, the same port, or its siblings. Sorted by verdict (accepted first,
 * rejected last), similarity, and time (newest first); of equal diffs only the best.
 */
export function rankFixes(fixes: readonly Fix[], wanted: FixQuery): Fix[] {
  const similar = fixes.filter((fix) => similarity(fix, wanted) > 0);
  similar.sort(
    (a, b) =>
      VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
      similarity(b, wanted) - similarity(a, wanted) ||
      (a.atUtc < b.atUtc ? 1 : -1),
  );
  return similar.filter((fix, at) => similar.findIndex((one) => one.diff === fix.diff) === at);
}

function similarity(fix: Fix, {port, signature}: FixQuery): number {
  if (signature !== '' && fix.signature === signature) return SIMILARITY.signature;
  if (fix.port.origin === port.origin) return SIMILARITY.port;
  return siblings(fix.port.origin, port.origin) ? SIMILARITY.sibling : 0;
}

/**
 * Returns whether two ports are variants of one software: `lang/lua53` and `lang/lua54`, `net/foo` and `net/foo-devel`,
 * `devel/py-x` and `devel/py39-x`.
 */
function siblings(a: string, b: string): boolean {
  const stems = [stemOf(a), stemOf(b)];
  return stems[0] !== '' && stems[0] === stems[1];
}

function stemOf(origin: string): string {
  const name = origin.replace(/^[^/]*\//, '').replace(/^(py|rubygem|lua|php)\d*-/, '$1-');
  return name.replace(/-(devel|lts|legacy|esr|current|stable|snapshot)$/, '').replace(/[-_]?[\d.]+$/, '');
}

/** Returns the prompt item for a fix; `diff` is its text. */
export function fixItem(fix: Fix, diff: string, wanted: FixQuery): Item {
  const relation =
    fix.signature === wanted.signature && wanted.signature !== ''
      ? 'the same failure'
      : fix.port.origin === wanted.port.origin
        ? 'this port'
        : 'a sibling port';
  const verdict = {
    accepted: 'proved and accepted',
    unreviewed: 'proved, not reviewed yet',
    rejected: 'proved, but REJECTED: do not repeat it',
  }[fix.verdict];
  return {
    title: `${fix.port.origin}, ${relation}, ${fix.atUtc.slice(0, 10)}: ${verdict}`,
    text: [fix.note, diff].filter((one) => one !== '').join('\n'),
  };
}
