import type {VNode} from 'preact';

/** Paths of the icons, drawn as strokes in a square of 16. */
const PATHS = {
  check: 'M3 8.5 6.5 12 13 4.5',
  x: 'm4 4 8 8M12 4l-8 8',
  alert: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.8v.1',
  run: 'M13.5 8A5.5 5.5 0 1 1 8 2.5',
  clock: 'M13.8 8a5.8 5.8 0 1 1-11.6 0 5.8 5.8 0 0 1 11.6 0M8 4.8V8l2.2 1.6',
  search: 'M11.2 7a4.2 4.2 0 1 1-8.4 0 4.2 4.2 0 0 1 8.4 0M10.2 10.2l3.3 3.3',
  ask: 'M2.5 3.5h11v7.5H7.5L4.5 13.5V11h-2zM5.5 6.2h5M5.5 8.4h3',
  down: 'M8 2.5v7.5M4.8 7.2 8 10.3l3.2-3.1M3 13.2h10',
  copy: 'M5.5 5.5H13v8H5.5zM10.5 5.5v-3H3v8h2.5',
  chev: 'm6 4 4 4-4 4',
  file: 'M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5',
  shield: 'M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4z',
  note: 'M13.8 8a5.8 5.8 0 1 1-11.6 0 5.8 5.8 0 0 1 11.6 0M8 7.3v3.4M8 5.2v.1',
  hand: 'M10.5 5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M3 13.5c.5-3 2.5-4 5-4s4.5 1 5 4',
  stop: 'M4 4h8v8H4z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9l7-4.5z',
  link: 'M9.5 3H13v3.5M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  bot: 'M3 5.5h10V13H3zM8 5.5V3M6 9v.1M10 9v.1',
  skip: 'M13.8 8a5.8 5.8 0 1 1-11.6 0 5.8 5.8 0 0 1 11.6 0M4.5 8h7',
  todo: 'M13.8 8a5.8 5.8 0 1 1-11.6 0 5.8 5.8 0 0 1 11.6 0',
  plug: 'M5.5 2.5v3M10.5 2.5v3M4 5.5h8V8a4 4 0 0 1-8 0zM8 12v2',
  theme: 'M13.8 8a5.8 5.8 0 1 1-11.6 0 5.8 5.8 0 0 1 11.6 0M8 2.2v11.6M8 5h4.9M8 8h5.8M8 11h4.9',
  mark: 'M2 13V3h4.5a3 3 0 0 1 0 6H2M9.5 3l2 10 2.5-8',
} as const;
export type IconName = keyof typeof PATHS;

/** Meaning of a colour: done, needs a person, failed, works now, or none. */
export type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'calm';

interface IconProps {
  readonly name: IconName;
  readonly tone?: Tone | undefined;
  /** `spin`, `chev`. */
  readonly class?: string | undefined;
}

/** Renders an icon next to a text that has the same meaning; it has no accessible name. */
export function Icon({name, tone, class: more}: IconProps): VNode {
  const classes = [
    'i',
    ...(more === undefined ? [] : [more]),
    ...(tone === undefined || tone === 'calm' ? [] : [`tone-${tone}`]),
  ];
  return (
    <svg class={classes.join(' ')} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
