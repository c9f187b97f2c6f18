import {maskFor} from '../case/evidence/secrets.ts';
import {consoleUrl} from '../case/review/console-links.ts';
import {archivedCase} from '../evidence/archives.ts';
import {closedCases} from '../evidence/case-bundles.ts';
import {readBundleFile} from '../evidence/reading.ts';
import {selectRootCauses} from '../evidence/root-causes.ts';
import {causeLine, errorSignature} from '../evidence/signature.ts';
import type {ControlActivities} from '../protocol/activities.ts';
import {openBundle, type WorkerContext} from './context.ts';
import {inCpuTurn} from './cpu-turns.ts';

const ERRORS_BYTES = 400_000;
/** Closed cases of the port that a new case gets. The rule on repeats sees no more either. */
const EARLIER = 12;

export function evidenceActivities(context: WorkerContext): Pick<ControlActivities, 'collectEvidence'> {
  return {
    /** Returns what the bundle contains: the line that names the cause, its signature, and how its case closed. Writes analysis/root_causes.*. */
    async collectEvidence(report) {
      const {dir, root} = await openBundle(context, report);
      const causes = await inCpuTurn(() => selectRootCauses(dir, {root, port: report}, maskFor(context.env)));
      const cause = causes?.findings.find((one) => one.kind !== 'consequence');
      const errors = (await readBundleFile(dir, 'logs/errors.txt', ERRORS_BYTES))?.text ?? '';
      return {
        signature: causes === undefined ? errorSignature(errors) : causes.signature,
        errorLine: (cause?.text ?? causeLine(errors)).slice(0, 300),
        closedAs: (await archivedCase(dir))?.outcome ?? null,
        earlier: await closedCases(root, report, EARLIER),
        console: consoleUrl(context.env),
      };
    },
  };
}
