import type {VNode} from 'preact';
import {billable} from '../../case/types.ts';
import {Icon, type Tone as IconTone} from '../components/icon.tsx';
import {Empty} from '../components/panel.tsx';
import {Pill} from '../components/pill.tsx';
import {counted} from '../pages/components.tsx';
import {attemptAddress, attemptTitle, turnAddress, verdictOf} from './attempt-labels.ts';
import {MachineLines} from './machine-text.tsx';
import type {Tone} from './parts.tsx';
import type {SessionAttempt, SessionProps} from './session-view.tsx';
import {CachedShare, Reply, TurnFacts} from './turn.tsx';
import {type TimelineLine, type Turn, turnsFrom} from './turns.ts';
import {visible} from './visible.ts';

const TONES: Readonly<Record<Tone, IconTone>> = {good: 'ok', bad: 'bad', warn: 'warn', busy: 'run', plain: 'calm'};

/** Renders the attempts of a case for reading, the latest first: each turn with its calls and their results by kind. */
export function TranscriptView({attempts}: SessionProps): VNode {
  if (attempts.length === 0)
    return (
      <section class="panel">
        <Empty title="No attempt was made" icon="note">
          <p>There is a transcript once a model has worked on the case.</p>
        </Empty>
      </section>
    );
  const latestFirst = attempts.toReversed().map((one) => ({...one, turns: turnsFrom(one.nodes ?? [])}));
  return (
    <div class="cols left">
      <div class="rail stick">
        <Contents attempts={latestFirst} />
      </div>
      <div class="stack">
        {latestFirst.map((one) => (
          <Attempt key={one.attempt.attempt} {...one} />
        ))}
      </div>
    </div>
  );
}

interface Shown extends SessionAttempt {
  readonly turns: readonly Turn[];
}

function Contents({attempts}: {attempts: readonly Shown[]}): VNode {
  return (
    <nav class="toc panel" aria-label="Contents" tabIndex={0}>
      <div class="head">
        <h2>Contents</h2>
      </div>
      <div class="body">
        {attempts.map(({attempt, turns, review = []}) => (
          <>
            <h3 key={attempt.attempt}>
              {visible(attemptTitle(attempt))} <span class="dim">{visible(verdictOf(attempt).label)}</span>
            </h3>
            <ol>
              {turns.map((turn) => (
                <li key={turn.number}>
                  <a href={`#${turnAddress(attempt.attempt, turn.number)}`}>
                    <span>{turn.number}</span>
                    <span class="break">{visible(turnExcerpt(turn))}</span>
                    <BuildSign build={turn.build} />
                  </a>
                </li>
              ))}
              {review.length === 0 ? null : (
                <li>
                  <a href={`#${attemptAddress(attempt.attempt)}-review`}>
                    <span />
                    <span>Review of the diff</span>
                  </a>
                </li>
              )}
            </ol>
          </>
        ))}
      </div>
    </nav>
  );
}

function BuildSign({build}: Pick<Turn, 'build'>): VNode | null {
  if (build === undefined) return null;
  const isBuilt = build === 'passed';
  return (
    <span>
      <Icon name={isBuilt ? 'check' : 'x'} tone={isBuilt ? 'ok' : 'bad'} />
      <span class="unseen">{isBuilt ? 'built' : 'did not build'}</span>
    </span>
  );
}

/** Returns what a turn did in short: the names of its tools. */
function turnExcerpt({answered, calls}: Turn): string {
  if (!answered) return 'no reply';
  return calls.length === 0 ? 'replies' : [...new Set(calls.map(({name}) => name.slice(0, 64)))].join(', ');
}

function Attempt({attempt, nodes, turns, review = []}: Shown): VNode {
  const id = attemptAddress(attempt.attempt);
  const {tone, label} = verdictOf(attempt);
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="head">
        <h2 id={id}>{visible(attemptTitle(attempt))}</h2>
        <Pill tone={TONES[tone]}>{visible(label)}</Pill>
        <span class="dim small">{attemptFacts(attempt)}</span>
      </div>
      {nodes === undefined ? (
        <div class="body">
          <p class="dim">
            {attempt.by === undefined ? 'Its conversation is not in the evidence any more.' : 'No model was asked.'}
          </p>
        </div>
      ) : null}
      {turns.map((turn) => (
        <TurnMessages key={turn.number} turn={turn} id={turnAddress(attempt.attempt, turn.number)} />
      ))}
      {review.length === 0 ? null : (
        <div id={`${id}-review`}>
          {turnsFrom(review).map((turn) => (
            <TurnMessages key={turn.number} turn={turn} id={`${id}-review-t${turn.number}`} title="Review of the diff" />
          ))}
        </div>
      )}
      <p class="msg dim">{visible(attempt.reason)}</p>
    </section>
  );
}

function attemptFacts({turns, minutes, usage}: SessionAttempt['attempt']): string {
  const facts = [counted(turns, 'turn'), ...(minutes > 0 ? [`${minutes} min`] : []), counted(billable(usage), 'token')];
  return facts.join(' · ');
}

function TurnMessages({turn, id, title = `Turn ${turn.number}`}: {turn: Turn; id: string; title?: string}): VNode {
  return (
    <>
      {turn.timeline.map((one, at) => (
        <ToModel key={at} message={one} isCase={turn.number === 1} id={`${id}-message-${at + 1}`} />
      ))}
      <article class="msg" id={id}>
        <div class="who">
          <Icon name="bot" />
          <strong>
            <a href={`#${id}`}>{title}</a>
          </strong>
          {turn.tokens === undefined ? null : (
            <span class="cached nowrap">
              <CachedShare tokens={turn.tokens} />
            </span>
          )}
        </div>
        {turn.answered ? <Reply turn={turn} id={id} under={2} /> : <p class="dim">No reply yet.</p>}
        <TurnFacts turn={turn} />
      </article>
    </>
  );
}

/** Renders a message to the model, folded: the instructions are the same in each case, and the case is long. */
function ToModel({message: {role, text}, isCase, id}: {message: TimelineLine; isCase: boolean; id: string}): VNode {
  const title = role === 'system' ? 'Instructions' : isCase ? 'The case' : 'To the model';
  return (
    <article class="msg">
      <div class="who">
        <Icon name="file" />
        <strong>{title}</strong>
        <span>
          {visible(role)} · {counted(text.split('\n').length, 'line')}
        </span>
      </div>
      {role === 'system' || isCase ? (
        <details class="fold small" id={id}>
          <summary>
            <Icon name="chev" class="chev" />
            Show {role === 'system' ? 'the instructions' : 'the case as it was sent'}
          </summary>
          <MachineLines id={`${id}-all`} label={`${title}, ${id}`} text={text} />
        </details>
      ) : (
        <MachineLines id={`${id}-all`} label={`${title}, ${id}`} text={text} />
      )}
    </article>
  );
}
