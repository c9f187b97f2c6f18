import type {VNode} from 'preact';
import {Type} from 'typebox';
import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import {stateOf} from '../../case/review/case-state.ts';
import {type TimelinePage, timelinePage} from '../../case/review/timeline-page.ts';
import type {CaseStatus, TimelineEntry} from '../../case/status.ts';
import {masterLabel} from '../../case/text/master-label.ts';
import {portName} from '../../case/types.ts';
import {readRootCauses} from '../../evidence/root-causes.ts';
import {caseId} from '../../protocol/workflow-ids.ts';
import {EffectPanel} from '../attempt/effect-view.tsx';
import {runningTurn} from '../attempt/running-turn.ts';
import {visible} from '../attempt/visible.ts';
import {Notice} from '../components/notice.tsx';
import {Title} from '../components/panel.tsx';
import {StatePill} from '../components/state-pill.tsx';
import {Moment, Time} from '../components/time.tsx';
import type {Reading} from '../context.ts';
import {CaseBar} from '../operator/action-bar.tsx';
import type {OperatorDesk} from '../operator/action-form.tsx';
import {Answers, answersOf} from '../operator/answers.tsx';
import {type CaseRow, casesOfPort} from '../queries/cases.ts';
import {ActivityPanel} from './case-activity.tsx';
import {AttemptsPanel} from './case-attempts.tsx';
import {AcceptedPanel, ChangePanel, patchPath} from './case-change.tsx';
import {DeliveryPanel} from './case-delivery.tsx';
import {type ReadAttempt, type ReadProof, readAttempts, readProof, readRunning, readTriage} from './case-parts.ts';
import {askedRules, HandOffPanel, QuestionPanel} from './case-question.tsx';
import {CostPanel, EarlierPanel, EvidencePanel, ProofPanel} from './case-rail.tsx';
import {BudgetBars, NowPanel, StagesPanel} from './case-running.tsx';
import {CaseSum} from './case-sum.tsx';
import {WhyPanel} from './case-why.tsx';
import {portPath, runPath} from './components.tsx';
import {caseOr404, definePage, IdParams, liveFor, ShortText} from './page.ts';
import {SeveralBundles} from './several-bundles.tsx';

const HISTORY_SHOWN = 100;
/** Nobody acts on a closed case. */
const NO_DESK: OperatorDesk = {operator: undefined, role: 'viewer'};

export const casePage = definePage({
  path: '/ui/cases/:id',
  params: IdParams,
  query: Type.Object({
    run: ShortText,
    page: Type.Optional(Type.Integer({minimum: 1})),
    said: Type.Optional(Type.String({maxLength: 2000})),
  }),
  async render({reading, forms}, {params: {id}, query, request}) {
    const {status, isOpen} = await caseOr404(reading, id, query.run);
    const dir = status.bundle === null ? undefined : (await reading.bundle(status.bundle.bundleId))?.dir;
    const body = (
      <CaseView
        status={status}
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
        desk={isOpen ? await forms(request) : undefined}
        now={Date.now()}
      />
    );
    return {
      title: portName(status.port),
      section: 'cases',
      live: liveFor('case', id),
      styles: ['attempt.css'],
      hasBar: true,
      body,
    };
  },
});

function earlierCases({cache}: Reading, {port, runId}: CaseStatus): CaseRow[] {
  return casesOfPort(cache, port.origin, HISTORY_SHOWN).filter(
    (one) => one.case_run_id !== runId && one.workflow_id === caseId(port),
  );
}

interface CaseProps {
  readonly status: CaseStatus;
  readonly triage: string | undefined;
  readonly causes: RootCauses | undefined;
  readonly attempts: readonly ReadAttempt[];
  /** The timeline of the running attempt. */
  readonly running: readonly TimelineEntry[];
  readonly proof: ReadProof | undefined;
  readonly earlier: readonly CaseRow[];
  readonly timeline: TimelinePage;
  /** The run that the address names. */
  readonly run: string | undefined;
  readonly webUi: string | undefined;
  /** The case's answer to the operator's last message. */
  readonly answer: string | undefined;
  /** Who acts; undefined for a closed case. */
  readonly desk: OperatorDesk | undefined;
  readonly now: number;
}

/** Renders a case: what a decision needs, then the facts at the side, then its attempts and activity; the actions at the foot. */
function CaseView(props: CaseProps): VNode {
  const {status, answer, attempts, desk} = props;
  const shown = attempts.findLast(({diff}) => diff !== undefined);
  const answers = desk === undefined ? 0 : answersOf(status, desk.role).length;
  return (
    <>
      <CaseTitle {...props} />
      {answer === undefined ? null : (
        <Notice tone="ok" role="status">
          {visible(answer)}
        </Notice>
      )}
      {stateOf(status).kind === 'running' ? <StagesPanel {...props} /> : null}
      <div class="cols">
        <div class="stack first">
          <FirstPanels props={props} shown={shown} />
        </div>
        <div class="rail">
          <h2 class="unseen">Proof, cost and evidence</h2>
          <RailPanels {...props} />
        </div>
        <div class="stack then">
          <HandOffPanel status={status} />
          <AttemptsPanel status={status} attempts={attempts} shown={shown} />
          <ActivityPanel {...props} />
        </div>
      </div>
      <CaseBar
        {...(desk ?? NO_DESK)}
        status={status}
        sum={<CaseSum status={status} diff={shown?.diff} answers={answers} />}
        patch={shown && patchPath(status, shown.attempt.attempt)}
        hasAnswers={answers > 0}
      />
    </>
  );
}

function CaseTitle({status, running, now}: CaseProps): VNode {
  const {port, master, bundle, waitingSinceUtc, timeline} = status;
  const failed = timeline[0]?.atUtc;
  const shown = stateOf(status, runningTurn(running));
  return (
    <Title
      heading={portName(port)}
      up={{href: '/ui/cases', text: 'Cases'}}
      state={<StatePill state={shown} big />}
      facts={[
        port.target,
        <a key="port" href={portPath(port.origin)}>
          all of {port.origin}
        </a>,
        master === undefined ? null : `a slave port of ${masterLabel(master)}`,
        status.tier === null ? null : `tier ${status.tier}`,
        failed === undefined ? null : (
          <>
            failed <Moment utc={failed} />
            {bundle === null ? null : (
              <>
                {' '}
                in <a href={runPath(bundle.runId)}>its run</a>
              </>
            )}
          </>
        ),
        waitingSinceUtc === null ? null : (
          <>
            waits <Time utc={waitingSinceUtc} now={now} as="for" />
          </>
        ),
      ]}
    />
  );
}

/** What a decision needs, in the order of reading: the question, the failure, the effect, the change. */
function FirstPanels({props, shown}: {props: CaseProps; shown: ReadAttempt | undefined}): VNode {
  const {status, desk, now} = props;
  const {kind} = stateOf(status);
  return (
    <>
      <QuestionPanel status={status} now={now} />
      {shown === undefined ? null : <AcceptedPanel status={status} read={shown} />}
      {status.outcome !== null && status.reason !== '' ? <Notice>{visible(status.reason)}</Notice> : null}
      {kind === 'review' && / check this: /.test(status.reason) ? <Notice tone="warn">{visible(status.reason)}</Notice> : null}
      {kind === 'running' || kind === 'stopping' ? <NowPanel {...props} /> : null}
      {desk === undefined ? null : <Answers {...desk} status={status} prefill={judgedDiff(status, shown?.diff)} />}
      <WhyPanel {...props} />
      {shown === undefined ? null : (
        <>
          <SeveralBundles status={status} attempt={shown.attempt} />
          <EffectPanel effect={shown.effect} id={`effect-${shown.attempt.attempt}`} />
          <ChangePanel status={status} read={shown} />
        </>
      )}
    </>
  );
}

/** Returns the texts that an answer to the guard begins with: the diff that it asks about, and the rules that ask. */
function judgedDiff(status: CaseStatus, diff: string | undefined): Record<string, string> | undefined {
  if (status.waitReason !== 'guard-asks' || diff === undefined) return undefined;
  return {diff, judged: askedRules(status).join(', ')};
}

/** Panels of the rail, from the top: what a reader checks before a decision, then where to look further. */
function RailPanels(props: CaseProps): VNode {
  const isRunning = stateOf(props.status).kind === 'running';
  return (
    <>
      {isRunning ? <BudgetBars {...props} /> : null}
      <DeliveryPanel {...props} />
      <ProofPanel {...props} />
      <CostPanel status={props.status} />
      <EarlierPanel {...props} />
      <EvidencePanel {...props} />
    </>
  );
}
