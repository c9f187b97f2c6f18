import {scaleBand, scaleLinear} from 'd3-scale';
import type {ComponentChildren, VNode} from 'preact';
import type {Tone} from '../components/icon.tsx';

/** Size of a chart in its own units, and the room of its axes. */
const WIDTH = 380;
const HEIGHT = 170;
const LEFT = 44;
const RIGHT = 6;
const TOP = 10;
const BOTTOM = 24;
const TICKS = 3;

/** A named part of each column. */
export interface Series {
  readonly name: string;
  /** Without one it has the accent's colour. */
  readonly tone?: Tone;
  /** One for each label of the chart. */
  readonly values: readonly number[];
}

interface AxesProps {
  /** What the chart shows, in a sentence with its main value. */
  readonly label: string;
  /** Along the x axis. */
  readonly labels: readonly string[];
  /** Which labels are written at the axis. */
  readonly shown: (at: number) => boolean;
  readonly format: (value: number) => string;
}

interface ColumnChartProps extends AxesProps {
  readonly series: readonly Series[];
  /** A limit, drawn as a line. */
  readonly cap?: {readonly value: number; readonly text: string} | undefined;
}

type Scale = (value: number) => number;

/** Renders stacked columns with axes, as SVG without a style. */
export function ColumnChart({series, cap, ...axes}: ColumnChartProps): VNode {
  const totals = axes.labels.map((_, at) => series.reduce((sum, {values}) => sum + (values[at] ?? 0), 0));
  const highest = Math.max(...totals, 0);
  // A cap far above all values would make them invisible.
  const shownCap = cap !== undefined && cap.value <= highest * 4 ? cap : undefined;
  const {y, ticks} = valueScale(Math.max(highest, shownCap?.value ?? 0));
  const x = scaleBand<number>()
    .domain(axes.labels.map((_, at) => at))
    .range([LEFT, WIDTH - RIGHT])
    .paddingInner(0.18);
  return (
    <Chart {...axes} y={y} ticks={ticks} center={(at) => (x(at) ?? 0) + x.bandwidth() / 2}>
      {axes.labels.map((label, at) => (
        <StackedColumn
          key={label}
          label={label}
          x={x(at) ?? 0}
          width={x.bandwidth()}
          y={y}
          format={axes.format}
          parts={partsAt(series, at)}
        />
      ))}
      {shownCap === undefined ? null : <CapLine y={y(shownCap.value)} text={shownCap.text} />}
    </Chart>
  );
}

interface Part {
  readonly name: string;
  readonly tone: Tone | undefined;
  readonly value: number;
}

function partsAt(series: readonly Series[], at: number): Part[] {
  return series.map(({name, tone, values}) => ({name, tone, value: values[at] ?? 0}));
}

interface StackedColumnProps {
  readonly label: string;
  readonly x: number;
  readonly width: number;
  readonly y: Scale;
  readonly format: (value: number) => string;
  readonly parts: readonly Part[];
}

function StackedColumn({label, x, width, y, format, parts}: StackedColumnProps): VNode {
  let below = 0;
  return (
    <>
      {parts.map(({name, tone, value}) => {
        const [from, to] = [y(below), y(below + value)];
        below += value;
        if (value <= 0) return null;
        return (
          <rect
            key={name}
            class={tone === undefined ? 'fill' : `fill ${tone}`}
            x={round(x)}
            y={round(to)}
            width={round(width)}
            height={round(Math.max(from - to, 0.5))}
          >
            <title>{`${label}: ${name} ${format(value)}`}</title>
          </rect>
        );
      })}
    </>
  );
}

function CapLine({y, text}: {y: number; text: string}): VNode {
  return (
    <>
      <line class="cap" x1={LEFT} x2={WIDTH - RIGHT} y1={round(y)} y2={round(y)} />
      <text x={WIDTH - RIGHT} y={round(y) - 4} text-anchor="end">
        {text}
      </text>
    </>
  );
}

interface LineChartProps extends AxesProps {
  /** Undefined where there is no value: the line is interrupted. */
  readonly values: readonly (number | undefined)[];
  /** Value of the upper edge. */
  readonly most: number;
}

/** Renders a line with axes, and its last value as a dot. */
export function LineChart({values, most, ...axes}: LineChartProps): VNode {
  const {y, ticks} = valueScale(most);
  const x = scaleLinear()
    .domain([0, Math.max(1, axes.labels.length - 1)])
    .range([LEFT + 5, WIDTH - RIGHT - 5]);
  const last = values.findLastIndex((value) => value !== undefined);
  return (
    <Chart {...axes} y={y} ticks={ticks} center={(at) => x(at)}>
      <path class="trend" d={linePath(values, x, y)} />
      {last < 0 ? null : <circle class="dot" cx={round(x(last))} cy={round(y(values[last] ?? 0))} r="3.5" />}
      {axes.labels.map((label, at) => {
        const value = values[at];
        return value === undefined ? null : (
          <circle key={label} class="hit" cx={round(x(at))} cy={round(y(value))} r="6">
            <title>{`${label}: ${axes.format(value)}`}</title>
          </circle>
        );
      })}
    </Chart>
  );
}

function linePath(values: readonly (number | undefined)[], x: Scale, y: Scale): string {
  let pen = 'M';
  return values
    .map((value, at) => {
      if (value === undefined) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${round(x(at))} ${round(y(value))}`;
      pen = 'L';
      return step;
    })
    .join('');
}

interface ChartProps extends AxesProps {
  readonly y: Scale;
  readonly ticks: readonly number[];
  /** Position of a label on the x axis. */
  readonly center: (at: number) => number;
  readonly children: ComponentChildren;
}

function Chart({label, labels, shown, format, y, ticks, center, children}: ChartProps): VNode {
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {ticks.map((tick) => (
        <>
          <line class={tick === 0 ? 'axis' : 'tick'} x1={LEFT} x2={WIDTH - RIGHT} y1={round(y(tick))} y2={round(y(tick))} />
          <text x={LEFT - 6} y={round(y(tick)) + 4} text-anchor="end">
            {format(tick)}
          </text>
        </>
      ))}
      {labels.map((text, at) =>
        shown(at) ? (
          <text key={text} x={round(center(at))} y={HEIGHT - 7} text-anchor={anchorOf(at, labels.length)}>
            {text}
          </text>
        ) : null,
      )}
      {children}
    </svg>
  );
}

/** The outer labels stay inside of the chart. */
function anchorOf(at: number, labels: number): 'start' | 'middle' | 'end' {
  if (labels < 12) return 'middle';
  if (at === 0) return 'start';
  return at === labels - 1 ? 'end' : 'middle';
}

/** Returns the scale of the y axis from 0 to `most`, or to 1 where all is 0, and its round ticks. */
function valueScale(most: number): {y: Scale; ticks: readonly number[]} {
  const y = scaleLinear()
    .domain([0, most > 0 ? most : 1])
    .nice(TICKS)
    .range([HEIGHT - BOTTOM, TOP]);
  return {y, ticks: y.ticks(TICKS)};
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
