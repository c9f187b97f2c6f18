import type {TimelineEntry} from '../../case/status.ts';

/** What a running attempt does now, by its timeline. */
export interface RunningTurn {
  /** From 1; undefined before the model has answered. */
  readonly turn: number | undefined;
  /** Tool at work, or `asks the model`. */
  readonly step: string;
}

const TURN_LINE = /^(?:closing )?turn (\d+), .*?: (.*)$/s;
const RESULT_LINE = /^([\w-]+) (?:ok|no): /;

/** Returns the turn and the tool at work: the first tool of the last turn that has no result yet. */
export function runningTurn(timeline: readonly TimelineEntry[]): RunningTurn {
  const at = timeline.findLastIndex(({text}) => TURN_LINE.test(text));
  const [, number, named = ''] = TURN_LINE.exec(timeline[at]?.text ?? '') ?? [];
  if (number === undefined) return {turn: undefined, step: 'asks the model'};
  const tools = named.split(', ');
  const done = timeline.slice(at + 1).filter(({text}) => RESULT_LINE.test(text)).length;
  const tool = tools[done];
  if (named.startsWith('reports: ')) return {turn: Number(number), step: 'checks the diff'};
  return {turn: Number(number), step: tool ?? 'asks the model'};
}
