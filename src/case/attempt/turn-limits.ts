/** Turns with tools that follow a passing build, for what the diff does not need. */
export const CLOSING_TURNS = 3;

/** Share of a stop rule's turns after which the results warn of it. */
const WARN_SHARE = 2 / 3;

/** Kind of a turn: `work` and `closing` have tools; `report` has none, and is not counted among the turns of a limit. */
export type TurnKind = 'work' | 'closing' | 'report';

/** Turns that an attempt has taken, by kind, and the state of its last build. */
export interface TurnsTaken {
  readonly worked: number;
  readonly closed: number;
  readonly lastBuild: 'none' | 'passed' | 'failed';
}

/** A turn to take. */
export interface NextTurn {
  readonly kind: TurnKind;
  /** Kind of the turn after it, if nothing changes. */
  readonly following: TurnKind;
  /** Turns with tools that are left, this one included. */
  readonly left: number;
}

/**
 * Returns an attempt's next turn. After a passing build there are three closing turns on top of the limit. A closing turn that edits returns to
 * work, which needs a build again; where the limit is reached, the closing turns that are left serve for that.
 */
export function nextTurn(taken: TurnsTaken, limit: number): NextTurn {
  const kind = kindOf(taken, limit);
  const after = {...taken, ...(kind === 'closing' ? {closed: taken.closed + 1} : {worked: taken.worked + 1})};
  return {kind, following: kindOf(after, limit), left: kind === 'closing' ? CLOSING_TURNS - taken.closed : limit - taken.worked};
}

function kindOf({worked, closed, lastBuild}: TurnsTaken, limit: number): TurnKind {
  if (lastBuild !== 'passed' && worked < limit) return 'work';
  if (lastBuild !== 'passed' && closed === 0) return 'report';
  return closed < CLOSING_TURNS ? 'closing' : 'report';
}

/** Returns the next turn of a round of `most` turns, of which the last is its report, after `taken` of them. */
export function nextRoundTurn(taken: number, most: number): NextTurn {
  const kindAt = (at: number): TurnKind => (at + 1 < most ? 'work' : 'report');
  return {kind: kindAt(taken), following: kindAt(taken + 1), left: Math.max(0, most - 1 - taken)};
}

/** Turns after which an attempt without an edit, or without a build, ends. */
export interface IdleLimits {
  readonly no_edit_turns: number;
  readonly no_build_turns: number;
}

/** Progress that the stop rules for idle attempts check. */
export interface IdleProgress {
  readonly turns: number;
  readonly everEdited: boolean;
  readonly everBuilt: boolean;
}

/** Returns the warning before an attempt ends for lack of an edit or a build; undefined where that is far. */
export function idleWarning({turns, everEdited, everBuilt}: IdleProgress, limits: IdleLimits): string | undefined {
  const {no_edit_turns: edit, no_build_turns: build} = limits;
  if (!everEdited && turns >= warnAt(edit))
    return `${turns} turns without an edit. The attempt ends at ${edit}: edit now (dupe counts), or report what prevents it.`;
  if (!everBuilt && turns >= warnAt(build))
    return `${turns} turns without a build. The attempt ends at ${build}: materialize_dports and dsynth_build now.`;
  return undefined;
}

function warnAt(turns: number): number {
  return Math.ceil(turns * WARN_SHARE);
}

/** Returns the announcement of a last turn; undefined for any other. */
export function lastTurnNotice({kind, following}: NextTurn): string | undefined {
  if (kind === 'report') return 'The turns with tools are used. Write the report now, without tool calls.';
  if (following === 'report') return 'This is the last turn with tools; after it you can only report.';
  return undefined;
}
