import type {ComponentChildren, VNode} from 'preact';
import type {Tone} from './icon.tsx';

/** Name and value of a fact; one whose value is null or undefined is not shown. */
export type Fact = readonly [string, ComponentChildren];

/** Renders facts by their names. Texts are aligned at the left, numbers at the right. */
export function Kv({facts, text}: {facts: readonly Fact[]; text?: boolean}): VNode {
  return (
    <dl class={text ? 'kv text' : 'kv'}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}

/** A part of a bar. */
export interface BarPart {
  readonly value: number;
  readonly tone?: Tone | undefined;
}

interface BarProps {
  readonly parts: readonly BarPart[];
  /** Value of the full width. */
  readonly most: number;
  /** What the bar shows, with its values. */
  readonly label: string;
  readonly size?: 'thin' | 'tall';
}

/** Renders values as parts of one bar, from the left; the width of a part is an attribute, as the security policy allows no style. */
export function Bar({parts, most, label, size}: BarProps): VNode {
  let from = 0;
  return (
    <svg
      class={size === undefined ? 'bar' : `bar ${size}`}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {parts.map(({value, tone}, at) => {
        const x = from;
        const width = most <= 0 ? 0 : Math.min(100 - x, (100 * value) / most);
        from += width;
        return (
          <rect key={at} class={tone === undefined ? 'fill' : `fill ${tone}`} x={round(x)} width={round(width)} height="6" />
        );
      })}
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What the colours of a bar or a chart are. `rest`: what is still to come. */
export function Legend({
  items,
}: {
  items: readonly {readonly tone: Tone | 'accent' | 'rest'; readonly text: ComponentChildren}[];
}): VNode {
  return (
    <p class="legend">
      {items.map(({tone, text}, at) => (
        <span key={at}>
          <span class={tone === 'calm' ? 'swatch' : `swatch ${tone}`} /> {text}
        </span>
      ))}
    </p>
  );
}
