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

/** Keys of a profile in dsynth.ini, and the variables that hooks get for them. */
const DIRS = {
  Directory_packages: 'DIR_PACKAGES',
  Directory_repository: 'DIR_REPOSITORY',
  Directory_portsdir: 'DIR_PORTS',
  Directory_options: 'DIR_OPTIONS',
  Directory_distfiles: 'DIR_DISTFILES',
  Directory_buildbase: 'DIR_BUILDBASE',
} as const;

/** Reads dsynth.ini and the hooks' conf in the first of `bases` that has the former. What is not there is undefined or empty. */
export async function dsynthConfig(bases: readonly string[], asked?: string): Promise<DsynthConfig> {
  for (const base of bases) {
    const ini = await readFile(join(base, 'dsynth.ini'), 'utf8').catch(() => undefined);
    if (ini !== undefined) return configOf(sectionsOf(ini), await confOf(base), asked);
  }
  return configOf(new Map(), new Map(), asked);
}

function configOf(
  sections: ReadonlyMap<string, ReadonlyMap<string, string>>,
  conf: ReadonlyMap<string, string>,
  asked?: string,
): DsynthConfig {
  const profile = asked ?? sections.get('Global Configuration')?.get('profile_selected');
  const keys = sections.get(profile ?? '') ?? new Map<string, string>();
  const dirs = Object.entries(DIRS).flatMap(([key, name]) => [[name, keys.get(key) ?? '']]);
  const value = (key: string): string | undefined => conf.get(key)?.replace(/^(["'])(.*)\1$/, '$2') || undefined;
  const target = value('PORTWRIGHT_TARGET') ?? value('DPORTSV3_TRACKER_TARGET');
  return {profile, dirs: Object.fromEntries(dirs), target: target?.replace(/^@*/, '@'), deltaports: value('DELTAPORTS_ROOT')};
}

/** Plain KEY=value lines of the conf; what sh would make of others is not guessed. */
async function confOf(base: string): Promise<Map<string, string>> {
  for (const name of ['portwright-hooks.conf', 'dportsv3-hooks.conf']) {
    const text = await readFile(join(base, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return keyValues(text.replace(/^\s*(export\s+)?/gm, '').replace(/^#.*$/gm, ''));
  }
  return new Map();
}

function sectionsOf(ini: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let keys = new Map<string, string>();
  for (const line of ini.split(/\r?\n/)) {
    const head = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
    if (head !== undefined) {
      keys = new Map();
      sections.set(head, keys);
    }
    const [, key, value] = /^\s*([A-Za-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) keys.set(key, value);
  }
  return sections;
}
