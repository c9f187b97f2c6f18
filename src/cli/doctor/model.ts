import {type ModelSettings, modelSettings, type Purpose} from '../../llm/settings.ts';
import type {WorkerSettings} from '../../worker/running-work.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const ANSWER_MS = 5000;
const OPENAI = 'https://api.openai.com/v1';

/** Checks the settings of both purposes, those of this shell or else the worker's, and that their servers answer: to GET /models, which costs nothing. */
export async function checkModels(env: NodeJS.ProcessEnv, ofWorker?: WorkerSettings['models']): Promise<Finding[]> {
  const purposes: Purpose[] = ['triage', 'patch'];
  return Promise.all(purposes.map((purpose) => checkModel(purpose, env, ofWorker)));
}

async function checkModel(purpose: Purpose, env: NodeJS.ProcessEnv, ofWorker?: WorkerSettings['models']): Promise<Finding> {
  const name = `model ${purpose}`;
  const settings = modelSettings(purpose, env);
  const used = ofWorker?.[purpose];
  if ('missing' in settings && used)
    return ok(name, `the worker has ${used.model}; this shell has none, so its server was not asked.`);
  return 'missing' in settings ? fail(name, settings.missing, 'Cases wait until then.') : ask(name, settings);
}

async function ask(name: string, {model, baseUrl, apiKey}: ModelSettings): Promise<Finding> {
  const base = (baseUrl ?? OPENAI).replace(/\/+$/, '');
  const headers: Record<string, string> = apiKey === '' ? {} : {authorization: `Bearer ${apiKey}`};
  try {
    const answer = await fetch(`${base}/models`, {headers, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS)});
    const text = await answer.text();
    return judge(name, model, base, answer.status, text);
  } catch (error) {
    const {message, cause} = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    return fail(
      name,
      `${base} does not answer within ${ANSWER_MS / 1000} s: ${why}.`,
      'Correct its _API_BASE, or start that server. Cases wait for it meanwhile.',
    );
  }
}

function judge(name: string, model: string, base: string, status: number, text: string): Finding {
  if (status === 401 || status === 403)
    return fail(name, `${base} refuses the key (HTTP ${status}).`, 'Correct its _API_KEY, and restart the worker.');
  if (status !== 200)
    return warn(
      name,
      `${base} answers GET /models with HTTP ${status}; it may still take calls.`,
      'Check its _API_BASE: it mostly ends in /v1.',
    );
  const listed = modelsIn(text);
  if (listed === undefined)
    return warn(name, `${base} answers, but not with a list of models.`, 'Check its _API_BASE: it mostly ends in /v1.');
  if (listed.length > 0 && !listed.includes(model))
    return warn(
      name,
      `${base} answers, but does not list ${model}; it lists ${listed.slice(0, 5).join(', ')}.`,
      'Check the name in its _MODEL.',
    );
  return ok(name, `${model} at ${base}.`);
}

function modelsIn(text: string): string[] | undefined {
  try {
    const {data} = JSON.parse(text) as {data?: unknown};
    return Array.isArray(data) ? data.map((one: {id?: unknown}) => String(one?.id)) : undefined;
  } catch {
    return undefined;
  }
}
