import type {VNode} from 'preact';
import {citationLabel} from '../../case/ask/citations.ts';
import type {CaseQuestion, Citation} from '../../case/question.ts';
import type {CaseStatus} from '../../case/status.ts';
import {Mach, rows} from '../attempt/machine-text.tsx';
import {visible} from '../attempt/visible.ts';
import {Panel} from '../components/panel.tsx';
import {citationPath} from './citation-path.ts';

/** Returns the id of a source on the page: `q2-s1`. */
export function sourceId(question: number, source: number): string {
  return `q${question}-s${source}`;
}

/** Renders the lines that answers cite, those of the newest answer first, each with a link to its place. */
export function Sources({status, questions}: {status: CaseStatus; questions: readonly CaseQuestion[]}): VNode | null {
  const answered = questions.filter(({answer}) => (answer?.citations.length ?? 0) > 0).toReversed();
  if (answered.length === 0) return null;
  return (
    <>
      {answered.map((question) => (
        <Panel
          key={question.number}
          title={questions.length === 1 ? 'Sources' : `Sources of answer ${question.number}`}
          id={`sources-${question.number}`}
          flush
        >
          <ol class="sources">
            {question.answer?.citations.map((one, at) => (
              <Source key={at} status={status} question={question} citation={one} number={at + 1} />
            ))}
          </ol>
        </Panel>
      ))}
    </>
  );
}

interface SourceProps {
  readonly status: CaseStatus;
  readonly question: CaseQuestion;
  readonly citation: Citation;
  readonly number: number;
}

function Source({status, question, citation, number}: SourceProps): VNode {
  const path = citationPath(status, question, citation);
  const label = visible(citationLabel(citation));
  return (
    <li id={sourceId(question.number, number)}>
      <span class="row">
        <span class="cite">{number}</span>
        <span class="break">{path === undefined ? label : <a href={path}>{label}</a>}</span>
        {citation.turn === undefined ? null : <span class="dim small">turn {citation.turn}</span>}
      </span>
      <Mach label={`Source ${number} of answer ${question.number}`}>{rows(citation.lines, citation.from)}</Mach>
    </li>
  );
}
