import type {VNode} from 'preact';
import {casePath} from '../pages/components.tsx';
import type {Page} from '../pages/layout.tsx';
import type {OperatorFormsProps} from './action-form.tsx';
import {OperatorForms} from './forms.tsx';

/** Renders the forms of a case after one of them was refused: why, and what the operator typed, still in it. */
export function refusedPage(props: OperatorFormsProps): Page {
  const {port, workflowId} = props.status;
  return {
    title: `Not done: ${port.origin}`,
    section: 'cases',
    body: (
      <>
        <h1>Not done</h1>
        <p>
          <a href={casePath(workflowId)}>Back to the case of {port.origin}</a>
        </p>
        <OperatorForms {...props} />
      </>
    ),
  };
}

/** Renders the same for a case that is not known: only the texts can be shown. */
export function unknownCasePage(message: string, typed: Readonly<Record<string, string>>): Page {
  const texts = Object.entries(typed).filter(([, text]) => text.trim() !== '');
  return {
    title: 'Not done',
    section: 'cases',
    body: (
      <>
        <h1>Not done</h1>
        <p class="notice bad">{message}</p>
        {texts.map(([field, text]) => (
          <TypedText key={field} field={field} text={text} />
        ))}
      </>
    ),
  };
}

function TypedText({field, text}: {field: string; text: string}): VNode {
  return (
    <>
      <h2 id={`typed-${field}`}>Your text for {field}</h2>
      <pre class="wrapped" tabIndex={0}>
        {text}
      </pre>
    </>
  );
}
