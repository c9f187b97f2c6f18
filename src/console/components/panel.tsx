import type {ComponentChildren, VNode} from 'preact';
import {Icon, type IconName, type Tone} from './icon.tsx';
import {Count} from './pill.tsx';

interface PanelProps {
  readonly title: ComponentChildren;
  readonly id?: string;
  /** Level of the heading; 2 by default. */
  readonly level?: 2 | 3;
  readonly count?: number | undefined;
  readonly countTone?: 'warn' | undefined;
  /** At the right of the head. */
  readonly end?: ComponentChildren;
  readonly foot?: ComponentChildren;
  readonly tone?: 'warn';
  /** The children are lists, tables or diffs up to the edges, without padding. */
  readonly flush?: boolean;
  readonly children?: ComponentChildren;
}

/** Renders a panel, which answers one question. */
export function Panel({title, id, level = 2, count, countTone, end, foot, tone, flush, children}: PanelProps): VNode {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section class={tone === undefined ? 'panel' : `panel ${tone}`} id={id}>
      <div class="head">
        <Heading>{title}</Heading>
        {count === undefined ? null : <Count n={count} tone={countTone} />}
        {end === undefined ? null : <span class="end small dim">{end}</span>}
      </div>
      {flush ? children : <div class="body">{children}</div>}
      {foot === undefined ? null : <div class="foot">{foot}</div>}
    </section>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly icon?: IconName;
  readonly tone?: Tone;
  /** Level of its heading: 2 where it is in no panel with a heading. */
  readonly level?: 2 | 3;
  /** Why there is nothing, and what to do next. */
  readonly children?: ComponentChildren;
}

/** Renders that there is nothing, why, and what to do next. */
export function Empty({title, icon = 'check', tone, level = 3, children}: EmptyProps): VNode {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div class="empty">
      <Icon name={icon} tone={tone} />
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

interface TitleProps {
  readonly heading: ComponentChildren;
  /** The list that the page belongs to. */
  readonly up?: {readonly href: string; readonly text: string};
  /** Next to the heading: the state. */
  readonly state?: ComponentChildren;
  /** A line of facts; those that are null are left out. */
  readonly facts?: readonly ComponentChildren[];
}

/** Renders the title of a page: where it belongs, its heading, its state, and a line of facts. */
export function Title({heading, up, state, facts = []}: TitleProps): VNode {
  const shown = facts.filter((fact) => fact !== null && fact !== undefined && fact !== '');
  return (
    <header class="title">
      <div class="row">
        {up === undefined ? null : (
          <a class="up" href={up.href}>
            {up.text}
          </a>
        )}
        <h1>{heading}</h1>
        {state}
      </div>
      {shown.length === 0 ? null : (
        <p class="facts">
          {shown.map((fact, at) => (
            <span key={at}>{fact}</span>
          ))}
        </p>
      )}
    </header>
  );
}
