import type {VNode} from 'preact';
import {Type} from 'typebox';
import {formatMoney} from '../../case/budget/money.ts';
import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import {type TimelinePage, timelinePage} from '../../case/review/timeline-page.ts';
import {type CaseStatus, proofSummary, type TimelineEntry, triageSource} from '../../case/status.ts';
import {masterLabel} from '../../case/text/master-label.ts';
import {billable, portName, usageLabel} from '../../case/types.ts';
import {readRootCauses} from '../../evidence/root-causes.ts';
import {caseId} from '../../protocol/workflow-ids.ts';
import {AttemptTimeline} from '../attempt/attempt-timeline.tsx';
import {AttemptsSummary} from '../attempt/attempts-summary.tsx';
import {DiffView} from '../attempt/diff-view.tsx';
import {EffectPanel} from '../attempt/effect-view.tsx';
import {turnsFrom} from '../attempt/turns.ts';
import type {Reading} from '../context.ts';
import {type CaseRow, casesOfPort} from '../queries/cases.ts';
import {type ReadAttempt, type ReadProof, readAttempts, readProof, readRunning, readTriage} from './case-parts.ts';
import {pathOfCase} from './case-table.tsx';
import {Causes} from './causes.tsx';
import {Badge, bundlePath, casePath, count, Pager, portPath, runPath, When, withQuery} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {caseOr404, definePage, IdParams, liveFor, ShortText} from './page.ts';
import {SeveralBundles} from './several-bundles.tsx';
import {TextOrNone} from './text-or-none.tsx';

const HISTORY_SHOWN = 100;

export const casePage = definePage({
  path: '/ui/cases/:id',
  params: IdParams,
  query: Type.Object({
    run: ShortText,
    page: Type.Optional(Type.Integer({minimum: 1})),
    said: Type.Optional(Type.String({maxLength: 2000})),
  }),
  async render({reading, forms}, {params: {id}, query, request}) {
    const opened = await caseOr404(reading, id, query.run);
    const {status, isOpen} = opened;
    const dir = status.bundle === null ? undefined : (await reading.bundle(status.bundle.bundleId))?.dir;
    const body = (
      <CaseView
        status={status}
        isOpen={isOpen}
        triage={await readTriage(reading, status)}
        causes={dir === undefined ? undefined : await readRootCauses(dir)}
        attempts={await readAttempts(reading, status)}
        running={await readRunning(reading, status)}
        proof={await readProof(reading, status)}
        earlier={earlierCases(reading, status)}
        timeline={timelinePage(status.timeline, query.page)}
        run={query.run}
        webUi={reading.webUi}
        answer={query.said}
        forms={isOpen ? await forms(request, opened) : undefined}
        now={Date.now()}
      />
    );
    const title = portName(status.port);
    return {title, section: 'cases', live: liveFor('case', id), styles: ['attempt.css'], body};
  },
});

function earlierCases({cache}: Reading, {port, runId}: CaseStatus): CaseRow[] {
  return casesOfPort(cache, port.origin, HISTORY_SHOWN).filter(
    (one) => one.case_run_id !== runId && one.workflow_id === caseId(port),
  );
}

interface CaseProps {
  readonly status: CaseStatus;
  readonly isOpen: boolean;
  readonly triage: string | undefined;
  readonly causes: RootCauses | undefined;
  readonly attempts: readonly ReadAttempt[];
  /** The timeline of the attempt at work. */
  readonly running: readonly TimelineEntry[];
  readonly proof: ReadProof | undefined;
  readonly earlier: readonly CaseRow[];
  readonly timeline: TimelinePage;
  /** The run that the address names. */
  readonly run: string | undefined;
  readonly webUi: string | undefined;
  /** The case's answer to the operator's last message. */
  readonly answer: string | undefined;
  /** Buttons and forms; none for a closed case. */
  readonly forms: VNode | undefined;
  readonly now: number;
}

/** All of a case on one page. */
function CaseView(props: CaseProps): VNode {
  const {status, answer, isOpen, forms} = props;
  const {port} = status;
  return (
    <>
      <h1>
        {portName(port)} <Badge value={status.outcome ?? status.phase} />
      </h1>
      {answer === undefined ? null : (
        <p class="notice ok" role="status">
          {answer}
        </p>
      )}
      <Facts {...props} />
      {status.reason === '' ? null : <p class={isOpen ? 'notice warn' : 'notice'}>{status.reason}</p>}
      {isOpen && forms !== undefined ? (
        <section id="operator" aria-labelledby="operator-heading">
          <h2 id="operator-heading">What you can do</h2>
          {forms}
        </section>
      ) : null}
      <h2 id="failure">Failure</h2>
      <Causes bundleId={status.bundle?.bundleId ?? ''} causes={props.causes} />
      <h2 id="triage">Triage</h2>
      <TriagePart {...props} />
      <h2 id="attempts">Attempts</h2>
      <Attempts {...props} />
      <h2 id="proof">Proof</h2>
      <Proof {...props} />
      <h2 id="operators-log">Operators’ log</h2>
      <OperatorsLog status={status} />
      <h2 id="story">Timeline</h2>
      <Timeline {...props} />
      <h2 id="earlier">Earlier cases of the port</h2>
      <Earlier {...props} />
    </>
  );
}

function Facts({status, webUi}: CaseProps): VNode {
  const {port, budget, usage, bundle, bundles, attempts, triage} = status;
  const share = usage.prompt === 0 ? 0 : Math.round((100 * usage.cached) / usage.prompt);
  return (
    <>
      <p class="facts">
        <a href={portPath(port.origin)}>{port.origin}</a>
        {status.master === undefined ? '' : `, a slave port of ${masterLabel(status.master)}`}, target {port.target}; class{' '}
        {triage?.classification ?? 'not known yet'}, tier {status.tier ?? 'not decided yet'}; attempts {attempts.length}
        {budget.attemptsLimit === null ? '' : ` of ${budget.attemptsLimit}`}; {count(billable(usage))} billable tokens
        {budget.tokensLimit === null ? '' : ` of ${count(budget.tokensLimit)}`}
        {usageLabel(usage)}, {share} % of the prompts from the cache
        {usage.cost > 0 ? `, cost ${formatMoney(usage.cost)}` : ''}
      </p>
      <p class="pins">
        {bundle === null ? null : (
          <>
            <a class="button" href={`${bundlePath(bundle.bundleId)}/log`}>
              Log
            </a>
            <a class="button" href={bundlePath(bundle.bundleId)}>
              Bundle
            </a>
            <a class="button" href={runPath(bundle.runId)}>
              Run
            </a>
          </>
        )}
        {attempts.length === 0 ? null : (
          <a class="button" href={`${casePath(status.workflowId)}/session?run=${status.runId}`}>
            Session
          </a>
        )}
        {webUi === undefined ? null : (
          <a class="button" href={`${webUi}/workflows/${encodeURIComponent(status.workflowId)}/${status.runId}`}>
            Temporal Web UI
          </a>
        )}
      </p>
      {bundles.length > 1 ? (
        <p class="dim">
          Failed {bundles.length} times:{' '}
          {bundles.map(({bundleId}) => (
            <span key={bundleId}>
              <a href={bundlePath(bundleId)}>{bundleId}</a>{' '}
            </span>
          ))}
        </p>
      ) : null}
    </>
  );
}

function TriagePart({status, triage}: CaseProps): VNode {
  const found = status.triage;
  if (found === null) return <p class="dim">There is none yet.</p>;
  return (
    <>
      <p>
        <Badge value={found.classification} /> confidence {found.confidence}, {found.platform}
        {`, by ${triageSource(found)}`}
      </p>
      <p class="wrap">{found.rootCause}</p>
      {triage === undefined ? null : (
        <details id="triage-text">
          <summary>analysis/triage.md</summary>
          <TextOrNone text={triage} none="" under={2} />
        </details>
      )}
    </>
  );
}

function Attempts({attempts, running, status}: CaseProps): VNode {
  const path = casePath(status.workflowId);
  return (
    <>
      {attempts.length === 0 && running.length === 0 ? <p class="dim">Nothing was changed and nothing was built.</p> : null}
      {attempts.length > 1 ? <AttemptsSummary attempts={status.attempts} /> : null}
      {attempts.map(({attempt, nodes, diff, effect}) => (
        <section key={attempt.attempt}>
          <SeveralBundles status={status} attempt={attempt} />
          <AttemptTimeline
            attempt={attempt}
            turns={turnsFrom(nodes ?? [])}
            links={{
              session: `${path}/session?run=${status.runId}`,
              ...(diff === undefined ? {} : {diff: `${path}/diff/${attempt.attempt}?run=${status.runId}`}),
            }}
          />
          <EffectPanel effect={effect} id={`effect-${attempt.attempt}`} />
          {diff === undefined ? null : (
            <details id={`diff-${attempt.attempt}`} open={attempt === status.attempts.at(-1)}>
              <summary>Diff of attempt {attempt.attempt}</summary>
              <DiffView diff={diff} findings={attempt.findings} id={`d${attempt.attempt}`} />
            </details>
          )}
        </section>
      ))}
      {status.currentAttempt === null ? null : (
        <AttemptTimeline attempt={{attempt: attempts.length + 1}} turns={[]} running={{timeline: running}} />
      )}
    </>
  );
}

function Proof({attempts, proof}: CaseProps): VNode {
  const proved = attempts.map(({attempt}) => attempt).filter((one) => one.proof !== undefined);
  if (proved.length === 0) return <p class="dim">No proof was run.</p>;
  return (
    <>
      <ul class="plain">
        {proved.map((one) => (
          <li key={one.attempt}>
            Attempt {one.attempt}:{' '}
            <Badge value={one.proof?.rebuildOk ? 'passed' : 'failed'} text={proofSummary(one.proof) ?? ''} /> of diff{' '}
            <code>{one.proof?.diffSha256.slice(0, 16)}</code>
          </li>
        ))}
      </ul>
      {proof === undefined ? null : (
        <details id="proof-json">
          <summary>analysis/rebuild_proof.json</summary>
          <pre tabIndex={0}>{proof.json}</pre>
        </details>
      )}
      {proof?.log === undefined ? null : (
        <p>
          <a href={withQuery(`${bundlePath(proof.bundleId)}/log`, {file: proof.log})}>Log of the last proof</a>
        </p>
      )}
    </>
  );
}

const LOG_COLUMNS: readonly Column<CaseStatus['operatorLog'][number]>[] = [
  {head: 'Time', cell: (one) => <When utc={one.atUtc} />},
  {head: 'Who', cell: (one) => one.by},
  {head: 'Did', class: 'wrap', cell: (one) => one.did},
];

function OperatorsLog({status}: {status: CaseStatus}): VNode {
  const {operatorLog, context} = status;
  if (operatorLog.length === 0 && context.length === 0) return <p class="dim">Nobody has stepped in.</p>;
  return (
    <>
      <DataTable caption="Operators’ log" columns={LOG_COLUMNS} rows={operatorLog} />
      {context.map((one, at) => (
        <details key={String(at)} id={`context-${at}`}>
          <summary>
            Context by {one.by}, <When utc={one.atUtc} />
          </summary>
          <pre class="wrapped" tabIndex={0}>
            {one.text}
          </pre>
        </details>
      ))}
    </>
  );
}

function Timeline({status, timeline, run}: CaseProps): VNode {
  const {entries, page, pages} = timeline;
  return (
    <>
      <Pager path={casePath(status.workflowId)} query={{run}} page={page} pages={pages} fragment="#story" />
      <Entries entries={entries} />
    </>
  );
}

function Entries({entries}: {entries: readonly TimelineEntry[]}): VNode {
  return (
    <ol class="story">
      {entries.map((entry, at) => (
        <li key={String(at)}>
          <time dateTime={entry.atUtc} title={entry.atUtc}>
            {entry.atUtc.slice(11, 19)}
          </time>{' '}
          <Badge value={entry.phase} /> <span class="wrap">{entry.text}</span>
        </li>
      ))}
    </ol>
  );
}

function earlierColumns(now: number): Column<CaseRow>[] {
  return [
    {
      head: 'Closed',
      isRowHead: true,
      cell: (one) => (
        <a href={pathOfCase(one)}>
          <When utc={one.changed_utc} now={now} />
        </a>
      ),
    },
    {head: 'Outcome', cell: (one) => <Badge value={one.outcome ?? one.phase} />},
    {head: 'Class', cell: (one) => one.classification ?? '–'},
    {head: 'Attempts', isNumber: true, cell: (one) => one.attempts},
    {head: 'Why', class: 'why', cell: (one) => one.reason},
  ];
}

function Earlier({earlier, now}: CaseProps): VNode {
  if (earlier.length === 0) return <p class="dim">There was none.</p>;
  return <DataTable caption="Earlier cases of the port" columns={earlierColumns(now)} rows={earlier} />;
}
