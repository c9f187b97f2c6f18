import {formatMoney} from '../budget/money.ts';
import {table} from '../text/table.ts';
import {usageLabel} from '../types.ts';
import {type RunSummary, runCaseState} from './run-summary.ts';

/** Returns runs as a table for a terminal, in the given order. */
export function runsText(runs: readonly RunSummary[]): string {
  const heading = ['Run', 'State', 'Began', 'Built', 'Failed', 'Ignored', 'Skipped', 'Causes', 'Cases', 'Tokens', 'Cost'];
  const rows = runs.map((run) => [
    run.runId,
    run.state,
    run.startedUtc.slice(0, 16),
    ...[run.counts.built, run.counts.failed, run.counts.ignored, run.counts.skipped].map(String),
    ...[run.groups.length, run.cases.length + run.notListed, run.tokens].map(String),
    formatMoney(run.usage.cost),
  ]);
  return table([heading, ...rows]);
}

/** Returns a run as text for a terminal: counts, causes with their ports, cases. */
export function runText(run: RunSummary): string {
  const {counts, queued, usage} = run;
  const of = queued === null ? '' : `, of ${queued} queued`;
  const ended = run.endedUtc === null ? '' : `, ended ${run.endedUtc}`;
  const rows = run.cases.map((one) => [
    one.port,
    runCaseState(one),
    one.classification ?? '-',
    String(one.tokens),
    formatMoney(one.cost),
  ]);
  return [
    `${run.runId}: ${run.state}`,
    `profile ${run.profile || 'unknown'}, target ${run.target || 'unknown'}, began ${run.startedUtc || 'unknown'}${ended}`,
    `${counts.built} built, ${counts.failed} failed, ${counts.ignored} ignored, ${counts.skipped} skipped${of}`,
    `${run.tokens} billable tokens (prompt ${usage.prompt}, of which cached ${usage.cached}, replies ${usage.completion})${usageLabel(usage)}, cost ${formatMoney(usage.cost)}`,
    ...run.groups.flatMap(({ports, errorLine}) => [
      `\n${ports.length} x ${errorLine || 'no line names a cause'}`,
      `    ${ports.join(' ')}`,
    ]),
    ...(rows.length > 0 ? [`\n${table([['Port', 'State', 'Class', 'Tokens', 'Cost'], ...rows])}`] : []),
    ...(run.notListed > 0 ? [`and ${run.notListed} more cases`] : []),
  ].join('\n');
}
