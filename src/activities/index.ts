import {artifactActivities} from './artifacts.ts';
import {askActivities} from './ask.ts';
import {collectActivities} from './collect.ts';
import type {WorkerContext} from './context.ts';
import {deliveryActivities} from './deliver.ts';
import {devEnvActivities} from './dev-env.ts';
import {evalActivities} from './eval.ts';
import {evidenceActivities} from './evidence.ts';
import {withFailedBuilds} from './failed-builds.ts';
import {leaseActivities} from './lease.ts';
import {modelActivities} from './model.ts';
import {openingActivities} from './open-case.ts';
import {policyActivities} from './policy.ts';
import {promptActivities} from './prompts.ts';
import {recordingActivities} from './record-case.ts';
import {reviewActivities} from './review.ts';
import {ruleActivities} from './rules.ts';
import {runActivities} from './runs.ts';
import {snippetActivities} from './snippets.ts';
import {spoolActivities} from './spool.ts';
import {toolActivities} from './tools.ts';

/** All activities of a worker, by their types. */
export function createActivities(context: WorkerContext) {
  const steps = {
    ...toolActivities(context),
    ...policyActivities(context),
    ...evidenceActivities(context),
    ...promptActivities(context),
    ...snippetActivities(context),
    ...modelActivities(context),
    ...artifactActivities(context),
    ...reviewActivities(context),
    ...deliveryActivities(context),
    ...askActivities(context),
    ...devEnvActivities(context),
    ...leaseActivities(context),
    ...spoolActivities(context),
    ...collectActivities(context),
    ...ruleActivities(context),
    ...runActivities(context),
    ...evalActivities(context),
  };
  return withFailedBuilds({...steps, ...openingActivities(steps), ...recordingActivities(steps)});
}
