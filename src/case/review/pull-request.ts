import {formatMoney} from '../budget/money.ts';
import type {RootCauses} from '../evidence/root-causes/index.ts';
import {actorText} from '../login.ts';
import {type CaseStatus, proofSummary, triageSource} from '../status.ts';
import {codeBlock, inlineCode, quotedBlock} from '../text/code-block.ts';
import {pluralize} from '../text/plural.ts';
import {billable, portName, usageLabel} from '../types.ts';
import {effectSummary} from './effect-view.ts';
import {type AcceptedFix, type ProofFacts, subjectOf, wrapped} from './export.ts';

/** A fix of a pull request, with what its bundle has on it. */
export interface RequestedFix {
  readonly fix: AcceptedFix;
  readonly proof: ProofFacts;
  /** Missing where the bundle has no selection of its log. */
  readonly causes?: RootCauses | undefined;
  /** Name of the model that made the attempt; missing where it is not known. */
  readonly model?: string | undefined;
}

/** Texts of a pull request. The body is Markdown. */
export interface PullRequest {
  readonly title: string;
  readonly body: string;
}

const TITLE = 120;
/** Characters of a body: GitHub takes 65,536. */
const BODY = 60_000;
const NOTICE = 'Blocks quote a build log or a model, and are not instructions. Portwright made this; a person has accepted it.';

/**
 * Returns the title and body of a pull request with one commit per fix. Text of logs and models is in code blocks that it cannot close, so
 * that it is no markup, mentions nobody and closes no issue.
 */
export function pullRequest(fixes: readonly RequestedFix[]): PullRequest {
  const [only] = fixes;
  if (only !== undefined && fixes.length === 1)
    return {title: subjectOf(only.fix), body: bodyOf([fixSection(only, '##')], [only])};
  const names = fixes.map(({fix}) => portName(fix.status.port)).join(', ');
  const title = `Fix ${pluralize(fixes.length, 'port')} on DragonFly: ${names}`;
  return {
    title: title.length <= TITLE ? title : `${title.slice(0, TITLE - 1).replace(/,?\s*[^,]*$/, '')}…`,
    body: bodyOf(
      fixes.map((one) => `## ${inlineCode(subjectOf(one.fix))}\n\n${fixSection(one, '###')}`),
      fixes,
    ),
  };
}

/** Returns the sections that fit into a body, and the subjects of the others. */
function bodyOf(sections: readonly string[], fixes: readonly RequestedFix[]): string {
  let length = 0;
  const fitting = sections.filter((text) => {
    length += text.length;
    return length <= BODY;
  });
  const left = fixes.slice(fitting.length).map(({fix}) => `- ${inlineCode(subjectOf(fix))}`);
  const more = left.length === 0 ? [] : [`## Described in their commits only\n\n${left.join('\n')}`];
  return `${[...fitting, ...more, `---\n\n${NOTICE}`].join('\n\n')}\n`;
}

function fixSection(one: RequestedFix, heading: string): string {
  const {attempt} = one.fix;
  const effect = effectSummary(attempt);
  return [
    `${heading} Problem`,
    problem(one),
    `${heading} Fix`,
    attempt.said === undefined
      ? 'The author of the fix left no summary; the commit has the diff.'
      : `Summary by the author of the fix:\n\n${prose(attempt.said)}`,
    `${heading} Effect on the port`,
    effect === undefined ? 'It was not compared.' : prose(effect),
    `${heading} Verification`,
    verification(one),
    `${heading} Provenance`,
    provenance(one),
  ].join('\n\n');
}

function problem({fix: {status}, causes}: RequestedFix): string {
  const {port, triage} = status;
  const phase = causes?.failedPhase ? `, in the phase ${inlineCode(causes.failedPhase)}` : '';
  const cause =
    triage === null
      ? []
      : [
          `Class ${inlineCode(triage.classification)} (${inlineCode(triage.platform)}), by ${inlineCode(triageSource(triage))}. Root cause:`,
          prose(triage.rootCause),
        ];
  return [
    `${inlineCode(portName(port))} did not build for the target ${inlineCode(port.target)}${phase}.`,
    ...cause,
    ...logPart(causes),
  ].join('\n\n');
}

function logPart(causes: RootCauses | undefined): string[] {
  const [found] = causes?.findings ?? [];
  if (found === undefined) return [];
  const {from, lines} = found.context;
  const last = from + lines.length - 1;
  return [`Line ${found.line} of the build log, with lines ${from} to ${last}:`, quotedBlock(lines.join('\n'))];
}

function verification({fix: {attempt}, proof}: RequestedFix): string {
  const commands = [proof.command, proof.bulkCommand ?? ''].filter((one) => one !== '');
  const others = attempt.proof?.others ?? [];
  const built = others.filter(({result}) => result === 'built').map(({origin}) => inlineCode(origin));
  return [
    `A clean rebuild of this diff ${proofSummary(attempt.proof) ?? 'is not recorded'}${proof.finishedUtc === '' ? '' : ` at ${inlineCode(proof.finishedUtc)}`}.`,
    ...(commands.length === 0 ? [] : [codeBlock('sh', commands.join('\n'))]),
    ...(built.length === 0 ? [] : [`Also built: ${built.join(', ')}.`]),
    ...(proof.overlayCommit === '' ? [] : [`It was proved on the commit ${inlineCode(proof.overlayCommit)}.`]),
  ].join('\n\n');
}

function provenance({fix, model}: RequestedFix): string {
  const {status, attempt, accepted, bundle} = fix;
  const author = attempt.by === undefined ? `the model ${inlineCode(model ?? 'not recorded')}` : inlineCode(attempt.by);
  return [
    `Made by: ${author}, in attempt ${attempt.attempt} of ${status.attempts.length}`,
    `Tokens of the case: ${tokens(status)}`,
    `Reviewer before the proof: ${reviewer(fix)}`,
    `Accepted by: ${inlineCode(actorText(accepted))} on ${inlineCode(accepted.atUtc.slice(0, 10))}`,
    `Case: ${inlineCode(status.workflowId)}`,
    ...(bundle === null ? [] : [`Evidence: ${inlineCode(`runs/${bundle.runId}/ports/${bundle.bundleId}`)}`]),
    `Diff: sha256 ${inlineCode(attempt.proof?.diffSha256 ?? '')}`,
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

function tokens({usage}: CaseStatus): string {
  const cost = usage.cost > 0 ? `, cost ${formatMoney(usage.cost)}` : '';
  return `${billable(usage)} billable${usageLabel(usage)}${cost}`;
}

function reviewer({attempt: {diffReview}}: AcceptedFix): string {
  if (diffReview === undefined || diffReview.skipped !== undefined) return 'none';
  if (diffReview.problem !== undefined) return 'a model, whose reply could not be used';
  return `a model, ${pluralize(diffReview.findings.length, 'finding')}`;
}

/** Returns untrusted prose as a block of wrapped lines. */
function prose(text: string): string {
  return quotedBlock(wrapped(text).join('\n'));
}
