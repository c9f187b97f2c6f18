import type {VNode} from 'preact';
import {count, counted} from './components.tsx';

/** One bar: its named parts, from the left. */
export interface BarRow {
  readonly label: string;
  readonly href?: string;
  readonly parts: readonly {readonly value: number; readonly name: string}[];
  /** The text at its end. */
  readonly text: string;
}

const WIDTH = 300;
const HEIGHT = 12;

/** Horizontal bars as a table, so that it reads without seeing it too. */
export function Bars({
  caption,
  heads,
  rows,
}: {
  caption: string;
  heads: readonly [string, string, string];
  rows: readonly BarRow[];
}): VNode {
  const most = Math.max(1, ...rows.map(({parts}) => sumOf(parts)));
  return (
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table class="bars">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.href === undefined ? row.label : <a href={row.href}>{row.label}</a>}</th>
              <td class="bar">
                <Bar parts={row.parts} most={most} />
              </td>
              <td>{row.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Bar({parts, most}: {parts: BarRow['parts']; most: number}): VNode {
  const name = parts.map(({name, value}) => `${name} ${count(value)}`).join(', ');
  let x = 0;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={name}>
      <rect width={WIDTH} height={HEIGHT} class="track" />
      {parts.map(({name, value}) => {
        const width = (WIDTH * value) / most;
        const from = x;
        x += width;
        return (
          <rect key={name} x={from} width={width} height={HEIGHT} class={`tone-${name}`}>
            <title>{`${name}: ${count(value)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function sumOf(parts: BarRow['parts']): number {
  return parts.reduce((sum, {value}) => sum + value, 0);
}

/** One column of a picture over time, and how high it is. */
export interface Column {
  readonly label: string;
  readonly value: number;
}

const STEP = 14;
const HIGH = 90;

/** Columns over days; the numbers of the highest and the last are shown as text. */
export function Columns({caption, noun, columns}: {caption: string; noun: string; columns: readonly Column[]}): VNode {
  const most = Math.max(1, ...columns.map(({value}) => value));
  const highest = columns.find(({value}) => value === most);
  const last = columns.at(-1);
  return (
    <figure class="columns">
      <figcaption>
        {caption}
        {last === undefined ? null : (
          <span class="dim">
            {' '}
            {last.label}: {counted(last.value, noun)}
            {highest === undefined || highest === last ? '' : `; most on ${highest.label}: ${count(highest.value)}`}
          </span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${Math.max(1, columns.length) * STEP} ${HIGH}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${caption}: ${columns.map(({label, value}) => `${label} ${value}`).join(', ')}`}
      >
        {columns.map(({label, value}, at) => {
          const height = value === 0 ? 0 : Math.max(1, (HIGH * value) / most);
          return (
            <rect key={label} x={at * STEP + 1} y={HIGH - height} width={STEP - 2} height={height} class="tone-plain">
              <title>{`${label}: ${counted(value, noun)}`}</title>
            </rect>
          );
        })}
      </svg>
    </figure>
  );
}
