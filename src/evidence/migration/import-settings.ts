import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type Assignment, readAssignments} from '../../case/migration/assignments.ts';
import {translateHooksConf} from '../../case/migration/hooks-conf.ts';
import {proposePolicy} from '../../case/migration/policy.ts';
import type {ImportItem, Part} from '../../case/migration/report.ts';
import {type TranslatedSettings, translateSettings} from '../../case/migration/settings.ts';
import {installRoot} from '../../setup/paths.ts';
import {isAbsent} from '../unavailable.ts';
import {writeAtomically} from '../write-atomically.ts';
import {firstPresent, readSmallText} from './old-state.ts';

/** Configuration of the existing system, by files; undefined for what there is not. */
export interface SettingsSources {
  readonly policy: string | undefined;
  readonly hooksConf: string | undefined;
  /** File with the runner's variables; without it those of this process are used. */
  readonly envFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that gets the proposals. */
  readonly proposals: string;
  readonly isDryRun: boolean;
}

/** Translates policy, hooks' conf and variables. Files are proposals in a directory of their own: what is in use is not changed. */
export async function importSettings(sources: SettingsSources): Promise<{items: ImportItem[]; lines: readonly string[]}> {
  const {policy, proposals, envFile} = sources;
  const {settings, from, items} = await readSettings(sources);
  const translate = (path: string | undefined): TranslatedSettings =>
    translateSettings(settings, {from, policy: path, onlyKnown: envFile === undefined});
  const {repeats} = translate(undefined);
  const policyItems = policy === undefined ? [] : await importPolicy(policy, repeats, sources);
  const isProposed = policyItems.some(({name, result}) => name === POLICY && (result === 'taken' || result === 'unchanged'));
  const translated = translate(isProposed ? join(proposals, POLICY) : undefined);
  return {items: [...policyItems, ...(await importHooksConf(sources)), ...items, ...translated.items], lines: translated.lines};
}

const POLICY = 'policy.json';

async function readSettings({
  envFile,
  env,
}: SettingsSources): Promise<{settings: Assignment[]; from: string; items: ImportItem[]}> {
  if (envFile === undefined) {
    const settings = Object.entries(env).flatMap(([name, value]) => (value ? [{name, value}] : []));
    return {settings, from: 'the environment of this shell', items: []};
  }
  const text = await readOrItem('setting', envFile);
  if (typeof text !== 'string') return {settings: [], from: envFile, items: [text]};
  return {settings: readAssignments(text).assignments, from: envFile, items: []};
}

async function importPolicy(path: string, repeats: Readonly<Record<string, number>>, to: SettingsSources): Promise<ImportItem[]> {
  const text = await readOrItem('policy', path);
  if (typeof text !== 'string') return [text];
  let old: unknown;
  try {
    old = JSON.parse(text);
  } catch {
    // The message of JSON.parse has an excerpt, and the file may be another one, with keys in it.
    return [{part: 'policy', name: path, result: 'failed', detail: 'it is no JSON; `portwright policy check FILE` shows where'}];
  }
  const ours = async (name: string): Promise<object> =>
    JSON.parse(await readFile(join(installRoot(), 'policy', name), 'utf8')) as object;
  const {items, proposal} = proposePolicy({
    ...{old, repeats},
    shipped: await ours('policy.json'),
    schema: await ours('policy.schema.json'),
  });
  if (proposal === undefined) return items;
  return [...items, await propose('policy', POLICY, `${JSON.stringify(proposal, null, 2)}\n`, to)];
}

async function importHooksConf(to: SettingsSources): Promise<ImportItem[]> {
  if (to.hooksConf === undefined) return [];
  const text = await readOrItem('hooks', to.hooksConf);
  if (typeof text !== 'string') return [text];
  const {items, conf} = translateHooksConf(text);
  return [...items, await propose('hooks', 'portwright-hooks.conf', conf, to)];
}

async function readOrItem(part: Part, path: string): Promise<string | ImportItem> {
  return readSmallText(path).catch((error: NodeJS.ErrnoException) => ({
    ...{part, name: path, result: 'failed' as const},
    detail: isAbsent(error) ? 'it is not there' : `it cannot be read: ${error.code ?? error.message}`,
  }));
}

/** Writes a proposal, and never over another file. */
async function propose(part: Part, name: string, text: string, {proposals, isDryRun}: SettingsSources): Promise<ImportItem> {
  const path = join(proposals, name);
  const item = (result: ImportItem['result'], detail: string): ImportItem => ({part, name, result, detail});
  if ((await firstPresent([path])) !== undefined) {
    const isSame = (await readSmallText(path).catch(() => undefined)) === text;
    return isSame
      ? item('unchanged', path)
      : item('left', `${path} is there with another content, and is not overwritten. Move it away, or choose another --out`);
  }
  if (!isDryRun) {
    await mkdir(proposals, {recursive: true, mode: 0o750});
    await writeAtomically(proposals, name, text);
  }
  return item('taken', `${path} is a proposal: read it before you use it`);
}
