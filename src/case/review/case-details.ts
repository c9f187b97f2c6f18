import {reviewOf} from '../attempt/diff-review.ts';
import {guardRoundSummary} from '../attempt/guard-round.ts';
import {formatMoney} from '../budget/money.ts';
import {temporalCommand, type Values} from '../operator/commands.ts';
import {minutesUsed} from '../operator/limits.ts';
import {isUndelivered} from '../operator/state-rules.ts';
import {
  type AttemptResult,
  type CaseStatus,
  countedAttempts,
  type Delivery,
  proofSummary,
  type TimelineEntry,
  triageSource,
} from '../status.ts';
import {codeBlock} from '../text/code-block.ts';
import {escapeMarkdown} from '../text/markdown.ts';
import {masterLabel} from '../text/master-label.ts';
import {pluralize} from '../text/plural.ts';
import {type BundleRef, billable, type Phase, portName, usageLabel} from '../types.ts';
import {stateLabel, stateOf} from './case-state.ts';
import {bundlePage, caseLinks, diffPage, logPage} from './console-links.ts';
import {deliverySummary} from './delivery.ts';
import {effectSummary} from './effect-view.ts';
import {operatorInstruction} from './handoff.ts';
import {timelinePage} from './timeline-page.ts';

const NEXT_STEP: Readonly<Record<Phase, string>> = {
  collect: 'the evidence is read',
  triage: 'rules or a model determine the class of the failure',
  decide: 'the policy selects the tier',
  'waiting-env': 'the attempt starts when a dev-env is free',
  patch: 'the attempt edits the overlay in a dev-env',
  prove: 'a clean rebuild proves or rejects the diff',
  'awaiting-operator': 'an operator decides',
  deliver: 'the case closes when the delivery command has succeeded',
  closed: 'nothing',
};

/**
 * Returns a case as Markdown for the Web UI's current details: reason, next step, remaining budget, failure, attempts. `base`
 * is the console's address; without it there are no links.
 */
export function caseDetails(status: CaseStatus, base?: string): string {
  const {port, triage} = status;
  const bundle = status.bundle ?? status.bundles.at(-1);
  const parts = [
    `# ${portName(port)}: ${stateLabel(stateOf(status))}`,
    ...(status.reason === '' ? [] : [`**Why:** ${escapeMarkdown(status.reason)}`]),
    ...(status.outcome ? [] : [`**Next:** ${NEXT_STEP[status.phase]}.`]),
    ...(status.phase === 'awaiting-operator' ? [`**To do:** ${operatorInstruction(status)}`] : []),
    ...(base === undefined || bundle === undefined ? [] : [caseLinks(base, status, bundle)]),
    facts(status, base),
    ...(status.delivery === undefined ? [] : [deliveryPart(status.delivery)]),
    ...(triage?.rootCause
      ? [`**Root cause**, by ${escapeMarkdown(triageSource(triage))}: ${escapeMarkdown(triage.rootCause)}`]
      : []),
    ...(status.phase === 'awaiting-operator' ? [closeInstructions(status)] : []),
    ...status.attempts.map((one) => attemptPart(one, status, base)),
    ...(status.earlier.length > 0 ? ['## Earlier cases of this port', earlierPart(status, base)] : []),
    '## Timeline',
    ...earlierEntries(status),
    timelineMarkdown(timelinePage(status.timeline).entries),
  ];
  return parts.join('\n\n');
}

function facts(status: CaseStatus, base: string | undefined): string {
  const {port, triage, usage} = status;
  const cls = triage ? `${triage.classification}, confidence ${triage.confidence}, ${triage.platform}` : 'not known yet';
  return [
    `- **Port:** ${portName(port)}, target ${port.target}`,
    ...(status.master === undefined ? [] : [`- **Master:** ${masterLabel(status.master)}`]),
    `- **Class:** ${cls}; **tier** ${status.tier ?? 'not decided yet'}`,
    `- **Used:** ${billable(usage)} billable tokens (prompt ${usage.prompt}, of which cached ${usage.cached}, replies ${usage.completion})${usageLabel(usage)}${usage.cost > 0 ? `, cost ${formatMoney(usage.cost)}` : ''}; ${pluralize(status.attempts.length, 'attempt')}, ${oneDecimal(minutesUsed(status))} minutes`,
    ...(status.currentAttempt === null
      ? []
      : [`- **Running attempt:** \`${status.currentAttempt}\`, listed under Relationships`]),
    ...(status.budget.tokensLimit === null ? [] : [`- **Left:** ${remainingBudget(status)}`]),
    ...status.bundles.map((bundle) => `- **Evidence:** ${evidence(bundle, base)}`),
  ].join('\n');
}

function deliveryPart(delivery: Delivery): string {
  const tail = delivery.tail ? [codeBlock('text', delivery.tail)] : [];
  return [`**Delivery** \`${delivery.id}\`: ${escapeMarkdown(deliverySummary(delivery))}`, ...tail].join('\n\n');
}

/** Returns what remains of the tier's limits, including grants. A running attempt is not deducted yet. */
function remainingBudget(status: CaseStatus): string {
  const {tokensLimit, attemptsLimit, minutesLimit, costLimit} = status.budget;
  return [
    remainingOf(tokensLimit, billable(status.usage), 'tokens'),
    remainingOf(attemptsLimit, countedAttempts(status.attempts).length, 'attempts'),
    remainingOf(minutesLimit, minutesUsed(status), 'minutes', oneDecimal),
    remainingOf(costLimit, status.usage.cost, 'in money', formatMoney),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Returns the remainder of a limit, `3 of 4 attempts`; empty without a limit. */
export function remainingOf(
  limit: number | null | undefined,
  used: number,
  what: string,
  shown: (amount: number) => string = String,
): string {
  return limit == null ? '' : `${shown(Math.max(0, limit - used))} of ${shown(limit)} ${what}`;
}

/** Returns a number with at most one decimal. */
export function oneDecimal(amount: number): string {
  return amount.toFixed(1).replace(/\.0$/, '');
}

function evidence(bundle: BundleRef, base: string | undefined): string {
  const path = `\`runs/${bundle.runId}/ports/${bundle.bundleId}\``;
  return base === undefined ? path : `[${path}](${bundlePage(base, bundle)}), its [log](${logPage(base, bundle)})`;
}

function attemptPart(one: AttemptResult, status: CaseStatus, base: string | undefined): string {
  const findings = one.findings.map(
    (finding) =>
      `- guard, ${finding.severity}: **${escapeMarkdown(finding.path || 'the diff')}** ${escapeMarkdown(finding.reason)}`,
  );
  const effect = effectSummary(one);
  const round = guardRoundSummary(one);
  return [
    `## Attempt ${one.attempt}${one.by === undefined ? '' : `: diff by ${escapeMarkdown(one.by)}`}`,
    `${modelSummary(one)}Proof: ${proofSummary(one.proof) ?? 'not run'}. Ended: ${escapeMarkdown(one.reason)}.`,
    ...(one.said ? [`> ${escapeMarkdown(one.said)}`] : []),
    ...(one.rejected ? [`Rejected by ${escapeMarkdown(one.rejected.by)}: ${escapeMarkdown(one.rejected.reason)}`] : []),
    ...(effect === undefined ? [] : [`**Effect on the port:** ${escapeMarkdown(effect)}`]),
    ...(findings.length > 0 ? [findings.join('\n')] : []),
    ...(round === undefined ? [] : [escapeMarkdown(round)]),
    ...reviewPart(one),
    ...(one.diff && base !== undefined ? [`[Diff with the guard’s findings](${diffPage(base, status, one.attempt)})`] : []),
    ...(one.diffText ? [codeBlock('diff', one.diffText)] : []),
  ].join('\n\n');
}

/** Returns what a reviewer found in the diff as a list; nothing where the policy wants no review. */
function reviewPart(one: AttemptResult): string[] {
  const lines = reviewOf(one).map((line) => `- review: ${escapeMarkdown(line)}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

/** Returns what a model did in an attempt; empty for an operator's diff. */
function modelSummary({by, turns, usage, built}: AttemptResult): string {
  if (by !== undefined) return '';
  return `${pluralize(turns, 'turn')}, ${billable(usage)} tokens, ${built ? 'build passed' : 'no passed build'}. `;
}

function earlierPart({earlier}: CaseStatus, base: string | undefined): string {
  const lines = earlier.map(
    (one) =>
      `- ${one.closedUtc.slice(0, 16)} ${one.classification ?? 'no class'}: ${one.outcome}; ${escapeMarkdown(one.reason)} (${evidence(one, base)})`,
  );
  return lines.join('\n');
}

/** Reports how many entries the details leave out. */
function earlierEntries({timeline, workflowId}: CaseStatus): string[] {
  const left = timeline.length - timelinePage(timeline).entries.length;
  return left === 0 ? [] : [`${left} earlier entries: \`portwright show ${workflowId} --page 2\``];
}

/** Returns a timeline as a Markdown list. */
export function timelineMarkdown(timeline: readonly TimelineEntry[]): string {
  return timeline.map((entry) => `- ${entry.atUtc.slice(11, 19)} ${entry.phase}: ${escapeMarkdown(entry.text)}`).join('\n');
}

function closeInstructions(status: CaseStatus): string {
  const {workflowId, pendingOutcome} = status;
  const isFix = pendingOutcome === 'fixed';
  const isReview = isFix && !isUndelivered(status);
  const name = isReview ? 'accept' : isFix ? 'retryDelivery' : 'resolve';
  const other = isReview ? ', or `reject` with a reason' : isFix ? ', or `skipDelivery` to close it without' : '';
  const values: Values = isFix || pendingOutcome === null ? {} : {outcome: pendingOutcome, note: 'why'};
  return [
    `Left alone it closes as *${pendingOutcome}*. To ${isFix && !isReview ? 'deliver it again' : 'close it now'}, use Update \`${name}\` in the menu above${other}; or:`,
    codeBlock('', temporalCommand(name, workflowId, 'you', values)),
  ].join('\n\n');
}
