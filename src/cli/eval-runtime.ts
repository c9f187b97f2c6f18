import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {Client, Connection, WorkflowExecutionAlreadyStartedError, type WorkflowHandle} from '@temporalio/client';
import {deleteOutdatedDatabase} from '../demo/outdated-database.ts';
import {startScriptedModel} from '../demo/scripted-model.ts';
import type {EvalDir, EvalSettings} from '../eval/run-dir.ts';
import {type ScriptedCase, startScriptedAnswers} from '../eval/scripted-answers.ts';
import type {EvalProgress} from '../protocol/eval-run.ts';
import {evalProgress} from '../protocol/eval-run.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {evalId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {readAddress} from '../setup/address.ts';
import {lockStateDir} from '../setup/state-dir-lock.ts';
import {evalEnvs} from './eval-envs.ts';
import {startRuntime} from './runtime.ts';
import {untilStopped} from './until-stopped.ts';

type Print = (line: string) => void;
type Handle = WorkflowHandle<Workflows['evalRun']>;

const POLL_MS = 500;

/**
 * Runs an evaluation to its end and returns its progress: follows the process that runs it already, or starts a server and a worker for
 * it. Ctrl-C stops it; run again, it continues. Throws if it is stopped.
 */
export async function runEvaluation(dir: EvalDir, settings: EvalSettings, print: Print): Promise<EvalProgress> {
  for (let isWaiting = false; ; isWaiting = true) {
    const ended = await dir.ended();
    if (ended !== undefined) return ended;
    const unlock = await lockStateDir(dir.path).catch(() => undefined);
    if (unlock !== undefined) return runHere(dir, settings, print).finally(unlock);
    if (!isWaiting) print('Another process runs it; waiting for its end.');
    // Its server may not be up yet, or be gone by now; either way the next round shows.
    await waitForOther(dir, settings, print).catch(() => delay(POLL_MS));
  }
}

/** Throws if its server does not answer or has not got the evaluation yet. */
async function waitForOther(dir: EvalDir, settings: EvalSettings, print: Print): Promise<void> {
  const connection = await Connection.connect({address: (await readAddress(dir.path)) ?? '', connectTimeout: '1s'});
  try {
    await follow(new Client({connection}).workflow.getHandle(workflowId(settings)), print);
    await delay(POLL_MS);
  } finally {
    await connection.close();
  }
}

function workflowId({name}: EvalSettings): string {
  return evalId(name);
}

async function runHere(dir: EvalDir, settings: EvalSettings, print: Print): Promise<EvalProgress> {
  const stopped = untilStopped();
  const undo: (() => Promise<void>)[] = [];
  try {
    await deleteOutdatedDatabase(dir.path, print);
    const model = await startAnswers(dir, settings, undo);
    const envs = await evalEnvs(dir, settings, undo, print);
    const env = {...model, ...envs, PORTWRIGHT_EVAL_DIR: dir.path, DP_HARNESS_POLICY: join(dir.path, 'policy.json')};
    const runtime = await startRuntime({stateDir: dir.path, isLocked: true, port: 0, uiPort: 0, env}, print);
    undo.push(() => runtime.stop());
    if (runtime.uiUrl !== undefined) print(`Web UI: ${runtime.uiUrl}/workflows`);
    print(`Worker: pid ${runtime.workerPid()}`);
    const progress = await Promise.race([follow(await start(runtime.client, settings), print), stopped, runtime.broken]);
    if (progress === undefined) throw new Error(`Stopped. \`portwright eval --name ${settings.name}\` continues it.`);
    await dir.writeEnd(progress);
    return progress;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function start(client: Client, settings: EvalSettings): Promise<Handle> {
  const {name, parallel, maxTokens, maxCost} = settings;
  const begun = client.workflow.start<Workflows['evalRun']>('evalRun', {
    workflowId: workflowId(settings),
    taskQueue: TASK_QUEUE,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    args: [{name, parallel, maxTokens, maxCost}],
    staticSummary: `evaluation over ${settings.corpus}`,
  });
  return begun.catch((error: unknown) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return client.workflow.getHandle<Workflows['evalRun']>(workflowId(settings));
  });
}

/** Prints each case that is over, and waits for the end. */
async function follow(handle: Handle, print: Print): Promise<EvalProgress> {
  let done = -1;
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const progress = await handle.query(evalProgress).catch(() => undefined);
      if (progress !== undefined && progress.done !== done) {
        done = progress.done;
        print(`${done} of ${progress.total} cases, ${progress.tokens} tokens`);
      }
      await delay(POLL_MS, undefined, {signal: over.signal}).catch(() => undefined);
    }
  };
  const watching = watch();
  try {
    return await handle.result();
  } finally {
    over.abort();
    await watching;
  }
}

/** Returns the environment of the worker's model; starts a scripted server if that is to answer. */
async function startAnswers(dir: EvalDir, settings: EvalSettings, undo: (() => Promise<void>)[]): Promise<NodeJS.ProcessEnv> {
  const {answers, model, cases} = settings;
  if (answers === 'server') return {DP_HARNESS_TRIAGE_MODEL: model};
  const server = answers === 'demo' ? await startScriptedModel() : await startScriptedAnswers(await readScripts(dir, cases));
  undo.push(() => server.close());
  return {
    DP_HARNESS_TRIAGE_MODEL: model,
    DP_HARNESS_TRIAGE_API_BASE: `${server.url}/v1`,
    DP_HARNESS_TRIAGE_API_KEY: '',
    DP_HARNESS_PATCH_MODEL: '',
  };
}

function readScripts(dir: EvalDir, cases: EvalSettings['cases']): Promise<ScriptedCase[]> {
  return Promise.all(cases.map(async ({name}) => ({known: await dir.readCase(name), repair: await dir.readRepair(name)})));
}
