import {join, resolve} from 'node:path';
import {Context, log} from '@temporalio/activity';
import type {BuildHost} from '../case/host/host.ts';
import {collectText, evidenceStream} from '../devenv/evidence-stream.ts';
import {sshCommand} from '../devenv/ssh-command.ts';
import {type LogState, logStateChanged} from '../protocol/collect-host.ts';
import {type CollectOptions, collectLog} from '../report/collect-host.ts';
import {LogCollector} from '../report/log-collector.ts';
import {type CollectedLog, collectedLogs, readHosts} from '../setup/hosts.ts';
import {cancelSignal, type WorkerContext} from './context.ts';

export function collectActivities(context: WorkerContext) {
  const problems = new Problems();
  return {
    /** Collects the log directories of a host at once, `seconds` in all. */
    async collectEvidenceOf({host: name, seconds}: {host: string; seconds: number}): Promise<number> {
      const host = collectedHost(context, name);
      if (host === undefined) return 0;
      // A collection that fails ends the others: the retry starts all of them again.
      const failed = new AbortController();
      const signal = AbortSignal.any([cancelSignal(), AbortSignal.timeout(seconds * 1000), failed.signal]);
      const options: CollectOptions = {
        signal,
        isWanted: () => collectedHost(context, name) !== undefined,
        async onChange(state) {
          problems.log(name, state);
          await publish(context, state);
        },
      };
      const places = collectedLogs(context.env, host);
      const collections = places.map((place) => collectLog(place.remote, collectorOf(context, host, place, signal), options));
      const jobs = await Promise.all(collections).finally(() => failed.abort());
      cancelSignal().throwIfAborted();
      return jobs.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** Logs when a problem begins and when it ends, not again with each collection. */
class Problems {
  readonly #present = new Set<string>();

  log(host: string, {logs, problem}: LogState): void {
    const key = `${host} ${logs}`;
    if (problem !== null && !this.#present.has(key)) {
      this.#present.add(key);
      log.warn(`${host}: the evidence in ${logs} cannot be collected, which is retried: ${problem}`);
    } else if (problem === null && this.#present.delete(key)) log.warn(`${host}: the evidence in ${logs} is collected again.`);
  }
}

function collectedHost(context: WorkerContext, name: string): BuildHost | undefined {
  return readHosts(context.env).find((host) => host.name === name && host.evidence === 'collect' && host.reach !== 'local');
}

function collectorOf({env, roots}: WorkerContext, host: BuildHost, place: CollectedLog, signal: AbortSignal): LogCollector {
  const [remote, local] = [join(place.remote, 'evidence'), join(place.local, 'evidence')];
  return new LogCollector({
    remote,
    local,
    connect: (request) => evidenceStream(sshCommand(host, env), collectText({root: remote, ...request}), {env, signal}),
    otherRoots: roots.filter((root) => resolve(root) !== resolve(local)),
    onRefusal: (text) => log.warn(`${host.name} sent a bundle that is not accepted: ${text}`),
  });
}

/** Shows a state in the details of the workflow. */
async function publish({client}: WorkerContext, state: LogState): Promise<void> {
  const {workflowExecution: workflow} = Context.current().info;
  await client.workflow
    .getHandle(workflow?.workflowId ?? '', workflow?.runId)
    .signal(logStateChanged, state)
    .catch((error: Error) => log.warn(`The details of ${workflow?.workflowId} could not be updated: ${error.message}`));
}
