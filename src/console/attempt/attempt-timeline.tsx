import type {ComponentChildren, VNode} from 'preact';
import {reviewOf} from '../../case/attempt/diff-review.ts';
import {guardRoundSummary} from '../../case/attempt/guard-round.ts';
import {type AttemptResult, proofSummary, type TimelineEntry} from '../../case/status.ts';
import {billable, usageLabel} from '../../case/types.ts';
import {Badge, count} from '../pages/components.tsx';
import {attemptAddress, attemptTitle, endLabel, findingsLabel, turnAddress, verdictOf} from './attempt-labels.ts';
import {Findings, Mark, Meter} from './parts.tsx';
import {TurnItem} from './turn.tsx';
import {cachedShare, type Turn} from './turns.ts';
import {visible} from './visible.ts';

/** What is known of an attempt at work. */
export interface Running {
  /** What it does now. */
  readonly activity?: string;
  /** Its timeline so far. */
  readonly timeline?: readonly TimelineEntry[];
}

/** What an attempt is called, and how it ended if it did. */
export type ShownAttempt = AttemptResult | Pick<AttemptResult, 'attempt' | 'by'>;

/**
 * An attempt as a line for each turn, with the facts of its end; of one at work its timeline so far.
 * Its address is `a<number>`, that of its turns `a<number>-t<turn>`.
 */
export function AttemptTimeline({
  attempt,
  turns,
  running,
  links = {},
}: {
  attempt: ShownAttempt;
  turns: readonly Turn[];
  running?: Running;
  /** Addresses of its diff and of its session. */
  links?: {readonly diff?: string; readonly session?: string};
}): VNode {
  const id = attemptAddress(attempt.attempt);
  const ended = 'end' in attempt ? attempt : undefined;
  return (
    <section class="attempt" id={id} aria-labelledby={`${id}-title`}>
      <div class="attempt-head">
        <h3 id={`${id}-title`}>{visible(attemptTitle(attempt))}</h3>
        {running === undefined ? <Verdict attempt={ended} /> : <Mark tone="busy">at work</Mark>}
        {links.diff === undefined ? null : <a href={links.diff}>Diff</a>}
        {links.session === undefined ? null : <a href={links.session}>Session</a>}
      </div>
      {running?.activity === undefined ? null : <p>{visible(running.activity)}</p>}
      {ended === undefined ? null : <EndFacts attempt={ended} />}
      <Turns attempt={attempt} turns={turns} />
      <Timeline entries={running?.timeline ?? []} />
    </section>
  );
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
  if (!('end' in attempt)) return null;
  if (attempt.by !== undefined) return <p class="dim">No model was asked.</p>;
  return <p class="dim">{attempt.turns === 0 ? 'It had no turn.' : 'Its conversation is not in the evidence any more.'}</p>;
}

function EndFacts({attempt}: {attempt: AttemptResult}): VNode {
  const {end, reason, built, proof, minutes, usage, findings, rejected, env, turns, finalError} = attempt;
  const share = cachedShare(usage);
  const round = guardRoundSummary(attempt);
  return (
    <>
      <p class="end">
        <b>{endLabel(end)}</b>: {visible(reason)}
      </p>
      {rejected === undefined ? null : (
        <p class="end">
          <b>rejected by {visible(rejected.by)}</b>: {visible(rejected.reason)}
        </p>
      )}
      <dl class="facts-list">
        <Fact name="Last build">{built ? 'passed' : 'not passed'}</Fact>
        <Fact name="Proof">{visible(proofSummary(proof) ?? 'not run')}</Fact>
        <Fact name="Guard">{findingsLabel(findings)}</Fact>
        <Fact name="Turns">{turns}</Fact>
        <Fact name="Time">{minutes} min</Fact>
        <Fact name="Tokens">
          {count(billable(usage))} that count: {count(usage.prompt)} of prompts less the {share} % cached{' '}
          <Meter percent={share} />, {count(usage.completion)} of replies{usageLabel(usage)}
        </Fact>
        {env === undefined ? null : <Fact name="Dev-env">{visible(env)}</Fact>}
        {finalError === undefined || finalError === '' ? null : (
          <Fact name="Last error">
            <code>{visible(finalError)}</code>
          </Fact>
        )}
      </dl>
      <Findings list={findings.map((finding) => ({finding}))} withPath={true} />
      {round === undefined ? null : <p class="end">{visible(round)}</p>}
      <Review lines={reviewOf(attempt)} />
    </>
  );
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

function Fact({name, children}: {name: string; children: ComponentChildren}): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Timeline({entries}: {entries: readonly TimelineEntry[]}): VNode | null {
  if (entries.length === 0) return null;
  return (
    <ol class="story">
      {entries.map((entry, at) => (
        <li key={at}>
          <time dateTime={entry.atUtc} title={entry.atUtc}>
            {entry.atUtc.slice(11, 19)}
          </time>{' '}
          <Badge value={entry.phase} /> <span class="wrap">{visible(entry.text)}</span>
        </li>
      ))}
    </ol>
  );
}
