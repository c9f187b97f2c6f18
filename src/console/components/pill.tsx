import type {ComponentChildren, VNode} from 'preact';
import {Icon, type IconName, type Tone} from './icon.tsx';

const ICONS: Readonly<Record<Tone, IconName | undefined>> = {ok: 'check', warn: 'hand', bad: 'x', run: 'run', calm: undefined};

interface PillProps {
  readonly tone?: Tone;
  /** Icon in place of the tone's; null for none. */
  readonly icon?: IconName | null;
  readonly big?: boolean;
  /** Path of a link. */
  readonly href?: string | undefined;
  readonly children: ComponentChildren;
}

/** Renders a state: an icon, its name, and the colour of its tone. */
export function Pill({tone = 'calm', icon = ICONS[tone] ?? null, big, href, children}: PillProps): VNode {
  const classes = ['pill', ...(tone === 'calm' ? [] : [tone]), ...(big ? ['big'] : [])].join(' ');
  const content = (
    <>
      {icon === null ? null : <Icon name={icon} />}
      {children}
    </>
  );
  if (href === undefined) return <span class={classes}>{content}</span>;
  return (
    <a class={classes} href={href}>
      {content}
    </a>
  );
}

/** Renders a fact of a fixed vocabulary: a failure class, a tool, a phase. */
export function Tag({children}: {children: ComponentChildren}): VNode {
  return <span class="tag">{children}</span>;
}

/** Renders a number next to a heading or in a tab. */
export function Count({n, tone, id}: {n: number | string; tone?: 'warn' | undefined; id?: string}): VNode {
  return (
    <span class={tone === undefined ? 'count' : `count ${tone}`} id={id}>
      {n}
    </span>
  );
}
