import type {VNode} from 'preact';
import {Type} from 'typebox';
import type {CaseStatus} from '../../case/status.ts';
import {addUsage, billable, NO_USAGE, portName} from '../../case/types.ts';
import {SessionView} from '../attempt/session-view.tsx';
import {TranscriptView} from '../attempt/transcript.tsx';
import {cachedShare} from '../attempt/turns.ts';
import {Title} from '../components/panel.tsx';
import {readAttempts} from './case-parts.ts';
import {casePath, counted, withQuery} from './components.tsx';
import {caseOr404, definePage, IdParams, ShortText} from './page.ts';
import {SeveralBundles} from './several-bundles.tsx';

export const sessionPage = definePage({
  path: '/ui/cases/:id/session',
  params: IdParams,
  query: Type.Object({run: ShortText, view: ShortText}),
  async render({reading}, {params: {id}, query: {run, view}}) {
    const {status} = await caseOr404(reading, id, run);
    const isRaw = view === 'raw';
    const attempts = await readAttempts(reading, status);
    const body = (
      <>
        <Title
          up={{href: casePath(status.workflowId, run), text: portName(status.port)}}
          heading="Transcript"
          facts={transcriptFacts(status)}
        />
        <ViewLinks id={status.workflowId} run={run} isRaw={isRaw} />
        {status.attempts.map((one) => (
          <SeveralBundles key={one.attempt} status={status} attempt={one} />
        ))}
        {isRaw ? <SessionView attempts={attempts} /> : <TranscriptView attempts={attempts} />}
      </>
    );
    return {title: `Transcript of ${status.port.origin}`, section: 'cases', styles: ['attempt.css'], body};
  },
});

/** Renders the links between both views of a transcript. */
function ViewLinks({id, run, isRaw}: {id: string; run: string | undefined; isRaw: boolean}): VNode {
  const path = (view: string | undefined): string => withQuery(`${casePath(id)}/session`, {run, view});
  return (
    <nav class="chips" aria-label="View">
      <a class={isRaw ? 'chip' : 'chip on'} href={path(undefined)} aria-current={isRaw ? undefined : 'page'}>
        Formatted
      </a>
      <a class={isRaw ? 'chip on' : 'chip'} href={path('raw')} aria-current={isRaw ? 'page' : undefined}>
        Raw
      </a>
    </nav>
  );
}

/** Attempts, turns, tokens and their cached share, and the file of all messages. */
function transcriptFacts({workflowId, runId, attempts}: CaseStatus): (VNode | string)[] {
  const usage = attempts.reduce((sum, one) => addUsage(sum, one.usage), NO_USAGE);
  const turns = attempts.reduce((sum, one) => sum + one.turns, 0);
  return [
    counted(attempts.length, 'attempt'),
    counted(turns, 'turn'),
    ...(usage.prompt === 0 ? [] : [`${counted(billable(usage), 'token')}, ${cachedShare(usage)} % of the prompts cached`]),
    <a href={`${casePath(workflowId)}/session.html?run=${runId}`}>Save as one file</a>,
  ];
}

/** A case in one sentence, above its session as a file. */
export function sessionFacts({workflowId, outcome, phase, attempts}: CaseStatus): string {
  return `${workflowId}: ${outcome ?? `in ${phase}`}, ${counted(attempts.length, 'attempt')}.`;
}
