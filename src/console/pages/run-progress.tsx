import type {VNode} from 'preact';
import {Bar, Legend} from '../components/facts.tsx';
import type {Tone} from '../components/icon.tsx';
import type {RunRow} from '../queries/runs.ts';
import {count} from './components.tsx';
import {minutesText} from './format.ts';

const PARTS: readonly (readonly ['built' | 'failed' | 'skipped' | 'ignored', Tone])[] = [
  ['built', 'ok'],
  ['failed', 'bad'],
  ['skipped', 'warn'],
  ['ignored', 'calm'],
];

/** Ports that have a result. */
export function portsDone({built, failed, skipped, ignored}: RunRow): number {
  return built + failed + skipped + ignored;
}

/** Ports without a result; undefined where the number of queued ones is not known, or the run is over. */
function portsToGo(run: RunRow): number | undefined {
  if (run.queued === null || run.state !== 'open') return undefined;
  return Math.max(0, run.queued - portsDone(run));
}

/** Renders how many ports of a run are done, as one bar with its numbers. */
export function RunProgress({run, now}: {run: RunRow; now: number}): VNode {
  const toGo = portsToGo(run);
  const done = portsDone(run);
  return (
    <>
      <p class="row">
        <span class="big">{toGo === undefined ? count(done) : `${count(done)} of ${count(done + toGo)}`}</span>
        <span class="dim">{['ports done', ...timesOf(run, now)].join(' · ')}</span>
      </p>
      <RunBar run={run} size="tall" />
      <Legend
        items={[
          ...PARTS.filter(([name]) => name !== 'ignored' || run.ignored > 0).map(([name, tone]) => ({
            tone,
            text: (
              <>
                <strong>{count(run[name])}</strong> {name}
              </>
            ),
          })),
          ...(toGo === undefined
            ? []
            : [
                {
                  tone: 'rest' as const,
                  text: (
                    <>
                      <strong>{count(toGo)}</strong> to go
                    </>
                  ),
                },
              ]),
        ]}
      />
    </>
  );
}

/** Renders the ports of a run as one bar. */
export function RunBar({run, size}: {run: RunRow; size?: 'thin' | 'tall'}): VNode {
  const toGo = portsToGo(run);
  const named = PARTS.map(([name]) => `${count(run[name])} ${name}`);
  const label = [...named, ...(toGo === undefined ? [] : [`${count(toGo)} to go`])].join(', ');
  return (
    <Bar
      parts={PARTS.map(([name, tone]) => ({value: run[name], tone}))}
      most={Math.max(1, portsDone(run) + (toGo ?? 0))}
      label={label}
      size={size}
    />
  );
}

/** Ports and minutes that an estimate needs. */
const LEAST_DONE = 20;
const LEAST_MINUTES = 10;
/** Ports an hour below which a run stands still, as far as its records show. */
const LEAST_RATE = 1;

/** Returns how long a run takes, and of one at work how fast it is and about how long it still takes. */
function timesOf(run: RunRow, now: number): string[] {
  if (run.ts_start === null) return [];
  const end = run.ts_end === null ? now : Date.parse(run.ts_end);
  const minutes = (end - Date.parse(run.ts_start)) / 60_000;
  if (run.state !== 'open') return run.ts_end === null ? [] : [minutesText(minutes)];
  const done = portsDone(run);
  const toGo = portsToGo(run);
  const perHour = Math.round((60 * done) / minutes);
  if (done < LEAST_DONE || minutes < LEAST_MINUTES || perHour < LEAST_RATE) return [minutesText(minutes)];
  const rate = `${count(perHour)} an hour`;
  if (toGo === undefined || toGo === 0) return [minutesText(minutes), rate];
  return [minutesText(minutes), rate, `about ${minutesText((toGo * minutes) / done)} left`];
}
