import type {ComponentChildren, VNode} from 'preact';
import {reviewOf} from '../../case/attempt/diff-review.ts';
import {guardRoundSummary} from '../../case/attempt/guard-round.ts';
import {moneyLabel} from '../../case/budget/money.ts';
import {type AttemptResult, proofSummary, type TimelineEntry} from '../../case/status.ts';
import {billable, usageLabel} from '../../case/types.ts';
import {Feed} from '../components/feed.tsx';
import {Icon} from '../components/icon.tsx';
import {count, counted} from '../pages/components.tsx';
import {attemptAddress, attemptTitle, endLabel, guardLabel, turnAddress, verdictOf} from './attempt-labels.ts';
import {Findings, Mark} from './parts.tsx';
import {TurnItem} from './turn.tsx';
import {cachedShare, type Turn} from './turns.ts';
import {visible} from './visible.ts';

/** What is known of a running attempt. */
export interface Running {
  /** What it does now. */
  readonly activity?: string;
  /** Its timeline so far. */
  readonly timeline?: readonly TimelineEntry[];
}

/** What an attempt is called, and how it ended if it did. */
export type ShownAttempt = AttemptResult | Pick<AttemptResult, 'attempt' | 'by'>;

interface AttemptProps {
  readonly attempt: ShownAttempt;
  readonly turns: readonly Turn[];
  readonly running?: Running;
  /** Addresses of its diff and of its transcript. */
  readonly links?: {readonly diff?: string; readonly session?: string};
  readonly isOpen?: boolean;
  /** After its turns. */
  readonly children?: ComponentChildren;
}

/**
 * Renders an attempt, folded: its verdict and figures; opened, the facts of its end and a line for each turn; of a running one its timeline so far.
 * Its address is `a<number>`, that of its turns `a<number>-t<turn>`.
 */
export function AttemptTimeline({attempt, turns, running, links = {}, isOpen = false, children}: AttemptProps): VNode {
  const ended = 'end' in attempt ? attempt : undefined;
  return (
    <details class="attempt" id={attemptAddress(attempt.attempt)} open={isOpen || running !== undefined}>
      <summary>
        <Icon name="chev" class="chev" />
        <strong>{visible(attemptTitle(attempt))}</strong>
        {running === undefined ? <Verdict attempt={ended} /> : <Mark tone="busy">running</Mark>}
        {ended === undefined ? null : <span class="dim">{figures(ended).join(' · ')}</span>}
      </summary>
      <div class="says">
        <span class="break">{visible(ended?.said ?? running?.activity ?? '')}</span>
        <Links attempt={attempt} links={links} />
      </div>
      {ended === undefined ? null : <EndFacts attempt={ended} />}
      <Turns attempt={attempt} turns={turns} />
      <RunningTimeline entries={running?.timeline ?? []} />
      {children}
    </details>
  );
}

function Links({
  attempt: {attempt},
  links: {diff, session},
}: Pick<AttemptProps, 'attempt'> & {links: NonNullable<AttemptProps['links']>}): VNode {
  return (
    <span class="row small nowrap">
      {diff === undefined ? null : <a href={diff}>Diff</a>}
      {session === undefined ? null : (
        <a href={session}>
          Transcript<span class="unseen"> of attempt {attempt}</span>
        </a>
      )}
    </span>
  );
}

/** Returns the figures of an attempt that its summary shows; what is not known is left out. */
function figures({by, turns, minutes, usage}: AttemptResult): string[] {
  const tokens = billable(usage);
  return [
    ...(by === undefined ? [counted(turns, 'turn')] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(tokens > 0 ? [counted(tokens, 'token')] : []),
    ...(usage.cost > 0 ? [moneyLabel(usage.cost)] : []),
  ];
}

function Verdict({attempt}: {attempt: AttemptResult | undefined}): VNode | null {
  if (attempt === undefined) return null;
  const {tone, label} = verdictOf(attempt);
  return <Mark tone={tone}>{visible(label)}</Mark>;
}

function Turns({attempt, turns}: {attempt: ShownAttempt; turns: readonly Turn[]}): VNode | null {
  if (turns.length > 0)
    return (
      <ol class="turns">
        {turns.map((turn) => (
          <TurnItem key={turn.number} turn={turn} id={turnAddress(attempt.attempt, turn.number)} />
        ))}
      </ol>
    );
  if (!('end' in attempt) || attempt.by !== undefined) return null;
  return <p class="says">{attempt.turns === 0 ? 'No turn.' : 'Its conversation is not in the evidence any more.'}</p>;
}

function EndFacts({attempt}: {attempt: AttemptResult}): VNode {
  const {end, reason, rejected, findings} = attempt;
  const round = guardRoundSummary(attempt);
  return (
    <div class="ended">
      <p class="break">
        <strong>{capital(endLabel(end))}:</strong> {visible(reason)}
      </p>
      {rejected === undefined ? null : (
        <p class="break">
          <strong>Rejected by {visible(rejected.by)}:</strong> {visible(rejected.reason)}
        </p>
      )}
      <p class="dim small">{endFacts(attempt).map(visible).join(' · ')}</p>
      <Findings list={findings.map((finding) => ({finding}))} withPath={true} />
      {round === undefined ? null : <p class="break">{visible(round)}</p>}
      <Review lines={reviewOf(attempt)} />
    </div>
  );
}

/** Returns what an attempt came to: its last build, proof and findings, its tokens and place. */
function endFacts(attempt: AttemptResult): string[] {
  const {by, built, proof, findings, usage, env, finalError} = attempt;
  return [
    ...(by === undefined ? [`Last build: ${built ? 'passed' : 'not passed'}`] : ['No model was asked']),
    `Proof: ${proofSummary(proof) ?? 'not run'}`,
    guardLabel(findings),
    ...(usage.prompt > 0 ? [tokenFacts(usage)] : []),
    ...(env === undefined ? [] : [`Dev-env: ${env}`]),
    ...(finalError ? [`Last error: ${finalError}`] : []),
  ];
}

function tokenFacts(usage: AttemptResult['usage']): string {
  const read = `prompts ${count(usage.prompt)}, ${cachedShare(usage)} % of it from the cache`;
  return `Tokens: ${count(billable(usage))} (${read}; replies ${count(usage.completion)})${usageLabel(usage)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Findings of a reviewer on the diff, and what came of them. */
function Review({lines}: {lines: readonly string[]}): VNode | null {
  if (lines.length === 0) return null;
  return (
    <ul class="findings">
      {lines.map((line, at) => (
        <li key={at} class="finding">
          <Mark tone="plain">review</Mark> {visible(line)}
        </li>
      ))}
    </ul>
  );
}

function RunningTimeline({entries}: {entries: readonly TimelineEntry[]}): VNode | null {
  if (entries.length === 0) return null;
  return (
    <div class="ended">
      <Feed items={entries.map(({atUtc, text}) => ({utc: atUtc, icon: 'bot', text: visible(text)}))} />
    </div>
  );
}
