import {maskLabel, maskSecrets, ownSecrets} from '../evidence/secrets.ts';
import {type Assignment, assignmentLine} from './assignments.ts';
import type {ImportItem} from './report.ts';

/** Settings of the existing system that Portwright reads under the same names. Source: contract, section 9. */
const SAME =
  /^(DP_HARNESS_(TRIAGE|PATCH)_(MODEL|API_BASE|PROVIDER)|DP_HARNESS_(TIMEOUT|PATCH_TIMEOUT|MAX_SNIPPET_ROUNDS|ENV)|OPENAI_BASE_URL|DPORTSV3_CMD|LOGS_ROOT|STATE_SERVER_(BIND|PORT))$/;
const SECRET = /^(DP_HARNESS_(TRIAGE|PATCH)_API_KEY|OPENAI_API_KEY)$/;

/** Key of the policy's `repeats` that each of these settings became. */
const REPEATS: Readonly<Record<string, string>> = {
  DP_HARNESS_MAX_PATCH_ATTEMPTS: 'attempts',
  DP_HARNESS_ATTEMPT_WINDOW_HOURS: 'window_hours',
  DP_HARNESS_SIGNATURE_STICKINESS: 'same_signature',
  DP_HARNESS_BUNDLE_BACKSTOP: 'bundles',
};

/** Settings without a meaning here, and why. */
const DROPPED: readonly (readonly [RegExp, string])[] = [
  [/^OPENCODE_/, 'models are called directly, by DP_HARNESS_*_MODEL and _API_BASE'],
  [/^(VM_SSH_|DP_WORKSPACE_CONFIG$)/, 'dev-envs are reached by the command in DPORTSV3_CMD'],
  [
    /^(ARTIFACT_STORE_(URL|CLIENT)|DPORTSV3_(STATE_DB|ARTIFACT_ROOT))$/,
    'there is no artifact store and no state.db: bundles are directories',
  ],
  [/^(STATE_SERVER_URL|EVIDENCE_DB_ONLY)$/, 'the console reads the evidence and Temporal itself'],
  [
    /^DPORTSV3_(DELIVERY_CONFIG|DELIVERY_TOKEN|CONFIG_DIR|GIT_TIMEOUT)$/,
    '`portwright export` writes accepted fixes as patches, and pushes nothing',
  ],
  [
    /^DPORTSV3_TRACKER_(URL|BUILD_TYPE|STATE_DIR|HOOK_LOG|LOG_URL_BASE)$/,
    'there is no tracker: the console shows runs and ports',
  ],
  [/^DPORTSV3_TRACKER_TARGET$/, 'the target of a failure comes from the hooks: set PORTWRIGHT_TARGET in portwright-hooks.conf'],
  [/^DPORTSV3_STALE_QUEUED_MAX_AGE_SECONDS$/, 'a case is a workflow, which does not get lost'],
  [/^DP_HARNESS_HEALTH_CACHE_SECONDS$/, 'a dev-env is probed before each lease'],
  [/^DP_HARNESS_CONTEXT_FILE_CAP$/, 'prompts list files, and models read what they need'],
  [/^DP_HARNESS_DUMP_SESSION(_CAP)?$/, 'every session is stored'],
  [/^DP_HARNESS_CHAT_(MODEL|TIMEOUT|CONTEXT_CAP)$/, 'there is no chat; `portwright context` informs the model'],
  [/^DP_ACTIVITY_LOG_MAX$/, 'the timeline of a case is complete'],
];

/** Returns why a setting of the existing system is not read; undefined for a setting that is read, and for an unknown name. */
export function reasonDropped(name: string): string | undefined {
  const key = REPEATS[name];
  if (key !== undefined) return `the policy has it: \`repeats.${key}\``;
  return DROPPED.find(([form]) => form.test(name))?.[1];
}

/** Settings of the existing system as Portwright reads them. */
export interface TranslatedSettings {
  readonly items: readonly ImportItem[];
  /** `NAME=value` lines; keys are masked. */
  readonly lines: readonly string[];
  /** Values for the policy's `repeats`. */
  readonly repeats: Readonly<Record<string, number>>;
}

/** Returns the lines to set, and what becomes of each setting. `from` names the source; names of nobody's are left out with `onlyKnown`. */
export function translateSettings(
  settings: readonly Assignment[],
  {from, policy, onlyKnown}: {readonly from: string; readonly policy: string | undefined; readonly onlyKnown: boolean},
): TranslatedSettings {
  const secrets = ownSecrets(Object.fromEntries(settings.map(({name, value}) => [name, value])));
  const items: ImportItem[] = [];
  const lines: string[] = [];
  const repeats: Record<string, number> = {};
  const add = (name: string, result: ImportItem['result'], detail: string): void => {
    items.push({part: 'setting', name, result, detail});
  };
  for (const {name, value} of settings) {
    if (SECRET.test(name)) {
      lines.push(`${name}=${maskLabel('key')}`);
      add(
        name,
        'taken',
        `copy the value from ${from} into the worker's environment file, which only its user can read; it is not shown`,
      );
    } else if (name === 'DP_HARNESS_POLICY') {
      if (policy !== undefined) lines.push(assignmentLine(name, policy));
      add(name, policy === undefined ? 'left' : 'taken', policy ?? 'no policy was taken; without it the shipped policy is used');
    } else if (SAME.test(name)) {
      const line = value === undefined ? undefined : maskSecrets(assignmentLine(name, value), secrets);
      if (line !== undefined) lines.push(line);
      add(name, line === undefined ? 'left' : 'taken', line === undefined ? COMPUTED : 'it has the same name and meaning');
    } else if (REPEATS[name] !== undefined) {
      const number = Number(value);
      const isGood = value !== undefined && number > 0 && (Number.isInteger(number) || REPEATS[name] === 'window_hours');
      if (isGood) repeats[REPEATS[name]] = number;
      add(name, isGood ? 'taken' : 'failed', isGood ? `${reasonDropped(name)} in the proposal` : 'it must be a number above 0');
    } else if (reasonDropped(name) !== undefined) add(name, 'left', reasonDropped(name) as string);
    else if (!onlyKnown)
      add(name, 'left', `it is no setting of the existing system; copy it from ${from} if the worker needs it`);
  }
  return {items, lines, repeats};
}

/** Why a value is left. */
export const COMPUTED = 'the shell computes its value; write it out by hand';
