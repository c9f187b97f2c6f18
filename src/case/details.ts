import type {CaseStatus} from './status.ts';
import {billable, type Phase} from './types.ts';

const NEXT: Readonly<Record<Phase, string>> = {
  collect: 'read the evidence',
  triage: 'the model names the class of the failure',
  decide: 'the policy decides how far automation may go',
  'waiting-env': 'a dev-env becomes free',
  patch: 'the model edits and builds in the dev-env',
  prove: 'a clean rebuild of the recorded diff gives the verdict',
  'awaiting-operator': 'an operator resolves it',
  closed: 'nothing',
};

/** The case as Markdown, for the Web UI's current details: where it is, why, what comes next, what is left. */
export function caseDetails(status: CaseStatus): string {
  const {port, triage, budget} = status;
  const rows = [
    ['Port', `${port.origin}${port.flavor ? `@${port.flavor}` : ''} (${port.target})`],
    ['Phase', status.outcome ? `closed: **${status.outcome}**` : `**${status.phase}**`],
    ['Class', triage ? `${triage.classification}, confidence ${triage.confidence}, ${triage.platform}` : 'not known yet'],
    ['Tier', status.tier ?? 'not decided yet'],
    ['Attempts', `${status.attempts.length}${budget.attemptsLimit === null ? '' : ` of ${budget.attemptsLimit}`}`],
    [
      'Tokens',
      `${billable(status.usage)}${budget.tokensLimit === null ? '' : ` of ${budget.tokensLimit}`} (prompt ${status.usage.prompt}, of it cached ${status.usage.cached}, reply ${status.usage.completion})`,
    ],
    ['Evidence', status.bundles.map((bundle) => `${bundle.runId}/ports/${bundle.bundleId}`).join(', ')],
  ];
  const parts = [
    `# ${port.origin}: ${status.outcome ?? status.phase}`,
    ...(status.reason === '' ? [] : [escapeMarkdown(status.reason)]),
    ['| | |', '|---|---|', ...rows.map(([key, value]) => `| ${key} | ${value} |`)].join('\n'),
    ...(triage?.rootCause ? [`**Root cause, in the model’s words:** ${escapeMarkdown(triage.rootCause)}`] : []),
    ...(status.attempts.length === 0 ? [] : [attemptsTable(status)]),
    ...(status.outcome ? [] : [`**Next:** ${NEXT[status.phase]}.`]),
    ...(status.phase === 'awaiting-operator' ? [howToResolve(status)] : []),
    status.timeline.map((entry) => `- ${entry.atUtc.slice(11, 19)} ${entry.phase}: ${escapeMarkdown(entry.text)}`).join('\n'),
  ];
  return parts.join('\n\n');
}

function attemptsTable(status: CaseStatus): string {
  const rows = status.attempts.map((one) => {
    const proof = one.proof === undefined ? 'none' : one.proof.rebuildOk ? 'passed' : `failed in ${one.proof.failure?.step}`;
    return `| ${one.attempt} | ${one.turns} | ${billable(one.usage)} | ${one.built ? 'built' : 'not built'} | ${proof} | ${escapeMarkdown(one.reason)} |`;
  });
  return ['| Attempt | Turns | Tokens | Build | Proof | End |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function howToResolve(status: CaseStatus): string {
  return [
    `It waits for you, and closes by itself as *${status.pendingOutcome}*. To close it now:`,
    '```',
    `temporal workflow update execute --workflow-id '${status.workflowId}' --name resolve \\`,
    `  --input '{"by":"you","outcome":"${status.pendingOutcome}","note":"why"}'`,
    '```',
  ].join('\n');
}

/** Keeps words from a log or a model from becoming markup: no links, images, HTML or table cells. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#!]/g, (mark) => `\\${mark}`);
}
