import {resolve} from 'node:path';
import {evidenceRoots} from '../evidence/bundle.ts';
import {deliverReports} from '../report/deliver.ts';
import {deliverRuns} from '../report/deliver-runs.ts';
import {withClient} from './client.ts';

const REPORTS_STAY = 'The reports stay in the spool; set TEMPORAL_ADDRESS, or start `portwright up`, which delivers them.';

/** `portwright report`: delivers what the hooks left in the spools, and what is new of dsynth's runs. Throws when the server cannot be reached; nothing is lost then. */
export async function report(options: {evidence?: string; quiet?: boolean}): Promise<void> {
  const say = (line: string): void => (options.quiet ? undefined : console.log(line));
  const roots = options.evidence === undefined ? evidenceRoots(process.env) : [resolve(options.evidence)];
  await withClient(REPORTS_STAY, async (client) => {
    for (const root of roots) {
      const {delivered, skipped, failed, waiting, problem} = await deliverReports(client, root);
      say(
        `${root}: ${delivered.length} delivered, ${skipped.length} with their outcome already, ${failed.length} failed, ${waiting.length} wait for their bundle`,
      );
      if (problem) throw problem;
      const {runs, recovered} = await deliverRuns(client, root);
      for (const runId of runs) say(`${root}: told what is new of ${runId}`);
      for (const caseId of recovered) say(`${root}: ${caseId} is told that its port built`);
    }
  });
}
