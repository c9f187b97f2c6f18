import {reviewOf} from '../attempt/diff-review.ts';
import {guardRoundSummary} from '../attempt/guard-round.ts';
import {formatMoney} from '../budget/money.ts';
import {actorText} from '../login.ts';
import {type AttemptResult, type CaseStatus, type Delivery, proofSummary, triageSource} from '../status.ts';
import {masterLabel} from '../text/master-label.ts';
import {pluralize} from '../text/plural.ts';
import {billable, usageLabel} from '../types.ts';
import {stateLabel, stateOf} from './case-state.ts';
import {deliverySummary} from './delivery.ts';
import {effectSummary} from './effect-view.ts';
import {operatorInstruction} from './handoff.ts';
import {type TimelinePage, timelinePage} from './timeline-page.ts';

/** Returns a case as plain text for a terminal: state, reason, attempts, and a page of its timeline, the latest by default. */
export function caseText(status: CaseStatus, page = 1): string {
  const {triage, budget} = status;
  const limit = budget.tokensLimit === null ? '' : ` of ${budget.tokensLimit}`;
  return [
    `${status.workflowId}: ${stateLabel(stateOf(status))}`,
    ...(status.reason === '' ? [] : [`  why       ${status.reason}`]),
    `  class     ${triage === null ? 'not known yet' : `${triage.classification}, ${triage.confidence}, ${triage.platform}`}`,
    ...(triage?.rootCause ? [`  cause     ${triage.rootCause} (by ${triageSource(triage)})`] : []),
    ...(status.master === undefined ? [] : [`  master    ${masterLabel(status.master)}`]),
    `  tier      ${status.tier ?? 'not decided yet'}`,
    `  tokens    ${billable(status.usage)}${limit}${usageLabel(status.usage)}`,
    ...(status.usage.cost > 0 ? [`  cost      ${formatMoney(status.usage.cost)}`] : []),
    ...(status.accepted ? [`  accepted  by ${actorText(status.accepted)}`] : []),
    ...(status.delivery === undefined ? [] : deliveryLines(status.delivery)),
    ...status.bundles.map((bundle) => `  evidence  runs/${bundle.runId}/ports/${bundle.bundleId}`),
    ...status.attempts.flatMap(attemptLines),
    ...status.earlier.map((one) => `  earlier   ${one.closedUtc.slice(0, 16)} ${one.outcome}: ${one.reason}`),
    ...(status.phase === 'awaiting-operator' ? [`  to do     ${operatorInstruction(status)}`] : []),
    '',
    ...timelineLines(timelinePage(status.timeline, page), status.workflowId),
  ].join('\n');
}

/** The entries of a page, after how to see the others if there are any. */
function timelineLines({entries, total, page, pages}: TimelinePage, workflowId: string): string[] {
  const more = `(timeline of ${total} entries, page ${page} of ${pages}; page 1 has the latest: portwright show ${workflowId} --page N)`;
  return [
    ...(pages > 1 ? [more] : []),
    ...entries.map((entry) => `${entry.atUtc.slice(0, 19).replace('T', ' ')}  ${entry.phase.padEnd(17)}  ${entry.text}`),
  ];
}

function deliveryLines(delivery: Delivery): string[] {
  const tail = delivery.tail?.split('\n') ?? [];
  return [`  delivery  ${deliverySummary(delivery)} (${delivery.id})`, ...tail.map((line) => `            | ${line}`)];
}

function attemptLines(one: AttemptResult): string[] {
  const effect = effectSummary(one);
  const round = guardRoundSummary(one);
  return [
    attemptLine(one),
    ...(effect === undefined ? [] : [`    effect  ${effect}`]),
    ...one.findings.map(({severity, rule, path, reason}) => `    guard   ${severity} (${rule}): ${path && `${path} `}${reason}`),
    ...(round === undefined ? [] : [`    round   ${round}`]),
    ...reviewOf(one).map((line) => `    review  ${line}`),
  ];
}

function attemptLine(one: AttemptResult): string {
  const summary = proofSummary(one.proof);
  const proof = summary === undefined ? 'no proof' : `proof ${summary}`;
  const work =
    one.by === undefined
      ? `${pluralize(one.turns, 'turn')}, ${billable(one.usage)} tokens${usageLabel(one.usage)}, ${one.built ? 'built' : 'not built'}`
      : `diff by ${one.by}`;
  return `  attempt ${one.attempt} ${work}, ${proof}: ${one.reason}`;
}
