import {setCurrentDetails, setHandler} from '@temporalio/workflow';
import {collectState, type LogState, logStateChanged} from '../protocol/collect-host.ts';
import {collect} from './proxies.ts';

const COLLECT_SECONDS = 3_300;

/** Collects the evidence of a build host over ssh; its details show what is in the way. The worker's schedule starts the next collection. */
export async function collectHost(host: string): Promise<number> {
  const states = new Map<string, LogState>();
  setHandler(collectState, () => [...states.values()]);
  setHandler(logStateChanged, (state) => {
    states.set(state.logs, state);
    setCurrentDetails([...states.values()].map((one) => `- ${describe(one)}\n`).join(''));
  });
  return collect.collectEvidenceOf(`from ${host}, for ${COLLECT_SECONDS / 60} minutes`, {host, seconds: COLLECT_SECONDS});
}

function describe({logs, problem, sinceUtc}: LogState): string {
  return problem === null
    ? `\`${logs}\`: collected since ${sinceUtc}`
    : `\`${logs}\`: not collected since ${sinceUtc}: ${problem}`;
}
