import {pluralize} from '../text/plural.ts';
import type {Finding} from '../types.ts';
import {acceptedInstead, findingLines, insistChoice} from './guard-round.ts';
import {untrustedSection} from './space.ts';
import {oneLine} from './wrap-untrusted.ts';

const DIFF_CHARS = 8000;
const FINDINGS_CHARS = 4000;
const EFFECT_CHARS = 500;

/** What Portwright found in a diff whose build passed. Texts are untrusted. */
export interface ClosingReview {
  readonly diff: string;
  /** What the diff does to the composed port, in one line; missing where it was not compared. */
  readonly effect?: string | undefined;
  /** All findings on the diff and its effect, notes included. */
  readonly findings: readonly Finding[];
  /** Closing turns with tools that are left. */
  readonly turns: number;
  readonly nonce: string;
}

/** Returns the user message after a passing build: what will be proved, and what may be taken out of it before the report. */
export function closingMessage({diff, effect, findings, turns, nonce}: ClosingReview): string {
  const raised = diff.trim() === '' ? [] : findings.filter(({severity}) => severity !== 'note');
  const shown = untrustedSection('### Diff', 'changes.diff', diff, nonce, DIFF_CHARS);
  const list = untrustedSection('### Findings', 'findings', findingLines(findings), nonce, FINDINGS_CHARS, 0.9);
  return [
    '## Your build passed',
    `This is what would be proved. ${pluralize(turns, 'closing turn')} with tools ${turns === 1 ? 'is' : 'are'} left, then the report.`,
    shown === '' ? 'The overlay has no change: there is nothing to prove.' : shown,
    effect === undefined ? '' : untrustedSection('### Effect', 'effect', oneLine(effect), nonce, EFFECT_CHARS),
    list === '' ? '### Findings\n\nNone.' : list,
    acceptedInstead(raised),
    'Take out what the repair does not need: patches and lines that do nothing, literals where the port has a variable or a plist token, edits beside the cause. An edit needs `materialize_dports` and `dsynth_build` again, best in the same reply; work trees below /work/obj may be gone. Nothing to change: report now.',
    raised.length === 0 ? '' : insistence(raised),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function insistence(raised: readonly Finding[]): string {
  const refused = raised.some(({severity}) => severity === 'refuse');
  const lines = [
    'With `refuse` or `ask` among the findings it is not proved as it is. Change what they name.',
    ...(refused ? ['`refuse`: nobody can have it proved.'] : []),
    ...(raised.some(({severity}) => severity === 'ask') ? [insistChoice()] : []),
  ];
  return lines.join(' ');
}
