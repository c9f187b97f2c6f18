import type {VNode} from 'preact';
import type {CaseStatus} from '../../case/status.ts';
import {AttemptTimeline} from '../attempt/attempt-timeline.tsx';
import {AttemptsSummary} from '../attempt/attempts-summary.tsx';
import {DiffView} from '../attempt/diff-view.tsx';
import {EffectPanel} from '../attempt/effect-view.tsx';
import {turnsFrom} from '../attempt/turns.ts';
import {Panel} from '../components/panel.tsx';
import type {ReadAttempt} from './case-parts.ts';
import {casePath} from './components.tsx';
import {SeveralBundles} from './several-bundles.tsx';

interface AttemptsProps {
  readonly status: CaseStatus;
  readonly attempts: readonly ReadAttempt[];
  /** The attempt whose effect and diff the page shows elsewhere. */
  readonly shown: ReadAttempt | undefined;
}

/** Attempts above which a table of them is in front. */
const SUMMARY_FROM = 2;

/** Renders the attempts of a case, newest first. */
export function AttemptsPanel({status, attempts, shown}: AttemptsProps): VNode {
  const path = casePath(status.workflowId);
  return (
    <Panel title="Attempts" id="attempts" count={attempts.length === 0 ? undefined : attempts.length} flush>
      {attempts.length === 0 ? <p class="body dim">Nothing was changed and nothing was built.</p> : null}
      {attempts.length > SUMMARY_FROM ? <AttemptsSummary attempts={status.attempts} /> : null}
      {attempts.toReversed().map((read) => (
        <AttemptTimeline
          key={read.attempt.attempt}
          attempt={read.attempt}
          turns={turnsFrom(read.nodes ?? [])}
          isOpen={read === attempts.at(-1)}
          links={{
            session: `${path}/session?run=${status.runId}`,
            ...(read.diff === undefined ? {} : {diff: `${path}/diff/${read.attempt.attempt}?run=${status.runId}`}),
          }}
        >
          {read === shown ? null : (
            <div class="ended">
              <SeveralBundles status={status} attempt={read.attempt} />
              <EarlierChange read={read} />
            </div>
          )}
        </AttemptTimeline>
      ))}
    </Panel>
  );
}

function EarlierChange({read: {attempt, diff, effect}}: {read: ReadAttempt}): VNode {
  return (
    <>
      <EffectPanel effect={effect} id={`effect-${attempt.attempt}`} />
      {diff === undefined ? null : (
        <details id={`diff-${attempt.attempt}`} class="fold">
          <summary>Diff of attempt {attempt.attempt}</summary>
          <DiffView diff={diff} findings={attempt.findings} id={`d${attempt.attempt}`} />
        </details>
      )}
    </>
  );
}
