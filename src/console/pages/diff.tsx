import {Type} from 'typebox';
import {stateOf} from '../../case/review/case-state.ts';
import {patchFileName} from '../../case/review/export.ts';
import {portName} from '../../case/types.ts';
import {EffectPanel} from '../attempt/effect-view.tsx';
import {Title} from '../components/panel.tsx';
import {StatePill} from '../components/state-pill.tsx';
import type {OpenedCase, Reading} from '../context.ts';
import {CaseBar} from '../operator/action-bar.tsx';
import {Refusal} from '../refusal.ts';
import {ChangePanel, patchPath} from './case-change.tsx';
import {type ReadAttempt, readAttempts} from './case-parts.ts';
import {CaseSum} from './case-sum.tsx';
import {casePath} from './components.tsx';
import {caseOr404, definePage, ShortText} from './page.ts';
import {SeveralBundles} from './several-bundles.tsx';

const Params = Type.Object({id: Type.String(), attempt: Type.Integer()});
const Query = Type.Object({run: ShortText});

/** An attempt of a case whose diff the evidence has. */
interface FoundDiff extends OpenedCase {
  readonly read: ReadAttempt & {readonly diff: string};
}

/** Reads the diff of an attempt. Throws a Refusal if the case or the diff is not known. */
async function findDiff(reading: Reading, id: string, attempt: number, run: string | undefined): Promise<FoundDiff> {
  const opened = await caseOr404(reading, id, run);
  const read = (await readAttempts(reading, opened.status)).find((one) => one.attempt.attempt === attempt);
  const diff = read?.diff;
  if (read === undefined || diff === undefined)
    throw new Refusal(404, `${id} has no diff of an attempt ${attempt}. Its page lists the attempts.`);
  return {...opened, read: {...read, diff}};
}

export const diffPage = definePage({
  path: '/ui/cases/:id/diff/:attempt',
  params: Params,
  query: Query,
  async render({reading, forms}, {params: {id, attempt}, query: {run}, request}) {
    const {status, isOpen, read} = await findDiff(reading, id, attempt, run);
    const isLast = read.attempt === status.attempts.at(-1);
    const desk = isOpen && isLast ? await forms(request) : undefined;
    const state = stateOf(status);
    const body = (
      <>
        <Title
          heading={`Diff of attempt ${attempt}`}
          up={{href: casePath(id, run), text: portName(status.port)}}
          state={isLast ? <StatePill state={state} big /> : null}
        />
        <SeveralBundles status={status} attempt={read.attempt} />
        <EffectPanel effect={read.effect} id="effect" />
        <ChangePanel status={status} read={read} />
        {desk === undefined ? null : (
          <CaseBar
            {...desk}
            status={status}
            sum={<CaseSum status={status} diff={read.diff} answers={0} />}
            patch={patchPath(status, attempt)}
            hasAnswers={false}
          />
        )}
      </>
    );
    return {
      title: `Diff ${attempt} of ${status.port.origin}`,
      section: 'cases',
      styles: ['attempt.css'],
      hasBar: desk !== undefined,
      body,
    };
  },
});

/** The diff of an attempt as a file. */
export const patchFile = definePage({
  path: '/ui/cases/:id/patch/:attempt',
  params: Params,
  query: Query,
  async render({reading}, {params: {id, attempt}, query: {run}}) {
    const {status, read} = await findDiff(reading, id, attempt, run);
    return {fileName: patchFileName(status, attempt), text: read.diff};
  },
});
