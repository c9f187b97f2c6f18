import type {ComponentChildren, VNode} from 'preact';
import {Icon, type IconName, type Tone} from './icon.tsx';
import {momentText} from './time.tsx';

/** An event of a case or of the system. */
export interface FeedItem {
  readonly id?: string;
  /** ISO 8601. */
  readonly utc: string;
  readonly icon: IconName;
  readonly tone?: Tone;
  readonly text: ComponentChildren;
  /** What a person wrote. */
  readonly quote?: string | undefined;
}

/** Renders events in a list, each with the time of its day, by UTC. */
export function Feed({items}: {items: readonly FeedItem[]}): VNode {
  return (
    <ol class="feed">
      {items.map(({id, utc, icon, tone, text, quote}, at) => (
        <li key={id ?? at} id={id}>
          <time dateTime={utc} title={momentText(utc)}>
            {utc.slice(11, 16)}
          </time>
          <Icon name={icon} tone={tone} />
          <div class="break">
            {text}
            {quote === undefined ? null : <q>{quote}</q>}
          </div>
        </li>
      ))}
    </ol>
  );
}
