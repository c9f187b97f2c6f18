import type {VNode} from 'preact';
import {Icon} from './icon.tsx';

interface CopyProps {
  /** What is copied: a text, or the text of the element with this id. */
  readonly from: {readonly text: string} | {readonly id: string};
  /** What it is: `command`, `patch`. */
  readonly what: string;
}

/** Renders a button that copies a text. Without the client there is none: the text can be selected. */
export function CopyButton({from, what}: CopyProps): VNode {
  const source = 'text' in from ? {'data-copy': from.text} : {'data-copy-id': from.id};
  return (
    <button type="button" class="tiny quiet client" title={`Copy this ${what}`} {...source}>
      <Icon name="copy" />
      Copy<span class="unseen"> this {what}</span>
    </button>
  );
}

/** Renders a command with a button that copies it. */
export function Command({text}: {text: string}): VNode {
  return (
    <div class="cmd">
      <code>{text}</code>
      <CopyButton from={{text}} what="command" />
    </div>
  );
}
