import {ApplicationFailure, ApplicationFailureCategory} from '@temporalio/common';
import {type ProofResult, proofSummary} from '../case/status.ts';
import type {ToolActivityResult, UnchangedBuild} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';

type Activity = (...args: never[]) => Promise<unknown>;

const ofTool = ({ok, summary}: ToolActivityResult): string | undefined => (ok ? undefined : summary);

/** Activities that build, and why the build of a result failed; undefined where it passed. */
const PROBLEMS: Readonly<Record<string, (result: never) => string | undefined>> = {
  dsynth_build: ofTool,
  try_make: ofTool,
  proveRebuild: (proof: ProofResult) => (proof.rebuildOk ? undefined : `the clean rebuild ${proofSummary(proof)}`),
  buildUnchanged: (result: UnchangedBuild) => (result.builds ? undefined : `the port fails in ${result.phase}, as it is`),
};

/**
 * Returns the activities with each build that fails as a failed activity, which Temporal's Web UI shows as such. The result is the first detail
 * of the failure, from where workflows take it (`buildResult`); it is not retried, and no error of the worker's log.
 */
export function withFailedBuilds<All extends object>(activities: All): All {
  const builds = Object.entries(PROBLEMS).flatMap(([name, problemOf]) => {
    const build = (activities as Readonly<Record<string, Activity | undefined>>)[name];
    return build === undefined ? [] : [[name, failing(build, problemOf)] as const];
  });
  return {...activities, ...Object.fromEntries(builds)};
}

function failing(build: Activity, problemOf: (result: never) => string | undefined): Activity {
  return async (...args) => {
    const result = await build(...args);
    const problem = problemOf(result as never);
    if (problem === undefined) return result;
    throw ApplicationFailure.create({
      message: problem,
      type: FAILURES.buildFailed,
      nonRetryable: true,
      details: [result],
      category: ApplicationFailureCategory.BENIGN,
    });
  };
}
