import type {VNode} from 'preact';
import {visible} from '../attempt/visible.ts';

/** Renders one line of a model or a log as text; what is between backticks is code. */
export function InlineCode({text}: {text: string}): VNode {
  return (
    <>
      {visible(text)
        .split('`')
        .map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}
    </>
  );
}
