import type {TimelineEntry} from '../../case/status.ts';
import {plainLine} from '../../case/text/plain-text.ts';
import type {Phase} from '../../case/types.ts';
import {columnsOf, fitted, type Style, styled, styledDiff} from '../terminal.ts';

const PHASE_STYLES: Readonly<Partial<Record<Phase, Style>>> = {
  patch: 'cyan',
  prove: 'magenta',
  'awaiting-operator': 'yellow',
  closed: 'green',
};
const PHASE_WIDTH = 17;

/** Returns an entry of a timeline as one line, `10:15:00 patch             turn 1: …`; a terminal's is as long as fits. */
export function stepLine({atUtc, phase, text}: TimelineEntry, prefix = ''): string {
  const time = atUtc.slice(11, 19);
  const label = phase.padEnd(PHASE_WIDTH);
  const columns = columnsOf();
  const left = columns === undefined ? undefined : columns - `${prefix}${time} ${label} `.length;
  const style = PHASE_STYLES[phase];
  return `${prefix}${styled('dim', time)} ${style === undefined ? label : styled(style, label)} ${fitted(plainLine(text), left)}`;
}

/** Returns a line of dsynth's output, in the background of the demo's own. */
export function dsynthLine(line: string): string {
  return styled('dim', fitted(plainLine(line) === '' ? '' : line, columnsOf()));
}

/** Styles of the end of a case. */
export const ENDING_STYLES = {
  outcome: (text: string): string => styled(['bold', text === 'fixed' ? 'green' : 'yellow'], text),
  diff: (text: string): string => styledDiff(text),
} as const;
