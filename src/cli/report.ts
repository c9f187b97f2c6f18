import {resolve} from 'node:path';
import {evidenceRoots} from '../evidence/bundle.ts';
import {deliverReports} from '../report/deliver.ts';
import {deliverRuns} from '../report/deliver-runs.ts';
import {withClient} from './client.ts';

const REPORTS_STAY = 'The reports stay in the spool; set TEMPORAL_ADDRESS, or start `portwright up`, which delivers them.';

/** `portwright report`: delivers the jobs of the spools, and the news of dsynth's runs. Throws if the server cannot be reached; nothing is lost then. */
export async function report(options: {evidence?: string; quiet?: boolean}): Promise<void> {
  const print = (line: string): void => (options.quiet ? undefined : console.log(line));
  const roots = options.evidence === undefined ? evidenceRoots(process.env) : [resolve(options.evidence)];
  await withClient(REPORTS_STAY, async (client) => {
    for (const root of roots) {
      const {delivered, skipped, failed, waiting, problem} = await deliverReports(client, root);
      print(
        `${root}: ${delivered.length} delivered, ${skipped.length} with their outcome already, ${failed.length} failed, ${waiting.length} wait for their bundle`,
      );
      if (problem) throw problem;
      const {runs, recovered} = await deliverRuns(client, root);
      for (const runId of runs) print(`${root}: reported the news of ${runId}`);
      for (const caseId of recovered) print(`${root}: notified ${caseId} that its port was built`);
    }
  });
}
