import {reviewOf} from '../attempt/diff-review.ts';
import {guardRoundSummary} from '../attempt/guard-round.ts';
import {formatMoney} from '../budget/money.ts';
import {actionOf} from '../operator/actions.ts';
import {exampleValues, portwrightCommand, temporalCommand} from '../operator/commands.ts';
import {minutesUsed} from '../operator/limits.ts';
import {actionsAsked} from '../operator/refusal.ts';
import {type AttemptResult, type CaseMaster, type CaseStatus, proofSummary, triageSource} from '../status.ts';
import {escapeMarkdown} from '../text/markdown.ts';
import {masterLabel} from '../text/master-label.ts';
import {plainLine} from '../text/plain-text.ts';
import {billable, portName, usageLabel} from '../types.ts';
import type {WaitReason} from '../wait-reason.ts';
import {effectSummary} from './effect-view.ts';
import {QUESTIONS} from './questions.ts';
import {waitReasonOf} from './wait-reason.ts';

/** Returns analysis/manual_handoff.md: what failed, what was tried, what it cost, what is asked of the operator, and the commands. */
export function handoffNote(status: CaseStatus): string {
  const {port, triage} = status;
  const name = portName(port);
  return [
    `# ${name} (${port.target}) waits for you`,
    `Why: ${sentence(status.reason)}`,
    '## What failed',
    triage === null
      ? 'Triage gave no class.'
      : `${triage.classification} (confidence ${triage.confidence}, ${triage.platform}), by ${triageSource(triage)}: ${triage.rootCause}`,
    ...(status.master === undefined ? [] : [masterPart(status.master)]),
    `Evidence: ${status.bundles.map((bundle) => `runs/${bundle.runId}/ports/${bundle.bundleId}`).join(', ')}. Read analysis/root_causes.md first, then analysis/triage.md.`,
    '## What was tried',
    status.attempts.length === 0 ? 'Nothing was changed and nothing was built.' : status.attempts.map(attemptLine).join('\n'),
    '## What it cost so far',
    `${minutesUsed(status).toFixed(1)} minutes in dev-envs, ${status.usage.cost > 0 ? `${formatMoney(status.usage.cost)} by the policy's prices, ` : ''}${billable(status.usage)} billable tokens${status.budget.tokensLimit === null ? '' : ` of ${status.budget.tokensLimit}`} (prompt ${status.usage.prompt}, of it cached ${status.usage.cached}, replies ${status.usage.completion})${usageLabel(status.usage)}.`,
    '## What is asked of you',
    QUESTIONS[waitReasonOf({...status, classification: triage?.classification})].why,
    operatorInstruction(status),
    '## Commands',
    commandsFor(status),
    `Left alone, it closes by itself as ${status.pendingOutcome}.`,
    '',
  ].join('\n\n');
}

function masterPart(master: CaseMaster): string {
  const slaves = master.slaves.length === 0 ? '' : ` They are ${master.slaves.join(', ')}.`;
  return `The port is a slave port of ${masterLabel(master)}.${slaves}`;
}

/** Returns what is asked of the operator as commands, each in two forms. The Web UI and the console have the same. */
function commandsFor(status: CaseStatus): string {
  const {workflowId, pendingOutcome} = status;
  const parts = actionsAsked(status).map((name) => {
    const {title, effect} = actionOf(name);
    const blanks = exampleValues(name, 'placeholder');
    const values = 'outcome' in blanks && pendingOutcome !== null ? {...blanks, outcome: pendingOutcome} : blanks;
    const lines = [portwrightCommand(name, workflowId, values), temporalCommand(name, workflowId, 'you', values)];
    return `${title}. ${effect}\n\n${lines.map((line) => `    ${line}`).join('\n')}`;
  });
  const more = `\`portwright show ${workflowId}\` prints the case and its timeline; the console and the Web UI (*Send an Update*) have the same actions.`;
  return [...parts, more].join('\n\n');
}

function attemptLine(one: AttemptResult): string {
  const summary = proofSummary(one.proof);
  const proof = summary === undefined ? 'no proof was run' : `the proof ${summary}`;
  const findings = one.findings
    .map(({rule, severity, path, reason}) => `\n  - guard, ${severity} (${rule}): ${path && `${path} `}${reason}`)
    .join('');
  const work =
    one.by === undefined
      ? `: ${one.turns} ${one.turns === 1 ? 'turn' : 'turns'}, ${billable(one.usage)} tokens, ${one.built ? 'built once' : 'never built'}`
      : `, the diff by ${one.by}`;
  const more = [
    lineOf('effect on the port', effectSummary(one)),
    lineOf('round with the model', guardRoundSummary(one)),
    ...reviewOf(one).map((line) => lineOf('review', line)),
  ];
  return `- Attempt ${one.attempt}${work}, ${proof}. ${sentence(one.reason)}${findings}${more.join('')}`;
}

/** Returns an indented item of an attempt's list with untrusted text; empty without a text. */
function lineOf(label: string, text: string | undefined): string {
  return text === undefined ? '' : `\n  - ${label}: ${escapeMarkdown(plainLine(text))}`;
}

/** Returns a reason, which may come without a full stop, with one. */
function sentence(text: string): string {
  return /[.!?]$/.test(text.trimEnd()) ? text.trimEnd() : `${text}.`;
}

const INSTRUCTIONS: Readonly<Partial<Record<WaitReason, string>>> = {
  undelivered:
    'The fix is accepted, but not delivered. Read the last lines of the delivery command and correct the cause; then deliver again, or close the case without a delivery.',
  review: 'Review the proved fix: read analysis/changes.diff and analysis/rebuild_proof.json, then accept or reject it.',
  'missing-dependency':
    'Build or add the dependency that is missing; the port itself needs no edit. Then build the port again and resolve the case.',
  'changed-distfile':
    'Find out why the distfile changed, from its authors, before distinfo is changed: it may be an attack. Then resolve the case.',
  'triage-unusable':
    'Read the errors yourself, and give the cause as context; or fix the model’s settings and retry; or resolve the case.',
  'triage-budget': 'Raise `model.triage_tokens` of the policy and retry; or read the errors yourself, and resolve the case.',
  'tokens-used': 'Grant tokens, and the case continues; or finish the repair by hand, and resolve the case.',
  'minutes-used': 'Grant an attempt, and the minutes grow with it; or finish the repair by hand, and resolve the case.',
  'money-used': 'Grant tokens, and the money grows with them; or finish the repair by hand, and resolve the case.',
  'budget-short': 'Grant tokens, or raise the limit of the run or the day in the policy and retry; or resolve the case.',
  stopped: 'Retry, and automation continues; or repair the port by hand, and resolve the case.',
};

/** Returns what an operator has to do, by why the case waits. */
export function operatorInstruction(status: CaseStatus): string {
  const reason = waitReasonOf({...status, classification: status.triage?.classification});
  const found = INSTRUCTIONS[reason];
  if (found !== undefined) return found;
  const {isBlocked, why} = QUESTIONS[reason];
  if (isBlocked) return `${why} Retry when it works again.`;
  const last = status.attempts.at(-1);
  if (last === undefined) return 'Decide whether this port is to be repaired by hand; then resolve the case.';
  if (reason === 'slave-port') return slavePortInstruction(status);
  const asked = new Set(last.findings.filter((one) => one.severity === 'ask').map((one) => one.rule));
  if (asked.size > 0 && last.findings.every((one) => one.severity !== 'refuse')) {
    const {origin} = status.port;
    return `Judge what the diff guard asks of analysis/changes.diff. If it is right, \`portwright diff ${origin} | portwright patch ${origin} --diff - --judged ${[...asked].join(',')}\` has it proved; if not, give context, or repair the port by hand.`;
  }
  return last.diffText
    ? 'Read analysis/changes.diff and analysis/patch.md, and finish the repair by hand; then resolve the case.'
    : 'No change is left. Read the model’s replies in analysis/patch.md, and repair the port by hand; then resolve the case.';
}

function slavePortInstruction({master, port: {origin}}: CaseStatus): string {
  if (master === undefined)
    return `Find out which port ${origin} takes its Makefile from, and repair the cause there; then resolve the case.`;
  return `Repair ports/${master.origin}/ of the overlay, which ${origin} builds from, and build its slave ports; then resolve the case.`;
}
