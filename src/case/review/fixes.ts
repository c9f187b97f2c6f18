import type {Item} from '../prompt/space.ts';
import {type CaseStatus, nowUtc} from '../status.ts';
import type {BundleRef, Outcome, PortId, RecordId} from '../types.ts';

/** A diff that a clean rebuild has proved, and what people said of it. */
export interface Fix {
  readonly version: 1;
  /** Run id of the case's workflow: a case has one fix at most. */
  readonly caseRunId: string;
  readonly port: PortId;
  readonly signature: string;
  readonly classification: string | null;
  /** When the case was last written; ISO 8601. */
  readonly atUtc: string;
  readonly outcome: Outcome | null;
  readonly verdict: 'accepted' | 'rejected' | 'unreviewed';
  /** Why it was rejected, or what was wrong in triage's words. */
  readonly note: string;
  /** Who made it, if no model did. */
  readonly by?: string;
  readonly diff: RecordId;
  readonly bundle: BundleRef;
}

/** The fix of a case; undefined if none of its diffs was proved. */
export function fixOf(status: CaseStatus): Fix | undefined {
  const attempt = status.attempts.findLast((one) => one.proof?.rebuildOk === true && one.diff !== undefined);
  if (attempt?.diff === undefined || status.bundle === null) return undefined;
  const {rejected, by} = attempt;
  return {
    version: 1,
    caseRunId: status.runId,
    port: status.port,
    signature: status.signature,
    classification: status.triage?.classification ?? null,
    atUtc: status.timeline.at(-1)?.atUtc ?? nowUtc(),
    outcome: status.outcome,
    verdict: status.accepted !== null ? 'accepted' : rejected === undefined ? 'unreviewed' : 'rejected',
    note: (rejected?.reason ?? status.triage?.rootCause ?? '').slice(0, 500),
    by,
    diff: attempt.diff,
    bundle: status.bundle,
  };
}

/** Which failure fixes are wanted for. */
export interface FixQuery {
  readonly port: PortId;
  /** Empty: unknown. */
  readonly signature: string;
}

const VERDICTS: readonly Fix['verdict'][] = ['accepted', 'unreviewed', 'rejected'];
const SIMILARITY = {signature: 3, port: 2, sibling: 1} as const;

/**
 * Fixes that may help: of the same failure, of the same port, of its siblings. Accepted ones first, rejected ones last, the more alike
 * before the less, the newer before the older; of a diff that several cases had, the best.
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

/** Ports of one software: `lang/lua53` and `lang/lua54`, `net/foo` and `net/foo-devel`, `devel/py-x` and `devel/py39-x`. */
function siblings(a: string, b: string): boolean {
  const stems = [stemOf(a), stemOf(b)];
  return stems[0] !== '' && stems[0] === stems[1];
}

function stemOf(origin: string): string {
  const name = origin.replace(/^[^/]*\//, '').replace(/^(py|rubygem|lua|php)\d*-/, '$1-');
  return name.replace(/-(devel|lts|legacy|esr|current|stable|snapshot)$/, '').replace(/[-_]?[\d.]+$/, '');
}

/** What a prompt says of a fix; `diff` is its text. */
export function fixItem(fix: Fix, diff: string, wanted: FixQuery): Item {
  const relation =
    fix.signature === wanted.signature && wanted.signature !== ''
      ? 'the same failure'
      : fix.port.origin === wanted.port.origin
        ? 'this port'
        : 'a sibling port';
  const verdict = {
    accepted: 'proved and accepted',
    unreviewed: 'proved, nobody has judged it',
    rejected: 'proved, but REJECTED: do not repeat it',
  }[fix.verdict];
  return {
    title: `${fix.port.origin}, ${relation}, ${fix.atUtc.slice(0, 10)}: ${verdict}`,
    text: [fix.note, diff].filter((one) => one !== '').join('\n'),
  };
}
