import {cp, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Client} from '@temporalio/client';
import type {FailureReport} from '../../src/case/types.ts';
import {DEMO_TARGET} from '../../src/demo/envs.ts';
import type {DemoPort} from '../../src/demo/ports.ts';
import {archivedBundles} from '../../src/evidence/archives.ts';
import {caseId} from '../../src/protocol/workflow-ids.ts';
import {reportFailure} from '../../src/report/report-failure.ts';

/** A failure that is now a case's, and how that should end. */
export interface Failure {
  readonly workflowId: string;
  readonly origin: string;
  readonly bundleId: string;
  readonly wanted: DemoPort['ends'];
}

/** The latest failure of each port. */
export async function failuresIn(logs: string, ports: readonly DemoPort[]): Promise<Failure[]> {
  const kept = await archivedBundles([join(logs, 'evidence')]);
  return ports.map(({origin, ends}) => {
    const report = kept.find((one) => one.report.origin === origin)?.report;
    if (report === undefined) throw new Error(`The bulk run left no evidence of ${origin} below ${logs}.`);
    return {workflowId: caseId({target: DEMO_TARGET, origin}), origin, bundleId: report.bundleId, wanted: ends};
  });
}

/** Lets the same ports fail again: each latest bundle is copied under the next free id, and reported. */
export async function copyFailure(client: Client, logs: string, ports: readonly DemoPort[]): Promise<void> {
  const kept = await archivedBundles([join(logs, 'evidence')]);
  for (const {origin} of ports) {
    const first = kept.filter((one) => one.report.origin === origin).at(-1);
    if (first === undefined) throw new Error(`There is no failure of ${origin} to copy.`);
    const {bundleId} = first.report;
    const siblings = (await readdir(join(first.dir, '..'))).filter((name) => name.startsWith(`${bundleId}-`));
    const again = `${bundleId}-${siblings.length + 2}`;
    const to = join(first.dir, '..', again);
    await cp(first.dir, to, {recursive: true});
    await rm(join(to, 'analysis'), {recursive: true, force: true});
    const report: FailureReport = {...first.report, bundleId: again};
    await reportFailure(client, report);
  }
}
