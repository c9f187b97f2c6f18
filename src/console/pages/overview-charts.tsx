import type {ComponentChildren, VNode} from 'preact';
import type {Cap} from '../../case/budget/money.ts';
import {Bar, Legend} from '../components/facts.tsx';
import {Icon} from '../components/icon.tsx';
import {Panel} from '../components/panel.tsx';
import {Tag} from '../components/pill.tsx';
import {dayText} from '../components/time.tsx';
import {type ClassFigures, type Day, fixRates} from '../queries/figures.ts';
import {ColumnChart, LineChart, type Series} from './charts.tsx';
import {count, counted} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {costText, median, minutesText, money, percent, shortCount} from './format.ts';
import {GROUPS} from './outcome-bar.tsx';

interface ChartsProps {
  readonly days: readonly Day[];
  readonly byClass: readonly ClassFigures[];
  /** From the failure to the proof of each fix. */
  readonly fixMinutes: readonly number[];
  readonly cap: Cap | undefined;
}

/** Renders the figures of the last days: cases, fix rate, spend, time to a fix, and failure classes. */
export function Charts({days, byClass, fixMinutes, cap}: ChartsProps): VNode | null {
  if (byClass.length === 0) return null;
  return (
    <>
      <h2>Last {days.length} days</h2>
      <div class="thirds">
        <CasesChart days={days} />
        <RateChart days={days} />
        <SpendChart days={days} cap={cap} />
      </div>
      <div class="cols">
        <div class="stack first">
          <ClassTable byClass={byClass} days={days.length} />
        </div>
        <div class="rail">
          <TimeToFix minutes={fixMinutes} />
        </div>
      </div>
    </>
  );
}

/** The first and the last day, and two between them, are written at the axis. */
function isMarked(days: readonly Day[]): (at: number) => boolean {
  const last = days.length - 1;
  return (at) => [0, Math.round(last / 3), Math.round((2 * last) / 3), last].includes(at);
}

function CasesChart({days}: {days: readonly Day[]}): VNode {
  const labels = days.map(({day}) => dayText(day));
  const series = GROUPS.map(([key, name, tone]): Series => ({name, tone, values: days.map((day) => day[key])})).filter(
    ({values}) => sum(values) > 0,
  );
  const total = sum(series.map(({values}) => sum(values)));
  return (
    <Panel title="Cases a day" level={3}>
      <Headline value={count(total)} text={`${total === 1 ? 'case' : 'cases'} in ${days.length} days`} />
      <ColumnChart
        label={`Cases a day: ${total} in ${days.length} days`}
        labels={labels}
        shown={isMarked(days)}
        format={count}
        series={series}
      />
      <Legend items={series.map(({name, tone = 'calm', values}) => ({tone, text: `${name} ${count(sum(values))}`}))} />
      <ChartTable name="Cases a day" head="Day" labels={labels} series={series} format={count} />
    </Panel>
  );
}

function RateChart({days}: {days: readonly Day[]}): VNode {
  const rates = fixRates(days);
  const labels = days.map(({day}) => dayText(day));
  const last = rates.findLast((rate) => rate !== undefined);
  const firstAt = rates.findIndex((rate) => rate !== undefined);
  const first = firstAt < 0 ? undefined : rates[firstAt];
  const headline =
    last === undefined
      ? 'no case has closed'
      : `of closed cases, mean of 7 days${first === undefined ? '' : `; ${percent(first)} on ${labels[firstAt]}`}`;
  return (
    <Panel title="Fix rate" level={3}>
      <Headline value={last === undefined ? '–' : percent(last)} text={headline} />
      <LineChart
        label={`Fix rate: ${last === undefined ? 'none' : percent(last)}, ${headline}`}
        labels={labels}
        shown={isMarked(days)}
        format={percent}
        values={rates}
        most={1}
      />
      <ChartTable
        name="Fix rate"
        head="Day"
        labels={labels}
        series={[{name: 'fix rate', values: rates.map((rate) => rate ?? Number.NaN)}]}
        format={(value) => (Number.isNaN(value) ? '–' : percent(value))}
      />
    </Panel>
  );
}

/** Money where the policy has prices, else tokens. */
function SpendChart({days, cap}: {days: readonly Day[]; cap: Cap | undefined}): VNode {
  const isPriced = days.some(({cost}) => cost > 0);
  const values = days.map((day) => (isPriced ? day.cost : day.tokens));
  const format = isPriced ? money : shortCount;
  const total = sum(values);
  const fixes = sum(days.map(({fixed}) => fixed));
  const name = isPriced ? 'Cost a day' : 'Tokens a day';
  const most = isPriced ? cap?.cost : cap?.tokens;
  const text = `in ${days.length} days${fixes === 0 ? '' : ` · ${format(total / fixes)} for each fix`}`;
  const labels = days.map(({day}) => dayText(day));
  const series: Series[] = [{name: isPriced ? 'cost' : 'tokens', values}];
  return (
    <Panel title={name} level={3}>
      <Headline value={format(total)} text={text} />
      <ColumnChart
        label={`${name}: ${format(total)} ${text}`}
        labels={labels}
        shown={isMarked(days)}
        format={format}
        series={series}
        cap={most === undefined ? undefined : {value: most, text: `cap ${format(most)} a day`}}
      />
      <ChartTable name={name} head="Day" labels={labels} series={series} format={format} />
    </Panel>
  );
}

/** Upper ends of the columns, in minutes. */
const BUCKETS = [
  [10, '<10 min'],
  [30, '<30 min'],
  [60, '<1 h'],
  [180, '<3 h'],
  [720, '<12 h'],
  [1440, '<1 d'],
  [Number.POSITIVE_INFINITY, 'more'],
] as const;

/** Renders how long fixes took, from the report of the failure to the end of the proof. */
function TimeToFix({minutes}: {minutes: readonly number[]}): VNode {
  const middle = median(minutes);
  const values = BUCKETS.map(
    ([end], at) => minutes.filter((value) => value < end && value >= (BUCKETS[at - 1]?.[0] ?? 0)).length,
  );
  const labels = BUCKETS.map(([, label]) => label);
  const series: Series[] = [{name: 'fixes', tone: 'ok', values}];
  return (
    <Panel title="Time from failure to fix" level={3}>
      {middle === undefined ? (
        <p class="dim">No fix was proved in this time.</p>
      ) : (
        <>
          <Headline value={minutesText(middle)} text={`median of ${counted(minutes.length, 'fix', 'fixes')}`} />
          <ColumnChart
            label={`Time from failure to fix: median ${minutesText(middle)}`}
            labels={labels}
            shown={() => true}
            format={count}
            series={series}
          />
          <ChartTable name="Time to a fix" head="Time" labels={labels} series={series} format={count} />
        </>
      )}
    </Panel>
  );
}

function Headline({value, text}: {value: string; text: string}): VNode {
  return (
    <p class="row">
      <span class="big">{value}</span>
      <span class="dim">{text}</span>
    </p>
  );
}

interface ChartTableProps {
  readonly name: string;
  readonly head: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

/** Renders the values of a chart as a table. */
function ChartTable({name, head, labels, series, format}: ChartTableProps): VNode {
  return (
    <details class="fold" id={`table-${name.toLowerCase().replaceAll(' ', '-')}`}>
      <summary>
        <Icon name="chev" class="chev" />
        As a table<span class="unseen">: {name}</span>
      </summary>
      <section class="scroll" tabIndex={0} aria-label={`${name}, as a table`}>
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">{head}</th>
              {series.map((one) => (
                <th key={one.name} scope="col" class="num">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, at) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {series.map((one) => (
                  <td key={one.name} class="num">
                    {format(one.values[at] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

const CLASS_COLUMNS: readonly Column<ClassFigures>[] = [
  {head: 'Class', isRowHead: true, cell: ({classification}) => <Tag>{classification}</Tag>},
  {head: 'Cases', isNumber: true, cell: ({cases}) => count(cases)},
  {head: 'Fixed', isNumber: true, cell: ({fixed}) => count(fixed)},
  {head: 'Fix rate', class: 'nowrap', cell: (one) => <Rate {...one} />},
  {
    head: 'Tokens per fix',
    isNumber: true,
    class: 'wide',
    cell: ({tokens, fixed}) => perFix(fixed, () => shortCount(tokens / fixed)),
  },
  {
    head: 'Cost per fix',
    isNumber: true,
    cell: (one) => perFix(one.fixed, () => costText({tokens: one.tokens, cost: one.cost / one.fixed})),
  },
];

/** Renders classes of failures: what all cases of a class used counts for its fixes. */
function ClassTable({byClass, days}: {byClass: readonly ClassFigures[]; days: number}): VNode {
  return (
    <Panel title={`By failure class, ${days} days`} flush>
      <DataTable
        caption="By failure class"
        columns={CLASS_COLUMNS}
        rows={byClass}
        rowId={({classification}) => `class-${classification}`}
      />
    </Panel>
  );
}

function Rate({fixed, closed}: ClassFigures): ComponentChildren {
  if (closed === 0) return <span class="dim">–</span>;
  const text = percent(fixed / closed);
  return (
    <>
      <Bar size="thin" parts={[{value: fixed, tone: 'ok'}]} most={closed} label={`${text} fixed`} /> {text}
    </>
  );
}

function perFix(fixed: number, text: () => string | undefined): ComponentChildren {
  return (fixed === 0 ? undefined : text()) ?? <span class="dim">–</span>;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
