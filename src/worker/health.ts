import {readFile} from 'node:fs/promises';
import {createServer, type IncomingMessage, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {ApplicationFailure} from '@temporalio/activity';
import type {ActivityInterceptorsFactory} from '@temporalio/worker';
import {policyPath} from '../activities/policy.ts';
import {maskFor} from '../case/evidence/secrets.ts';
import {envNames} from '../devenv/named.ts';
import {modelSettings, type Purpose, settingsOfCall} from '../llm/settings.ts';
import type {AskModelInput, ModelTurn} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {bare, hostAndPort, isLoopback} from '../setup/host-port.ts';
import {installRoot} from '../setup/paths.ts';
import type {RunningWork, WorkerSettings} from './running-work.ts';

const DEFAULT_PLACE = {host: '127.0.0.1', port: 8789} as const;
const MAX_ERROR_CHARS = 300;
const HEADERS = {'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff'};

/** Failures of the model's part of a call. */
const OF_MODEL: ReadonlySet<string> = new Set([
  FAILURES.modelRefused,
  FAILURES.modelUnavailable,
  FAILURES.modelNotConfigured,
  FAILURES.contextTooLong,
]);

/** Records each activity in `work` while it runs, and the outcome of each model call. It must be the first interceptor: it reads the errors that the others map. */
export function watchedBy(work: RunningWork, env: NodeJS.ProcessEnv): ActivityInterceptorsFactory {
  const mask = maskFor(env);
  const note = (input: unknown, error: string | null): void => {
    const call = input as AskModelInput;
    const masked = error === null ? null : mask(error).slice(0, MAX_ERROR_CHARS);
    work.called({
      purpose: call.purpose,
      model: modelOf(call, env),
      at: new Date().toISOString(),
      ok: error === null,
      error: masked,
    });
  };
  const noteTurn = (input: AskModelInput, turn: ModelTurn): void => {
    if (turn.kind !== 'reply') return;
    note(input, null);
    const {purpose} = input;
    const fault = {model: modelOf(input, env), at: new Date().toISOString()};
    if (turn.implausible !== undefined) work.reportedImplausibly(purpose, {...fault, problem: mask(turn.implausible)});
  };
  return ({info: {activityType: activity, workflowExecution, workflowType}}) => ({
    inbound: {
      async execute(input, next) {
        const given = input.args[0];
        const workflow = {workflowId: workflowExecution?.workflowId ?? '', workflowType: workflowType ?? ''};
        const done = work.begin({...workflow, activity, input: given, since: new Date().toISOString()});
        try {
          const result = await next(input);
          if (activity === 'askModel') noteTurn(given as AskModelInput, result as ModelTurn);
          return result;
        } catch (error) {
          if (activity === 'askModel' && error instanceof ApplicationFailure && OF_MODEL.has(error.type ?? ''))
            note(given, error.message);
          throw error;
        } finally {
          done();
        }
      },
    },
  });
}

function modelOf(call: Pick<AskModelInput, 'purpose' | 'policy'>, env: NodeJS.ProcessEnv): string | null {
  try {
    const settings = settingsOfCall(call, env);
    return 'model' in settings ? settings.model : null;
  } catch {
    return null;
  }
}

export interface HealthServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Answers `GET /healthz` with what the worker does and which evidence `roots` it reads, at PORTWRIGHT_HEALTH, else at 127.0.0.1:8789 or, if that is taken, at any free
 * port. Throws an Error with the rule if the setting is no loopback address, or one that cannot be listened on.
 */
export async function serveHealth(
  work: RunningWork,
  env: NodeJS.ProcessEnv,
  roots: readonly string[] = [],
): Promise<HealthServer> {
  const {version} = JSON.parse(await readFile(join(installRoot(), 'package.json'), 'utf8')) as {version: string};
  const settings = settingsOf(env);
  const {triage, patch} = settings.models;
  const models = {triage: triage?.model ?? null, patch: patch?.model ?? null};
  const about = {pid: process.pid, version, envs: envNames(env), roots, models, settings};
  const server = createServer((request, response) => {
    const {status, body} = answer(request, () => work.report(about, new Date().toISOString()));
    response.writeHead(status, HEADERS).end(`${JSON.stringify(body, null, 2)}\n`);
  });
  const at = await listen(server, env.PORTWRIGHT_HEALTH?.trim() || undefined);
  return {url: `http://${at}`, close: () => close(server)};
}

function settingsOf(env: NodeJS.ProcessEnv): WorkerSettings {
  const mask = maskFor(env);
  const modelFor = (purpose: Purpose) => {
    const settings = modelSettings(purpose, env);
    return 'missing' in settings ? null : {model: settings.model, base: mask(settings.baseUrl ?? '') || null};
  };
  return {models: {triage: modelFor('triage'), patch: modelFor('patch')}, policy: policyPath(env)};
}

function answer({headers, method, url}: IncomingMessage, report: () => object): {status: number; body: object} {
  // Otherwise a page in a browser on this machine could read it, by a host name that resolves to loopback.
  if (!isLoopback(bare((headers.host ?? '').replace(/:\d+$/, ''))))
    return problem(403, 'Use a loopback address of this machine.');
  if (url?.split('?')[0] !== '/healthz') return problem(404, 'Only /healthz is served.');
  if (method !== 'GET') return problem(405, `Only GET is allowed; got ${method}.`);
  return {status: 200, body: report()};
}

function problem(status: number, error: string): {status: number; body: object} {
  return {status, body: {error}};
}

/** Listens at the given or the default place; returns host and port as in a URL. */
async function listen(server: Server, given: string | undefined): Promise<string> {
  if (given === undefined) {
    return bind(server, DEFAULT_PLACE).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      return bind(server, {...DEFAULT_PLACE, port: 0});
    });
  }
  const wanted = hostAndPort(given);
  if (wanted === undefined || !isLoopback(wanted.host))
    throw new Error(
      `PORTWRIGHT_HEALTH must be HOST:PORT with a loopback host, such as ${DEFAULT_PLACE.host}:${DEFAULT_PLACE.port}, since whoever reaches it may read it; got ${JSON.stringify(given)}. Correct it, or unset it.`,
    );
  return bind(server, wanted).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `PORTWRIGHT_HEALTH=${given}: the worker cannot listen there (${error.code}). Give another port, or 0 for any that is free.`,
    );
  });
}

async function bind(server: Server, {host, port}: {readonly host: string; readonly port: number}): Promise<string> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });
  const bound = server.address() as AddressInfo;
  return `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
