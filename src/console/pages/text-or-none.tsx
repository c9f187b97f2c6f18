import type {VNode} from 'preact';
import {Markdown} from '../attempt/parts.tsx';

/** A text that a model wrote, as Markdown without anything that could act, below a heading of level `under`; else the sentence `none`. */
export function TextOrNone({text, none, under = 1}: {text: string | undefined; none: string; under?: number}): VNode {
  if (text === undefined) return <p class="dim">{none}</p>;
  return <Markdown text={text} under={under} />;
}
