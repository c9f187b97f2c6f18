import {maskFor} from '../../case/evidence/secrets.ts';
import type {Purpose} from '../../llm/settings.ts';
import {modelSettings} from '../../llm/settings.ts';
import type {RunnerReport, WorkerSettings} from '../../worker/running-work.ts';
import {type Finding, ok, warn} from './finding.ts';

const ANSWER_MS = 2000;
const PURPOSES: readonly Purpose[] = ['triage', 'patch'];

/** What a worker reports of itself; an older one may lack parts. */
export type WorkerReport = Partial<RunnerReport['extra']>;

/** Asks the worker of this machine for its report; undefined if none answers within 2 s. */
export async function askWorker(env: NodeJS.ProcessEnv): Promise<WorkerReport | undefined> {
  try {
    const answer = await fetch(new URL('/healthz', workerUrl(env)), {signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error'});
    return ((await answer.json()) as Partial<RunnerReport>).extra;
  } catch {
    return undefined;
  }
}

/** Reports the settings of the running worker, its last model calls, and where this shell has other settings. */
export function checkWorker(worker: WorkerReport | undefined, env: NodeJS.ProcessEnv): Finding[] {
  if (worker === undefined)
    return [
      warn(
        'worker settings',
        `no worker answers at ${workerUrl(env)} within ${ANSWER_MS / 1000} s; models, dev-envs and policy below are those of this shell.`,
        'Run the doctor on the machine of the worker and with its environment, or set PORTWRIGHT_WORKER_URL to its address.',
      ),
    ];
  const {settings} = worker;
  return [
    ok(
      'worker settings',
      `pid ${worker.pid}, version ${worker.version}${settings === undefined ? '' : `; ${settingsText(settings)}`}.`,
    ),
    ...(settings === undefined ? [] : differences(settings, env)),
    ...failedCalls(worker),
  ];
}

function settingsText({models, policy}: WorkerSettings): string {
  const named = PURPOSES.map((purpose) => `${purpose} by ${modelText(models[purpose])}`);
  return [...named, `policy ${policy}`].join(', ');
}

function modelText(model: WorkerSettings['models'][Purpose]): string {
  return model === null ? 'no model' : `${model.model} at ${model.base ?? 'OpenAI'}`;
}

/** Returns a warning for each model of this shell that is not the worker's. A shell without one has no opinion. */
function differences({models}: WorkerSettings, env: NodeJS.ProcessEnv): Finding[] {
  return PURPOSES.flatMap((purpose) => {
    const own = modelSettings(purpose, env);
    if ('missing' in own) return [];
    const here = modelText({model: own.model, base: maskFor(env)(own.baseUrl ?? '') || null});
    const there = modelText(models[purpose]);
    if (here === there) return [];
    return [
      warn(
        `worker ${purpose}`,
        `the worker has ${there}, and this shell ${here}; cases use the worker’s.`,
        'Restart the worker with the settings that you mean, or run the doctor with the worker’s.',
      ),
    ];
  });
}

function failedCalls({model}: WorkerReport): Finding[] {
  return Object.values(model ?? {}).flatMap((call) =>
    call === null || call === undefined || call.ok
      ? []
      : [
          warn(
            `model ${call.purpose} call`,
            `the last call of ${call.model ?? 'its model'}, at ${call.at}, failed: ${call.error}`,
            'Cases that need it try again until the policy’s model.retry_hours have passed.',
          ),
        ],
  );
}

function workerUrl({PORTWRIGHT_WORKER_URL: url, PORTWRIGHT_HEALTH: health}: NodeJS.ProcessEnv): string {
  return url || `http://${health?.trim() || '127.0.0.1:8789'}`;
}
