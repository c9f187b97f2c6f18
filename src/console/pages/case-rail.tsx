import type {VNode} from 'preact';
import {moneyLabel} from '../../case/budget/money.ts';
import {minutesUsed} from '../../case/operator/limits.ts';
import {type CaseStatus, proofSummary} from '../../case/status.ts';
import {billable, usageLabel} from '../../case/types.ts';
import {cachedShare} from '../attempt/turns.ts';
import {visible} from '../attempt/visible.ts';
import {Bar, type Fact, Kv} from '../components/facts.tsx';
import {Panel} from '../components/panel.tsx';
import {Pill} from '../components/pill.tsx';
import {type Step, Steps} from '../components/steps.tsx';
import {Moment, Time} from '../components/time.tsx';
import {type CaseRow, stateOfRow} from '../queries/cases.ts';
import type {ReadProof} from './case-parts.ts';
import {pathOfCase} from './case-table.tsx';
import {bundlePath, casePath, count, counted, duration, runPath, withQuery} from './components.tsx';

/** Renders the last proof: what ran, what came out, how long it took, its log. Null where none was run. */
export function ProofPanel({status, proof, now}: {status: CaseStatus; proof: ReadProof | undefined; now: number}): VNode | null {
  const attempt = status.attempts.findLast((one) => one.proof !== undefined);
  if (attempt?.proof === undefined) return null;
  const {rebuildOk} = attempt.proof;
  return (
    <Panel
      title="Proof"
      id="proof"
      end={<Pill tone={rebuildOk ? 'ok' : 'bad'}>{rebuildOk ? 'Passed' : visible(proofSummary(attempt.proof) ?? 'failed')}</Pill>}
      foot={<ProofFoot status={status} proof={proof} env={attempt.env} now={now} />}
    >
      <Steps steps={proofSteps(attempt.proof, proof)} />
      {status.attempts.length > 1 ? <p class="dim small">Of attempt {attempt.attempt}.</p> : null}
      {proof === undefined ? null : (
        <details id="proof-json" class="fold">
          <summary>analysis/rebuild_proof.json</summary>
          <pre tabIndex={0}>{proof.json}</pre>
        </details>
      )}
    </Panel>
  );
}

type ProofResult = NonNullable<CaseStatus['attempts'][number]['proof']>;

function proofSteps({rebuildOk, diffSha256, failure, others = []}: ProofResult, proof: ReadProof | undefined): Step[] {
  const facts = proof?.facts;
  const failedStep = failure?.step;
  const failedOn = failure?.origin === undefined;
  const state = (ok: boolean): Step['state'] => (ok ? 'done' : 'failed');
  const applied = failedStep !== 'apply' && failedStep !== 'reapply';
  const built = rebuildOk || (applied && failure?.isWithoutDeveloper === true);
  return [
    {
      state: state(applied),
      text: 'Tree is HEAD and this diff',
      sub: <code>{[facts?.commit.slice(0, 12), diffSha256.slice(0, 12)].filter(Boolean).join(' + ')}</code>,
    },
    ...(applied ? [{state: state(built || !failedOn), text: 'Clean build', sub: commandOf(facts?.command)}] : []),
    ...(facts?.bulkCommand && built
      ? [{state: state(rebuildOk || !failedOn), text: 'Again, as a bulk run builds', sub: commandOf(facts.bulkCommand)}]
      : []),
    ...others.map(
      ({origin, result, reason}): Step => ({
        state: result === 'built' ? 'done' : result === 'failed' ? 'failed' : 'skipped',
        text: visible(origin),
        sub: reason === undefined ? undefined : visible(reason),
      }),
    ),
  ];
}

function commandOf(command: string | undefined): VNode | undefined {
  return command ? <code class="break">{visible(command)}</code> : undefined;
}

interface FootProps {
  readonly status: CaseStatus;
  readonly proof: ReadProof | undefined;
  readonly env: string | undefined;
  readonly now: number;
}

function ProofFoot({proof, env, now}: FootProps): VNode | undefined {
  if (proof === undefined) return undefined;
  const {startedUtc, finishedUtc} = proof.facts;
  return (
    <>
      {proof.log === undefined ? null : <a href={withQuery(`${bundlePath(proof.bundleId)}/log`, {file: proof.log})}>Proof log</a>}
      {startedUtc && finishedUtc ? ` · took ${duration(startedUtc, finishedUtc)}` : ''}
      {env === undefined ? '' : ` in ${visible(env)}`}
      {finishedUtc ? (
        <>
          {' · '}
          <Time utc={finishedUtc} now={now} />
        </>
      ) : null}
    </>
  );
}

/** Renders what a case has cost, with its limits as bars. */
export function CostPanel({status, title = 'Cost'}: {status: CaseStatus; title?: string}): VNode {
  const {budget, usage, attempts} = status;
  const minutes = Math.round(minutesUsed(status) * 10) / 10;
  const used = billable(usage);
  return (
    <Panel title={title} id="cost">
      <Limited name="Tokens" used={used} limit={budget.tokensLimit} shown={count} />
      {usage.cost > 0 || budget.costLimit !== null ? (
        <Limited name="Money" used={usage.cost} limit={budget.costLimit} shown={moneyLabel} />
      ) : null}
      {budget.minutesLimit === null || minutes === 0 ? null : (
        <Limited name="Time" used={minutes} limit={budget.minutesLimit} shown={(value) => `${value} min`} />
      )}
      <Kv facts={costFacts(status, minutes, attempts.length)} />
    </Panel>
  );
}

function costFacts({budget, usage, currentAttempt}: CaseStatus, minutes: number, attempts: number): Fact[] {
  const running = currentAttempt === null ? '' : ' and 1 running';
  const estimate = usageLabel(usage).trim();
  return [
    ['Attempts', ofLimit(`${count(attempts)}${running}`, budget.attemptsLimit, count)],
    ['Read from cache', usage.prompt === 0 ? null : `${cachedShare(usage)} %`],
    ['Work in dev-envs', budget.minutesLimit === null && minutes > 0 ? `${minutes} min` : null],
    ['Note', estimate === '' ? null : estimate.replace(/^\(|\)$/g, '')],
  ];
}

interface LimitedProps {
  readonly name: string;
  readonly used: number;
  readonly limit: number | null;
  readonly shown: (value: number) => string;
}

/** Renders a used amount, with its limit and a bar where there is one. */
export function Limited({name, used, limit, shown}: LimitedProps): VNode {
  const percent = limit === null || limit <= 0 ? 0 : Math.min(100, Math.round((100 * used) / limit));
  return (
    <>
      <Kv facts={[[name, ofLimit(shown(used), limit, shown)]]} />
      {limit === null ? null : (
        <Bar
          parts={[{value: used, tone: percent >= 90 ? 'warn' : undefined}]}
          most={limit}
          label={`${percent} % of the limit of ${name.toLowerCase()}`}
        />
      )}
    </>
  );
}

function ofLimit(used: string, limit: number | null, shown: (value: number) => string): VNode | string {
  if (limit === null) return used;
  return (
    <>
      {used} <span class="dim">of {shown(limit)}</span>
    </>
  );
}

/** Renders earlier cases of the port. Null without any. */
export function EarlierPanel({earlier}: {earlier: readonly CaseRow[]}): VNode | null {
  if (earlier.length === 0) return null;
  return (
    <Panel title="Earlier cases of the port" id="earlier" count={earlier.length}>
      <Steps steps={earlier.slice(0, EARLIER_SHOWN).map(earlierStep)} />
    </Panel>
  );
}

const EARLIER_SHOWN = 8;

function earlierStep(row: CaseRow): Step {
  const state = stateOfRow(row);
  return {
    state: state.tone === 'ok' ? 'done' : state.tone === 'bad' ? 'failed' : 'skipped',
    text: (
      <a href={pathOfCase(row)}>
        <Moment utc={row.changed_utc} />
      </a>
    ),
    number: row.cost > 0 ? moneyLabel(row.cost) : undefined,
    sub: visible(
      [row.classification ?? 'no class', state.detail || 'fixed']
        .join('; ')
        .concat(row.reason === '' ? '' : `: ${row.reason.slice(0, 160)}`),
    ),
  };
}

/** Renders links to all evidence of a case. */
export function EvidencePanel({status, webUi}: {status: CaseStatus; webUi: string | undefined}): VNode {
  const {bundle, bundles, attempts, workflowId, runId} = status;
  return (
    <Panel title="Evidence" id="evidence">
      <p class="row">
        {bundle === null ? null : (
          <>
            <a href={`${bundlePath(bundle.bundleId)}/log`}>Failed log</a>
            <a href={bundlePath(bundle.bundleId)}>Bundle</a>
            <a href={runPath(bundle.runId)}>Run</a>
          </>
        )}
        {attempts.length === 0 ? null : <a href={`${casePath(workflowId)}/session?run=${runId}`}>Transcript</a>}
        {webUi === undefined ? null : (
          <a href={`${webUi}/workflows/${encodeURIComponent(workflowId)}/${runId}`}>Temporal Web UI</a>
        )}
      </p>
      {bundles.length > 1 ? (
        <details id="all-bundles" class="fold">
          <summary>Failed {counted(bundles.length, 'time')}</summary>
          <ul>
            {bundles.map(({bundleId}) => (
              <li key={bundleId}>
                <a class="break" href={bundlePath(bundleId)}>
                  {bundleId}
                </a>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </Panel>
  );
}
