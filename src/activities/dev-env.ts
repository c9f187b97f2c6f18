import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {ApplicationFailure, Context, log} from '@temporalio/activity';
import {ALL_ADJUSTABLE, effectReport} from '../case/effect/index.ts';
import {applyDecisions, guardContext, passes} from '../case/guard/index.ts';
import type {PortId} from '../case/types.ts';
import {textCauses} from '../devenv/build-findings.ts';
import type {DevEnv} from '../devenv/client.ts';
import {caseEffect} from '../devenv/effect.ts';
import {reachFault} from '../devenv/host-reach.ts';
import {findMaster} from '../devenv/master-port.ts';
import {envNames, envNamesFor, hostOfDevEnv, openNamedDevEnv} from '../devenv/named.ts';
import type {Work} from '../devenv/on-host.ts';
import {
  beginAttempt,
  captureDiff,
  confirmBegun,
  DevEnvReplaced,
  DiffRefused,
  OverlayDirty,
  OverlayFailed,
  overlayState,
  restoreOverlay,
} from '../devenv/overlay.ts';
import {foundText, probeTrees} from '../devenv/probe.ts';
import {proveRebuild} from '../devenv/proof.ts';
import {DevEnvUnavailable} from '../devenv/unavailable.ts';
import {writeAnalysis} from '../evidence/bundle.ts';
import {EVIDENCE_DIR} from '../evidence/modes.ts';
import {rootCausesIn} from '../evidence/root-causes.ts';
import type {RecordStore} from '../evidence/store.ts';
import type {DevEnvActivities} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {caseId, portOf} from '../protocol/workflow-ids.ts';
import {cancelSignal, finalFailure, openBundle, type WorkerContext} from './context.ts';
import {captureScope, originsIn} from './judge.ts';
import {readProof, withBuilt, withPending} from './proof-file.ts';

/** Opens a dev-env by the name that cases and leases have, for the running activity. */
export function devEnvOf(context: WorkerContext, name: string): DevEnv {
  return openNamedDevEnv(name, context.env, runningWork());
}

/** Returns on whose behalf commands run: of later attempts and activities, a host behind ssh ends what earlier ones left running. */
function runningWork(): Work {
  const {workflowExecution, activityId, attempt, scheduledTimestampMs} = Context.current().info;
  if (workflowExecution === undefined) return {};
  const {workflowId, runId} = workflowExecution;
  return {owner: `${workflowId}/${runId}`, activity: activityId, attempt, since: Math.floor(scheduledTimestampMs / 1000)};
}

/** The dev-env in which this port's case began its attempt. Throws `DevEnvReplaced` if it is another by now. */
export async function begunDevEnv(context: WorkerContext, name: string, port: PortId): Promise<DevEnv> {
  const env = devEnvOf(context, name);
  await confirmBegun(env, {caseId: caseId(port), signal: cancelSignal()});
  return env;
}

export function devEnvActivities(context: WorkerContext): Omit<DevEnvActivities, 'proposeFixes'> {
  return {
    async findDevEnvs(target) {
      const names = envNamesFor(target, context.env);
      if (names.length === 0) return {envs: [], problem: noneFor(target, context.env)};
      const targets = await Promise.all(names.map((name) => targetOf(context, name)));
      // Those that do not answer come last: triage reads sources in the first one.
      const envs = [target, undefined].flatMap((wanted) => names.filter((_, at) => targets[at] === wanted));
      return {envs, problem: names.map((name, at) => `the target of ${name} is ${targets[at]}, not ${target}`).join('; ')};
    },

    async probeDevEnv({env, target}) {
      try {
        return await problemOf(context, env, target);
      } catch (error) {
        cancelSignal().throwIfAborted();
        return (await lostHost(context, env)) ?? (error as Error).message;
      }
    },

    async masterPort({env, port}) {
      return guarded(async () => (await findMaster(devEnvOf(context, env), port, cancelSignal())) ?? null);
    },

    async beginAttempt({bundle, env, caseId, diff, ...scope}) {
      const {store} = await openBundle(context, bundle);
      const start = diff === undefined ? {} : {diff: await store.bytes(diff)};
      await guarded(() => requireReady(devEnvOf(context, env), scope.port.target));
      await guarded(() => takeOver(devEnvOf(context, env), caseId, store));
      const origin = originsIn(scope);
      await guarded(() => beginAttempt(devEnvOf(context, env), {caseId, origin, signal: cancelSignal(), ...start}));
    },

    async captureDiff({bundle, env, ...scope}) {
      const {store} = await openBundle(context, bundle);
      return guarded(async () => captureScope(await begunDevEnv(context, env, scope.port), store, scope));
    },

    async checkEffect({bundle, env, caseId, port, master, diff, decided}) {
      const {dir, store} = await openBundle(context, bundle);
      const {failedPatches} = guardContext(await rootCausesIn(dir));
      const effect = await guarded(async () =>
        caseEffect(devEnvOf(context, env), {
          caseId,
          ...port,
          master,
          diff: await store.bytes(diff),
          failedPatches,
          signal: cancelSignal(),
        }),
      );
      const findings = effect.findings.map((one) => applyDecisions(one, decided, ALL_ADJUSTABLE));
      await writeAnalysis(dir, 'effect.json', `${JSON.stringify({diff, ...effect, findings}, null, 2)}\n`);
      await writeAnalysis(dir, 'effect.md', effectReport(effect, findings));
      return {findings, passes: passes(findings), summary: effect.summary};
    },

    async proveRebuild({bundle, env, caseId, port, master, other, pending = [], diff, label, limits, twice, decided}) {
      const {dir, store} = await openBundle(context, bundle);
      await mkdir(join(dir, 'analysis'), EVIDENCE_DIR);
      const again = label === undefined ? '' : `-${label}`;
      const of = other === undefined ? '' : `-${other.replace('/', '_')}`;
      const log = join('analysis', `proof-${diff.slice(0, 12)}${again}${of}.log`);
      const {
        failure,
        findings: onPackage,
        leftOut,
        ...proof
      } = await guarded(async () =>
        proveRebuild(devEnvOf(context, env), {
          caseId,
          scope: originsIn({port, master}),
          ...(other === undefined ? {origin: port.origin, flavor: port.flavor} : {origin: other, isOther: true}),
          diff: await store.bytes(diff),
          logFile: join(dir, log),
          ...limits,
          twice: twice ?? false,
          signal: cancelSignal(),
        }),
      );
      const findings = onPackage.map((one) => applyDecisions(one, decided, ALL_ADJUSTABLE));
      const entry = {...proof, ...(leftOut === undefined ? {} : {left_out: leftOut}), findings, log};
      const file = `rebuild_proof${again}.json`;
      const written = other === undefined ? withPending(entry, pending) : withBuilt(await readProof(dir, file), entry);
      await writeAnalysis(dir, file, `${JSON.stringify(written, null, 2)}\n`);
      const failed =
        failure === undefined
          ? {}
          : {
              failure: {
                step: failure.step,
                phase: failure.phase,
                isWithoutDeveloper: failure.isWithoutDeveloper,
                tail: await store.put(failure.tail),
                signature: failure.signature ?? textCauses(failure.tail).signature,
              },
            };
      return {
        rebuildOk: proof.rebuild_ok,
        diffSha256: proof.diff_sha256,
        ...(findings.length > 0 ? {findings} : {}),
        ...(leftOut === undefined ? {} : {leftOut}),
        ...failed,
      };
    },

    async buildUnchanged({bundle, env, caseId, port, limits, twice}) {
      const {dir} = await openBundle(context, bundle);
      await mkdir(join(dir, 'analysis'), EVIDENCE_DIR);
      const {rebuild_ok, failure} = await guarded(async () =>
        proveRebuild(devEnvOf(context, env), {
          caseId,
          origin: port.origin,
          flavor: port.flavor,
          diff: '',
          isUnchanged: true,
          logFile: join(dir, 'analysis', 'recheck.log'),
          ...limits,
          twice,
          signal: cancelSignal(),
        }),
      );
      if (failure === undefined) return {builds: rebuild_ok};
      return {
        builds: false,
        phase: failure.phase ?? failure.step,
        signature: failure.signature ?? textCauses(failure.tail).signature,
      };
    },

    async restoreOverlay({env, caseId, ...scope}) {
      const origin = originsIn(scope);
      await guarded(() => restoreOverlay(devEnvOf(context, env), {caseId, origin, signal: cancelSignal()}));
    },
  };
}

/** Returns why the settings have no dev-env for a target. */
function noneFor(target: string, env: NodeJS.ProcessEnv): string {
  const others = envNames(env);
  if (others.length === 0)
    return 'DP_HARNESS_ENV names none, nor does the hosts file; set it to the name of a dev-env of this target and restart the worker, or run `portwright host add`';
  return `the hosts of ${others.join(', ')} have other targets than ${target} in the hosts file`;
}

/**
 * The lease guarantees that no other case works here, so another case's mark is left from one that was terminated: its changes
 * are stored as a record, and the overlay is restored. Changes of nobody's case are left alone, and stop this one.
 */
async function takeOver(env: DevEnv, caseId: string, store: RecordStore): Promise<void> {
  const state = await overlayState(env, undefined, cancelSignal());
  if (state.ours === undefined || state.ours === caseId) return;
  const port = portOf(state.ours);
  const origin = await leftScope(env, port);
  const diff = await captureDiff(env, origin, cancelSignal()).catch((error: unknown) => {
    // What it left is put back all the same: it must not stop other cases.
    if (!(error instanceof OverlayFailed)) throw error;
    log.warn(`What ${state.ours} left in ${env.name} cannot be recorded: ${error.message}`);
    return undefined;
  });
  if (diff !== undefined)
    log.warn(`${env.name} had what ${state.ours} left; its diff is the record ${await store.putExact(diff)}`);
  await restoreOverlay(env, {caseId: state.ours, origin, signal: cancelSignal()});
}

/** Returns the origins whose overlays a case may have edited: a slave port's case may have gone on at its master. */
async function leftScope(env: DevEnv, port: PortId): Promise<readonly string[]> {
  const found = await findMaster(env, port, cancelSignal());
  return originsIn({port, master: found === undefined || 'refused' in found ? undefined : found.origin});
}

/** Does what env_verify does, so that a model need not spend a turn on it. */
async function requireReady(env: DevEnv, target: string): Promise<void> {
  const status = await env.status(cancelSignal());
  const problem = whyNotReady(status, target);
  if (problem !== undefined) throw new DevEnvUnavailable(`The dev-env ${env.name} must be ready for ${target}; ${problem}.`);
}

function whyNotReady({status, target: its}: {status: string; target: string}, target: string): string | undefined {
  if (status !== 'ready') return `its status is ${status}, not ready`;
  return its === target ? undefined : `its target is ${its}, not ${target}`;
}

/** Returns the target that an env reports; undefined for one that does not answer, which may be of any. */
async function targetOf(context: WorkerContext, name: string): Promise<string | undefined> {
  const status = await devEnvOf(context, name)
    .status(cancelSignal())
    .catch(() => undefined);
  cancelSignal().throwIfAborted();
  return status?.target;
}

/** Returns why a dev-env cannot be leased, or null. Throws if it does not answer. */
async function problemOf(context: WorkerContext, name: string, target: string): Promise<string | null> {
  // A dev-env of another target may be leased by that target's pool.
  const problem = whyNotReady(await devEnvOf(context, name).status(cancelSignal()), target);
  if (problem !== undefined) return problem;
  // Nobody has leased it: commands that are still registered there were left by a link that was lost.
  const env = openNamedDevEnv(name, context.env, {...runningWork(), isSole: true});
  // Whether a port's directory is clean is checked when its case begins; here, that commands run and the trees are as the composer needs them.
  const {fault} = await probeTrees(env, target, cancelSignal());
  return fault === undefined ? null : `${foundText(fault)} ${fault.todo}`;
}

/** Returns why the host of a dev-env that does not answer cannot be reached; undefined if it can, or if the dev-env has no host in the hosts file. */
async function lostHost(context: WorkerContext, name: string): Promise<{host: string; problem: string} | undefined> {
  const host = hostOfDevEnv(name, context.env);
  const fault = host && (await reachFault(host, context.env, cancelSignal()));
  return host && fault && {host: host.name, problem: `${fault.found} ${fault.todo}`};
}

/** Gives the failures that workflows distinguish their types. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OverlayDirty) throw finalFailure(FAILURES.overlayDirty, error.message);
    if (error instanceof DiffRefused) throw finalFailure(FAILURES.diffRefused, error.message);
    if (error instanceof DevEnvReplaced) throw finalFailure(FAILURES.devEnvUnavailable, error.message);
    if (error instanceof DevEnvUnavailable) throw ApplicationFailure.retryable(error.message, FAILURES.devEnvUnavailable);
    throw error;
  }
}
