import {Type} from 'typebox';
import {portName} from '../../case/types.ts';
import {assetText} from '../assets.ts';
import {sessionHtml} from '../attempt/session-html.tsx';
import {readAttempts} from './case-parts.ts';
import {caseOr404, definePage, IdParams, ShortText} from './page.ts';
import {sessionFacts} from './session.tsx';

/** The session of a case as one file that needs no other. */
export const sessionFilePage = definePage({
  path: '/ui/cases/:id/session.html',
  params: IdParams,
  query: Type.Object({run: ShortText}),
  async render({reading}, {params: {id}, query: {run}}) {
    const {status} = await caseOr404(reading, id, run);
    const {origin, target} = status.port;
    const css = (await Promise.all(['console.css', 'attempt.css'].map(assetText))).join('\n');
    const title = `${portName(status.port)}, target ${target}`;
    const attempts = await readAttempts(reading, status);
    return {
      fileName: `session-${origin.replace('/', '_')}.html`,
      html: sessionHtml({title, facts: sessionFacts(status), css, attempts}),
    };
  },
});
