import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {keyValues} from './names.ts';

/** dsynth's config bases, in its own order. */
export const CONFIG_BASES = ['/etc/dsynth', '/usr/local/etc/dsynth'];

/** Configuration of a build host, as far as there is one. */
export interface DsynthConfig {
  /** The requested profile, else the one that dsynth.ini selects; undefined without either. */
  readonly profile: string | undefined;
  /** `DIR_*` as dsynth gives them to hooks. */
  readonly dirs: Readonly<Record<string, string>>;
  /** `PORTWRIGHT_TARGET` of the hooks' conf, or its old name; undefined where neither is set plainly. */
  readonly target: string | undefined;
  readonly deltaports: string | undefined;
}

/** Keys of a profile in dsynth.ini, the variables that hooks get for them, and dsynth's defaults. */
const DIRS = [
  ['Directory_packages', 'DIR_PACKAGES', '/build/synth/live_packages'],
  ['Directory_repository', 'DIR_REPOSITORY', '/build/synth/live_packages/All'],
  ['Directory_portsdir', 'DIR_PORTS', '/usr/dports'],
  ['Directory_options', 'DIR_OPTIONS', '/build/synth/options'],
  ['Directory_distfiles', 'DIR_DISTFILES', '/build/synth/distfiles'],
  ['Directory_buildbase', 'DIR_BUILDBASE', '/build/synth/build'],
] as const;

/** Reads dsynth.ini and the hooks' conf in the first of `bases` that has the former. What is not there is undefined or empty. */
export async function dsynthConfig(bases: readonly string[], asked?: string): Promise<DsynthConfig> {
  for (const base of bases) {
    const ini = await readFile(join(base, 'dsynth.ini'), 'utf8').catch(() => undefined);
    if (ini !== undefined) return configOf(profileOf(ini, asked), await confOf(base));
  }
  return configOf({name: asked, dirs: new Map()}, new Map());
}

/** A profile, and its directories by the names of the hooks' variables. */
interface Profile {
  readonly name: string | undefined;
  readonly dirs: ReadonlyMap<string, string>;
}

function configOf({name, dirs}: Profile, conf: ReadonlyMap<string, string>): DsynthConfig {
  const value = (key: string): string | undefined => conf.get(key)?.replace(/^(["'])(.*)\1$/, '$2') || undefined;
  const target = value('PORTWRIGHT_TARGET') ?? value('DPORTSV3_TRACKER_TARGET');
  return {
    profile: name,
    dirs: Object.fromEntries(DIRS.map(([, variable]) => [variable, dirs.get(variable) ?? ''])),
    target: target?.replace(/^@*/, '@'),
    deltaports: value('DELTAPORTS_ROOT'),
  };
}

/** Plain KEY=value lines of the conf; what sh would make of others is not guessed. */
async function confOf(base: string): Promise<Map<string, string>> {
  for (const name of ['portwright-hooks.conf', 'dportsv3-hooks.conf']) {
    const text = await readFile(join(base, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return keyValues(text.replace(/^\s*(export\s+)?/gm, '').replace(/^#.*$/gm, ''));
  }
  return new Map();
}

/**
 * Reads the profile as dsynth does: in one pass, so that the section of a profile comes behind the key that selects it; of a value the part
 * before a blank, of two equal keys the last. Source: config.c of dsynth.
 */
function profileOf(ini: string, asked?: string): Profile {
  let profile = asked ?? 'LiveSystem';
  const dirs = new Map<string, string>(DIRS.map(([, variable, usual]) => [variable, usual]));
  let section = '';
  for (const line of ini.split('\n').map((one) => one.trimEnd())) {
    if (/^[;#]/.test(line)) continue;
    if (line.startsWith('[')) section = line;
    const [, key, value] = /^\s*([A-Za-z_]+)\s*=[ \t]*([^ \t]+)/.exec(line) ?? [];
    if (value === undefined) continue;
    if (section === '[Global Configuration]' && key === 'profile_selected') profile = asked ?? value;
    const variable = DIRS.find(([name]) => name === key)?.[1];
    if (section === `[${profile}]` && variable !== undefined) dirs.set(variable, value);
  }
  return {name: profile, dirs};
}
