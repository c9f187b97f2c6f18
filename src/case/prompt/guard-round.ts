import {acceptedLines} from '../guard/accepted-instead.ts';
import {pluralize} from '../text/plural.ts';
import type {Finding} from '../types.ts';
import {untrustedSection} from './space.ts';
import {oneLine} from './wrap-untrusted.ts';

/** Heading of a report under which a model gives its reason for what stays in its diff. */
export const INSISTENCE_HEADING = 'Why It Stays';

/** Maximum characters of the findings in a message. */
const FINDINGS_CHARS = 6000;
/** Maximum characters of one finding: a guard's reason quotes at most 200 of a line. */
const FINDING_CHARS = 600;

/** Returns findings as a list, one line each. Reasons and paths quote the diff, so they are untrusted. */
export function findingLines(findings: readonly Finding[]): string {
  return findings.map((one) => `- ${oneLine(findingLine(one), FINDING_CHARS)}`).join('\n');
}

function findingLine({severity, rule, path, reason}: Finding): string {
  return `${severity}, rule ${rule}, ${path === '' ? 'the diff' : path}: ${reason}`;
}

/** Round in which a model answers the findings on its diff. */
export interface Round {
  /** Turns, the report included. */
  readonly turns: number;
  readonly nonce: string;
  /** Whether the last build failed. */
  readonly hasFailed?: boolean;
}

/** Returns the user message that puts the findings on a model's diff to it and asks it to change the overlay or to insist. */
export function guardRoundMessage(findings: readonly Finding[], {turns, nonce, hasFailed = false}: Round): string {
  return [
    '## Findings on your diff',
    hasFailed ? 'Your last build failed: only a diff that builds is proved, so repair that too.' : '',
    'Portwright read the diff that you leave, and does not prove it as it is. `refuse`: nobody can have it proved. `ask`: it is proved only after an operator has judged it.',
    untrustedSection('### Findings', 'findings', findingLines(findings), nonce, FINDINGS_CHARS, 0.9),
    acceptedInstead(findings),
    choices(findings, turns),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Returns what is accepted instead of what the findings name; empty where no rule has that. */
export function acceptedInstead(findings: readonly Finding[]): string {
  const lines = acceptedLines(findings);
  return lines.length === 0 ? '' : ['### What is accepted instead', lines.join('\n')].join('\n\n');
}

function choices(findings: readonly Finding[], turns: number): string {
  const change =
    'Change the overlay so that the findings are gone, then `materialize_dports` and `dsynth_build`, and report again.';
  const refused = findings.some(({severity}) => severity === 'refuse');
  const isAsked = findings.some(({severity}) => severity === 'ask');
  return [
    `The tools are open again for ${pluralize(turns, 'turn')}, your report included. The overlay is as you left it; work trees below /work/obj may be gone: \`make_patch\` again before you edit source.`,
    isAsked ? `1. ${change}\n2. ${insistChoice()}` : change,
    ...(refused ? ['A finding `refuse` that is still there ends this attempt.'] : []),
  ].join('\n\n');
}

/** Returns how a model insists on what it is asked about. */
export function insistChoice(): string {
  return `Where nothing else repairs the port, leave what is asked about and report, with a section \`## ${INSISTENCE_HEADING}\`: for each finding one or two sentences, what you tried instead and why it fails. An operator decides by that.`;
}
