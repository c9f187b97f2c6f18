import {cp, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Client} from '@temporalio/client';
import type {FailureReport} from '../../src/case/types.ts';
import {DEMO_TARGET} from '../../src/demo/envs.ts';
import type {DemoPort} from '../../src/demo/ports.ts';
import {archivedBundles} from '../../src/evidence/archives.ts';
import {caseId} from '../../src/protocol/workflow-ids.ts';
import {reportFailure} from '../../src/report/report-failure.ts';

/** A reported failure, and the expected end of its case. */
export interface Failure {
  readonly workflowId: string;
  readonly origin: string;
  readonly bundleId: string;
  readonly expected: DemoPort['ends'];
}

/** Returns the latest failure of each port. */
export async function latestFailures(logs: string, ports: readonly DemoPort[]): Promise<Failure[]> {
  const bundles = await archivedBundles([join(logs, 'evidence')]);
  return ports.map(({origin, ends}) => {
    const report = bundles.find((one) => one.report.origin === origin)?.report;
    if (report === undefined) throw new Error(`The bulk run left no evidence of ${origin} below ${logs}.`);
    return {workflowId: caseId({target: DEMO_TARGET, origin}), origin, bundleId: report.bundleId, expected: ends};
  });
}

/** Copies the latest bundle of each port under the next free id, and reports it as a new failure. */
export async function reportCopies(client: Client, logs: string, ports: readonly DemoPort[]): Promise<void> {
  const bundles = await archivedBundles([join(logs, 'evidence')]);
  for (const {origin} of ports) {
    const first = bundles.filter((one) => one.report.origin === origin).at(-1);
    if (first === undefined) throw new Error(`There is no failure of ${origin} to copy.`);
    const {bundleId} = first.report;
    const siblings = (await readdir(join(first.dir, '..'))).filter((name) => name.startsWith(`${bundleId}-`));
    const copyId = `${bundleId}-${siblings.length + 2}`;
    const to = join(first.dir, '..', copyId);
    await cp(first.dir, to, {recursive: true});
    await rm(join(to, 'analysis'), {recursive: true, force: true});
    const report: FailureReport = {...first.report, bundleId: copyId};
    await reportFailure(client, report);
  }
}
