import type {VNode} from 'preact';
import {casePath} from '../pages/components.tsx';
import type {Page} from '../pages/layout.tsx';
import {OperatorForms, type OperatorFormsProps} from './forms.tsx';

/** The forms of a case after one of them was not taken: why, and what the person had written, still in it. */
export function refusedPage(props: OperatorFormsProps): Page {
  const {port, workflowId} = props.status;
  return {
    title: `Not done: ${port.origin}`,
    section: 'cases',
    body: (
      <>
        <h1>That was not done</h1>
        <p>
          <a href={casePath(workflowId)}>Back to the case of {port.origin}</a>
        </p>
        <OperatorForms {...props} />
      </>
    ),
  };
}

/** The same where the case is not known: only the texts are left to show. */
export function unknownCasePage(words: string, typed: Readonly<Record<string, string>>): Page {
  const texts = Object.entries(typed).filter(([, text]) => text.trim() !== '');
  return {
    title: 'Not done',
    section: 'cases',
    body: (
      <>
        <h1>That was not done</h1>
        <p class="note bad">{words}</p>
        {texts.map(([field, text]) => (
          <Written key={field} field={field} text={text} />
        ))}
      </>
    ),
  };
}

function Written({field, text}: {field: string; text: string}): VNode {
  return (
    <>
      <h2 id={`written-${field}`}>What you wrote as {field}</h2>
      <pre class="wrapped" tabIndex={0}>
        {text}
      </pre>
    </>
  );
}
