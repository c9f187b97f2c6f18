import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {program} from '../../src/cli/program.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {commandList} from './commands.ts';
import {withPart} from './mdoc.ts';
import {schemaKeys} from './policy-keys.ts';
import {rowList, rowsBelow} from './tables.ts';

const read = (path: string): string => readFileSync(join(installRoot(), path), 'utf8');

/** Manual pages, and how the generated parts of each are made. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string[]>>>> = {
  'portwright.1': {
    commands: () => commandList(program),
    environment: () => rowList(rowsBelow(read('docs/configuration.md'), '## Settings'), 'Ev', defaultAndMeaning),
  },
  'portwright-hooks.5': {
    keys: () => rowList(rowsBelow(read('docs/evidence.md'), '### Configuration'), 'Ev', defaultAndMeaning),
  },
  'portwright-policy.5': {
    keys: () => schemaKeys(JSON.parse(read('policy/policy.schema.json'))),
  },
  'portwright-hosts.5': {
    keys: () => schemaKeys(JSON.parse(read('policy/hosts.schema.json'))),
  },
  'portwright-evidence.5': {
    run: () => rowList(rowsBelow(read('docs/evidence.md'), '## A run'), 'Pa', writerAndContent),
    bundle: () => rowList(rowsBelow(read('docs/evidence.md'), '## A bundle'), 'Pa', writerAndContent),
  },
};

export const PAGES: readonly string[] = Object.keys(PARTS);

/** Returns the path of a committed page. */
export function pagePath(name: string): string {
  return join(installRoot(), 'man', name);
}

/** Returns a page with its generated parts made again. */
export function renderPage(name: string): string {
  const page = readFileSync(pagePath(name), 'utf8');
  return Object.entries(PARTS[name] ?? {}).reduce((text, [part, make]) => withPart(text, part, make()), page);
}

function defaultAndMeaning([initial = '', meaning = '']: readonly string[]): string {
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}${/[.!?]$/.test(meaning) ? '' : '.'} Default: ${initial}.`;
}

function writerAndContent([writer = '', content = '']: readonly string[]): string {
  return `Written by: ${writer}. ${content.charAt(0).toUpperCase()}${content.slice(1)}${/[.!?]$/.test(content) ? '' : '.'}`;
}
