import type {ComponentChildren, VNode} from 'preact';
import {Icon, type IconName, type Tone} from './icon.tsx';

const ICONS: Readonly<Record<Tone, IconName>> = {ok: 'check', warn: 'alert', bad: 'alert', run: 'run', calm: 'note'};

interface NoticeProps {
  readonly tone?: Tone;
  readonly icon?: IconName;
  readonly id?: string;
  /** `alert` where it answers what the reader has just done. */
  readonly role?: 'status' | 'alert';
  /** A button or a link at the right. */
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Renders a sentence about the page, with what to do about it. */
export function Notice({tone = 'calm', icon = ICONS[tone], id, role, action, children}: NoticeProps): VNode {
  return (
    <div class={tone === 'calm' ? 'notice' : `notice ${tone}`} id={id} role={role}>
      <Icon name={icon} />
      <p class="break">{children}</p>
      {action}
    </div>
  );
}
