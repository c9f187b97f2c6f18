import type {VNode} from 'preact';
import {formatMoney} from '../../case/budget/money.ts';
import type {ClassSpend, Day, RunOutcomes} from '../queries/figures.ts';
import {Bars, Columns} from './charts.tsx';
import {count, counted, runPath} from './components.tsx';

interface PicturesProps {
  readonly days: readonly Day[];
  readonly byClass: readonly ClassSpend[];
  readonly runs: readonly RunOutcomes[];
}

/** Attempts, tokens, outcomes and spend of the last days. */
export function Pictures({days, byClass, runs}: PicturesProps): VNode {
  const byRun = new Map<string, RunOutcomes[]>();
  for (const one of runs) byRun.set(one.run_id, [...(byRun.get(one.run_id) ?? []), one]);
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures">The last {days.length} days</h2>
      <div class="card-grid">
        <Columns
          caption="Attempts a day"
          noun="attempt"
          columns={days.map(({day, attempts}) => ({label: day.slice(5), value: attempts}))}
        />
        <Columns
          caption="Tokens a day"
          noun="token"
          columns={days.map(({day, tokens}) => ({label: day.slice(5), value: tokens}))}
        />
      </div>
      <div class="card-grid">
        <section>
          <h3>Outcomes of each run</h3>
          <Bars
            caption="Outcomes of each run"
            heads={['Run', 'Cases', 'What became of them']}
            rows={[...byRun].map(([runId, parts]) => ({
              label: parts[0]?.ts_start?.slice(0, 16).replace('T', ' ') ?? runId,
              href: runPath(runId),
              parts: parts.map(({outcome, n}) => ({name: outcome, value: n})),
              text: parts.map(({outcome, n}) => `${n} ${outcome}`).join(', '),
            }))}
          />
        </section>
        <section>
          <h3>Spend by class</h3>
          <Bars
            caption="Spend by class"
            heads={['Class', 'Tokens', 'Cases']}
            rows={byClass.map(({classification, tokens, cases, fixed, cost}) => ({
              label: classification,
              parts: [{name: 'plain', value: tokens}],
              text: `${count(tokens)} tokens${cost > 0 ? `, ${formatMoney(cost)}` : ''}; ${counted(cases, 'case')}, ${fixed} fixed`,
            }))}
          />
        </section>
      </div>
    </section>
  );
}
