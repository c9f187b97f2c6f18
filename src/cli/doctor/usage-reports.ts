import {MANY_FAULTS} from '../../case/budget/reported-usage.ts';
import type {RunnerReport} from '../../worker/running-work.ts';
import {type Finding, ok, warn} from './finding.ts';

const ANSWER_MS = 2000;

const ADVICE =
  'Such calls count as our estimate. If the server cuts prompts, enlarge its window (num_ctx of Ollama) or set DP_HARNESS_CONTEXT_WINDOW; else use another server. See docs/models.md.';

/** Reports model servers whose token counts were implausible at least twice since the worker started; without a worker nothing. */
export async function checkUsageReports(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const faults = await usageFaults(env);
  if (faults === undefined) return [];
  const found = Object.entries(faults).flatMap(([purpose, one]) =>
    one === null || one.count < MANY_FAULTS
      ? []
      : [warn(`model ${purpose} usage`, `${one.model ?? 'its model'}: ${one.count} implausible reports. ${one.problem}`, ADVICE)],
  );
  return found.length > 0 ? found : [ok('model usage', 'the token counts of the servers are plausible.')];
}

async function usageFaults(env: NodeJS.ProcessEnv): Promise<RunnerReport['extra']['usage_faults'] | undefined> {
  try {
    const answer = await fetch(new URL('/healthz', workerUrl(env)), {signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error'});
    return ((await answer.json()) as Partial<RunnerReport>).extra?.usage_faults;
  } catch {
    return undefined;
  }
}

function workerUrl({PORTWRIGHT_WORKER_URL: url, PORTWRIGHT_HEALTH: health}: NodeJS.ProcessEnv): string {
  return url || `http://${health?.trim() || '127.0.0.1:8789'}`;
}
