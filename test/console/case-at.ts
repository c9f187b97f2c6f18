import {type AttemptResult, type CaseStatus, newStatus, type TimelineEntry} from '../../src/case/status.ts';
import {NO_USAGE, type Phase} from '../../src/case/types.ts';

const BUNDLE = {runId: 'run-Live-1', bundleId: 'net_foo-20260301-100000Z'};

/** A case of net/foo that has come through these phases, one a second. */
export function caseAt(phases: readonly Phase[], changes: Partial<CaseStatus> = {}): CaseStatus {
  const timeline: TimelineEntry[] = phases.map((phase, at) => ({
    atUtc: `2026-03-01T10:00:${String(at).padStart(2, '0')}.000Z`,
    phase,
    text: `it is in ${phase}`,
  }));
  return {
    ...newStatus('port:@main:net/foo', 'case-run-1', {target: '@main', origin: 'net/foo'}),
    phase: phases.at(-1) ?? 'collect',
    bundles: [BUNDLE],
    bundle: BUNDLE,
    timeline,
    ...changes,
  };
}

/** An attempt that the model ended by its report. */
export function attempt(changes: Partial<AttemptResult> = {}): AttemptResult {
  return {
    ...{
      attempt: 1,
      end: 'reported',
      reason: 'the model reported',
      turns: 3,
      minutes: 1,
      usage: NO_USAGE,
      built: true,
      findings: [],
    },
    ...changes,
  };
}

export const TRIAGE = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'a header'};
