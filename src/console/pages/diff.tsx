import {Type} from 'typebox';
import {portName} from '../../case/types.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {EffectPanel} from '../attempt/effect-view.tsx';
import {Refusal} from '../refusal.ts';
import {readAttempts} from './case-parts.ts';
import {casePath} from './components.tsx';
import {caseOr404, definePage, ShortText} from './page.ts';
import {SeveralBundles} from './several-bundles.tsx';

export const diffPage = definePage({
  path: '/ui/cases/:id/diff/:attempt',
  params: Type.Object({id: Type.String(), attempt: Type.Integer()}),
  query: Type.Object({run: ShortText}),
  async render({reading}, {params: {id, attempt: number}, query: {run}}) {
    const {status} = await caseOr404(reading, id, run);
    const found = (await readAttempts(reading, status)).find(({attempt}) => attempt.attempt === number);
    if (found?.diff === undefined)
      throw new Refusal(404, `${id} has no diff of an attempt ${number}. Its page lists the attempts.`);
    const body = (
      <>
        <h1>
          Diff of attempt {number}, <a href={casePath(id, run)}>{portName(status.port)}</a>
        </h1>
        <SeveralBundles status={status} attempt={found.attempt} />
        <EffectPanel effect={found.effect} id="effect" />
        <DiffView diff={found.diff} findings={found.attempt.findings} />
      </>
    );
    return {title: `Diff ${number} of ${status.port.origin}`, section: 'cases', styles: ['attempt.css'], body};
  },
});
