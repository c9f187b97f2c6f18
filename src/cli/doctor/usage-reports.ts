import {MANY_FAULTS} from '../../case/budget/reported-usage.ts';
import {type Finding, ok, warn} from './finding.ts';
import type {WorkerReport} from './worker.ts';

const ADVICE =
  'Such calls count as our estimate. If the server cuts prompts, enlarge its window (num_ctx of Ollama) or set DP_HARNESS_CONTEXT_WINDOW; else use another server. See docs/models.md.';

/** Reports model servers whose token counts were implausible at least twice since the worker started; without a worker nothing. */
export function checkUsageReports(worker: WorkerReport | undefined): Finding[] {
  const faults = worker?.usage_faults;
  if (faults === undefined) return [];
  const found = Object.entries(faults).flatMap(([purpose, one]) =>
    one === null || one === undefined || one.count < MANY_FAULTS
      ? []
      : [warn(`model ${purpose} usage`, `${one.model ?? 'its model'}: ${one.count} implausible reports. ${one.problem}`, ADVICE)],
  );
  return found.length > 0 ? found : [ok('model usage', 'the token counts of the servers are plausible.')];
}
