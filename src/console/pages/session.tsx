import {Type} from 'typebox';
import type {CaseStatus} from '../../case/status.ts';
import {portName} from '../../case/types.ts';
import {SessionView} from '../attempt/session-view.tsx';
import {readAttempts} from './case-parts.ts';
import {casePath, counted} from './components.tsx';
import {caseOr404, definePage, IdParams, ShortText} from './page.ts';
import {SeveralBundles} from './several-bundles.tsx';

export const sessionPage = definePage({
  path: '/ui/cases/:id/session',
  params: IdParams,
  query: Type.Object({run: ShortText}),
  async render({reading}, {params: {id}, query: {run}}) {
    const {status} = await caseOr404(reading, id, run);
    const body = (
      <>
        <h1>
          Session of <a href={casePath(status.workflowId, run)}>{portName(status.port)}</a>
        </h1>
        <p class="facts">
          {sessionFacts(status)}{' '}
          <a class="button" href={`${casePath(status.workflowId)}/session.html?run=${status.runId}`}>
            As one file
          </a>
        </p>
        {status.attempts.map((one) => (
          <SeveralBundles key={one.attempt} status={status} attempt={one} />
        ))}
        <SessionView attempts={await readAttempts(reading, status)} />
      </>
    );
    return {title: `Session of ${status.port.origin}`, section: 'cases', styles: ['attempt.css'], body};
  },
});

/** A case in one sentence, above its session. */
export function sessionFacts({workflowId, outcome, phase, attempts}: CaseStatus): string {
  return `${workflowId}: ${outcome ?? `in ${phase}`}, ${counted(attempts.length, 'attempt')}.`;
}
