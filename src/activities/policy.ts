import {readdirSync, statSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {checkPolicy} from '../case/policy/check.ts';
import type {EffectivePolicy} from '../case/policy/policy.ts';
import {playbookOf} from '../case/prompt/playbooks.ts';
import {buildPatchPrompt, buildTriagePrompt} from '../case/prompt/prompt.ts';
import type {BundleRef, RecordId} from '../case/types.ts';
import type {RecordStore} from '../evidence/store.ts';
import type {PolicyInEffect} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {installRoot} from '../setup/paths.ts';
import {finalFailure, openBundle, type WorkerContext} from './context.ts';

/** Prompts and playbooks as they were when the case began. */
export interface PolicyTexts {
  readonly triage: string;
  readonly patch: string;
  readonly playbooks: readonly {readonly file: string; readonly text: string}[];
}

/** Path of the policy in effect: DP_HARNESS_POLICY, else the installation's policy/policy.json. */
export function policyPath(env: NodeJS.ProcessEnv): string {
  return env.DP_HARNESS_POLICY || join(installRoot(), 'policy', 'policy.json');
}

/** Reads and checks a policy file. Returns the policy or all its faults, each a sentence that names the correction. */
export async function checkPolicyFile(path: string): Promise<ReturnType<typeof checkPolicy>> {
  const schema = JSON.parse(await readFile(join(installRoot(), 'policy', 'policy.schema.json'), 'utf8'));
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const correction = 'Correct the file, or unset DP_HARNESS_POLICY for the shipped one.';
    return {ok: false, faults: [`It cannot be read as JSON: ${(error as Error).message}. ${correction}`]};
  }
  return checkPolicy(schema, value);
}

/** Reads a policy file, validates it and fills in its defaults. Throws an Error that names the file and every fault and its correction. */
export async function loadPolicy(path: string): Promise<EffectivePolicy> {
  const checked = await checkPolicyFile(path);
  if (!checked.ok) throw new Error(`The policy ${path} is not valid: ${checked.faults.join(' ')}`);
  return checked.policy;
}

/** The old setting for snippet rounds goes before the policy's. Throws an Error that names it if it is no whole number from 0 to 10. */
export function withSnippetRounds(policy: EffectivePolicy, setting: string | undefined): EffectivePolicy {
  if (setting === undefined || setting === '') return policy;
  if (!/^(\d|10)$/.test(setting)) {
    throw new Error(
      `DP_HARNESS_MAX_SNIPPET_ROUNDS must be a whole number from 0 to 10; got ${JSON.stringify(setting)}. Correct it, or unset it for the policy's model.snippet_rounds.`,
    );
  }
  return {...policy, model: {...policy.model, snippet_rounds: Number(setting)}};
}

/** Prompts and playbooks of the installation as they are now. */
export async function loadTexts(dir = join(installRoot(), 'policy')): Promise<PolicyTexts> {
  const prompt = (name: string): Promise<string> => readFile(join(dir, 'prompts', name), 'utf8');
  const files = (await readdir(join(dir, 'playbooks'))).filter((name) => name.endsWith('.md')).sort();
  const playbooks = files.map(async (name) => ({
    file: basename(name),
    text: await readFile(join(dir, 'playbooks', name), 'utf8'),
  }));
  return {triage: await prompt('triage.md'), patch: await prompt('patch.md'), playbooks: await Promise.all(playbooks)};
}

/** Texts that were checked last, with the state of their files. */
let latest: {readonly state: string; readonly texts: PolicyTexts} | undefined;

/** The same, if a prompt can be made of each; they are read again when a file has changed. Throws an Error that names the file and the rule. */
export async function checkedTexts(dir = join(installRoot(), 'policy')): Promise<PolicyTexts> {
  const state = stateOf(dir);
  if (latest?.state === state) return latest.texts;
  const texts = await readChecked(dir);
  latest = {state, texts};
  return texts;
}

/** Returns what changes when a prompt or a playbook is edited, added or removed. The installation is local, so that a call need not wait. */
function stateOf(dir: string): string {
  const files = ['prompts', 'playbooks'].flatMap((part) => readdirSync(join(dir, part)).map((name) => join(dir, part, name)));
  return files
    .map((file) => {
      const {mtimeNs, ctimeNs, size, ino} = statSync(file, {bigint: true});
      return `${file} ${mtimeNs} ${ctimeNs} ${size} ${ino}`;
    })
    .join('\n');
}

async function readChecked(dir: string): Promise<PolicyTexts> {
  const texts = await loadTexts(dir);
  for (const {file, text} of texts.playbooks) playbookOf(file, text);
  const nothing = {port: {target: '', origin: ''}, metadata: {}, findings: '', files: [], playbooks: [], nonce: '0000'};
  buildTriagePrompt({...nothing, template: texts.triage, classes: [], snippetRounds: 0});
  buildPatchPrompt({...nothing, template: texts.patch, triage: '', limits: {attempts: 0, tier: '', turns: 0}});
  return texts;
}

/** Records of texts by evidence root, so that the same texts are masked and hashed once and not for each case. */
const recordsOf = new WeakMap<PolicyTexts, Map<string, RecordId>>();

async function persistTexts(store: RecordStore, texts: PolicyTexts): Promise<RecordId> {
  const records = recordsOf.get(texts) ?? new Map<string, RecordId>();
  const known = records.get(store.root);
  if (known !== undefined && (await store.has(known))) return known;
  const id = await store.putJson(texts);
  records.set(store.root, id);
  recordsOf.set(texts, records);
  return id;
}

/** Texts that were read from a record last; a record never changes. */
let lastRead: {readonly id: RecordId; readonly texts: PolicyTexts} | undefined;

/** Returns the texts that a case began with. */
export async function textsOf(store: RecordStore, id: RecordId): Promise<PolicyTexts> {
  if (lastRead?.id !== id) lastRead = {id, texts: await store.json<PolicyTexts>(id)};
  return lastRead.texts;
}

export function policyActivities(context: WorkerContext) {
  return {
    /** Read once a case. A policy that is not valid stops the case before any model call. */
    async readPolicy(bundle: BundleRef): Promise<PolicyInEffect> {
      const {store} = await openBundle(context, bundle);
      const policy = await loadPolicy(policyPath(context.env))
        .then((read) => withSnippetRounds(read, context.env.DP_HARNESS_MAX_SNIPPET_ROUNDS))
        .catch((error: Error) => {
          throw finalFailure(FAILURES.policyInvalid, error.message);
        });
      const texts = await checkedTexts().catch((error: Error) => {
        throw finalFailure(FAILURES.policyInvalid, error.message);
      });
      return {policy, texts: await persistTexts(store, texts)};
    },
  };
}
