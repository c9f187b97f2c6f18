import type {AttemptProgress} from './attempt-progress.ts';
import {askOf} from './handoff.ts';
import {money} from './money.ts';
import {type AttemptResult, type CaseStatus, proofWords, type TimelineEntry} from './status.ts';
import {billable, type Phase} from './types.ts';

const NEXT: Readonly<Record<Phase, string>> = {
  collect: 'read the evidence',
  triage: 'the model names the class of the failure',
  decide: 'the policy decides how far automation may go',
  'waiting-env': 'a dev-env becomes free',
  patch: 'the model edits and builds in the dev-env',
  prove: 'a clean rebuild of the recorded diff gives the verdict',
  'awaiting-operator': 'an operator decides',
  closed: 'nothing',
};

/** The case as Markdown, for the Web UI's current details: what failed, what was tried, why it is where it is, what comes next. */
export function caseDetails(status: CaseStatus): string {
  const {port, triage} = status;
  const parts = [
    `# ${port.origin}: ${status.outcome ?? status.phase}`,
    ...(status.reason === '' ? [] : [`**Why:** ${escapeMarkdown(status.reason)}`]),
    facts(status),
    ...(triage?.rootCause
      ? [`**Root cause, ${triage.rule === undefined ? 'in the model’s words' : 'by rule'}:** ${escapeMarkdown(triage.rootCause)}`]
      : []),
    ...status.attempts.map(attemptPart),
    ...(status.earlier.length > 0 ? [earlierPart(status)] : []),
    ...(status.outcome ? [] : [`**Next:** ${NEXT[status.phase]}.`]),
    ...(status.phase === 'awaiting-operator' ? [howToGoOn(status)] : []),
    story(status.timeline),
  ];
  return parts.join('\n\n');
}

function facts(status: CaseStatus): string {
  const {port, triage, budget, usage} = status;
  const cls = triage ? `${triage.classification}, confidence ${triage.confidence}, ${triage.platform}` : 'not known yet';
  const attempts = `${status.attempts.length}${budget.attemptsLimit === null ? '' : ` of ${budget.attemptsLimit}`}`;
  const tokens = `${billable(usage)}${budget.tokensLimit === null ? '' : ` of ${budget.tokensLimit}`}`;
  return [
    `- **Port:** ${port.origin}${port.flavor ? `@${port.flavor}` : ''}, target ${port.target}`,
    `- **Class:** ${cls}; **tier** ${status.tier ?? 'not decided yet'}`,
    `- **Attempts:** ${attempts}; **billable tokens:** ${tokens} (prompt ${usage.prompt}, of it cached ${usage.cached}, replies ${usage.completion})${usage.cost > 0 ? `, cost ${money(usage.cost)}` : ''}`,
    ...status.bundles.map((bundle) => `- **Evidence:** \`runs/${bundle.runId}/ports/${bundle.bundleId}\``),
  ].join('\n');
}

function attemptPart(one: AttemptResult): string {
  const findings = one.findings.map(
    (finding) => `- guard, ${finding.severity}: \`${finding.path || 'the diff'}\` ${escapeMarkdown(finding.reason)}`,
  );
  return [
    `## Attempt ${one.attempt}${one.by === undefined ? '' : `, a diff by ${escapeMarkdown(one.by)}`}`,
    `${one.turns} turns, ${billable(one.usage)} tokens; its build ${one.built ? 'passed' : 'did not pass'}; proof: ${proofWords(one.proof) ?? 'not run'}. End: ${escapeMarkdown(one.reason)}.`,
    ...(one.said ? [`> ${escapeMarkdown(one.said)}`] : []),
    ...(one.rejected ? [`Rejected by ${escapeMarkdown(one.rejected.by)}: ${escapeMarkdown(one.rejected.reason)}`] : []),
    ...(findings.length > 0 ? [findings.join('\n')] : []),
    ...(one.diffText ? [codeBlock('diff', one.diffText)] : []),
  ].join('\n\n');
}

function earlierPart({earlier}: CaseStatus): string {
  const lines = earlier.map(
    (one) =>
      `- ${one.closedUtc.slice(0, 16)} ${one.classification ?? 'no class'}: ${one.outcome}; ${escapeMarkdown(one.reason)} (\`runs/${one.runId}/ports/${one.bundleId}\`)`,
  );
  return ['**Earlier cases of this port:**', lines.join('\n')].join('\n\n');
}

/** An attempt as Markdown: where it is, and what it has done. */
export function attemptDetails(progress: AttemptProgress, doing: string): string {
  return [
    `**Now:** ${escapeMarkdown(doing)}`,
    `${progress.turns} turns, ${billable(progress.usage)} billable tokens so far.`,
    story(progress.timeline),
  ].join('\n\n');
}

function story(timeline: readonly TimelineEntry[]): string {
  return timeline.map((entry) => `- ${entry.atUtc.slice(11, 19)} ${entry.phase}: ${escapeMarkdown(entry.text)}`).join('\n');
}

function howToGoOn(status: CaseStatus): string {
  const review = status.pendingOutcome === 'fixed';
  const [update, input] = review
    ? ['accept', {by: 'you'}]
    : ['resolve', {by: 'you', outcome: status.pendingOutcome, note: 'why'}];
  return [
    `**What is asked of you:** ${askOf(status)}`,
    `Left alone it closes as *${status.pendingOutcome}*. To close it now, use Update \`${update}\` in the menu above${review ? ', or `reject` with a reason' : ''}; or:`,
    codeBlock(
      '',
      `temporal workflow update execute --name ${update} \\\n  --workflow-id '${status.workflowId}' \\\n  --input '${JSON.stringify(input)}'`,
    ),
  ].join('\n\n');
}

/** A fence that the text cannot close. */
function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** Keeps words from a log or a model from becoming markup: no links, images, HTML or table cells. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#!]/g, (mark) => `\\${mark}`);
}
