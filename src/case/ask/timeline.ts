import type {CaseStatus} from '../status.ts';

/** Returns the timeline of a case and what operators gave it as context, as text for a question. */
export function caseTimeline({timeline, context}: CaseStatus): string {
  const entries = timeline.map(({atUtc, phase, text}) => `${atUtc} [${phase}] ${text}`);
  const given = context.map(({by, atUtc, text}) => `${atUtc} context by ${by}: ${text}`);
  return [...entries, ...given].join('\n');
}
