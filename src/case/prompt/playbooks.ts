import {parse} from 'yaml';
import type {RootCauses} from '../evidence/root-causes/finding.ts';

/** What a port may be built with, as far as playbooks tell it apart. */
export const TOOLCHAINS = [
  'autoconf',
  'c',
  'cargo',
  'cmake',
  'gmake',
  'go',
  'libtool',
  'meson',
  'perl5',
  'pkg-config',
  'python',
] as const;

const FLOWS = ['triage', 'patch'] as const;
export type Flow = (typeof FLOWS)[number];

/** When a playbook is shown. An empty list matches everything. */
export interface Triggers {
  readonly classifications: readonly string[];
  readonly toolchains: readonly string[];
  readonly flows: readonly Flow[];
  /** Phases of dsynth that the build stopped in. */
  readonly phases: readonly string[];
  /** What the root causes have: families, or names of their facts, such as `plist`, `header`, `uses`. */
  readonly findings: readonly string[];
}

/** Advice for one kind of failure: a Markdown file with YAML front matter. */
export interface Playbook {
  readonly name: string;
  readonly triggers: Triggers;
  readonly tags: readonly string[];
  /** Lower comes first; 100 unless told. */
  readonly priority: number;
  /** Most tokens of its text that are shown, at 4 characters each. */
  readonly budget?: number;
  readonly text: string;
}

/** A file of a port's snapshot: `port/Makefile`, `overlay/dragonfly/patch-main.c`. */
export interface PortFile {
  readonly path: string;
  readonly text: string;
}

/** Tokens of playbooks in one prompt. */
const DEFAULT_TOKENS = 2000;

/**
 * Reads one playbook. `file` is its name, for errors; its stem is the playbook's name.
 *
 * @throws Error that names the file, the key and the rule
 */
export function parsePlaybook(file: string, text: string): Playbook {
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
  if (!parts) throw playbookError(file, 'must begin with front matter between two lines of "---"');
  const front = parseMapping(file, 'front matter', parseFrontMatter(file, parts[1] ?? ''), [
    'name',
    'triggers',
    'tags',
    'priority',
    'budget',
  ]);
  const triggers = parseMapping(file, 'triggers', front.triggers ?? {}, [
    'classifications',
    'toolchains',
    'flows',
    'phases',
    'findings',
  ]);
  const stem = file.replace(/^.*\//, '').replace(/\.md$/, '');
  if (front.name !== stem)
    throw playbookError(file, `name must be "${stem}", as the file is called; got ${JSON.stringify(front.name)}`);
  const budget = parseNumber(file, 'budget', front.budget);
  return {
    name: stem,
    triggers: {
      classifications: parseList(file, 'classifications', triggers.classifications),
      toolchains: parseList(file, 'toolchains', triggers.toolchains, TOOLCHAINS),
      flows: parseList(file, 'flows', triggers.flows, FLOWS),
      phases: parseList(file, 'phases', triggers.phases),
      findings: parseList(file, 'findings', triggers.findings),
    },
    tags: parseList(file, 'tags', front.tags),
    priority: parseNumber(file, 'priority', front.priority) ?? 100,
    budget,
    text: (parts[2] ?? '').trim(),
  };
}

const MAX_FRONT_MATTER_CHARS = 16_384;
/** A key that is written with `?`: keys of keys take the parser a time that grows with the cube of their depth. */
const COMPLEX_KEY = /^[ \t]*(?:[-?][ \t]+)*\?(?:[ \t]|\r?$)/m;

function parseFrontMatter(file: string, text: string): unknown {
  if (text.length > MAX_FRONT_MATTER_CHARS)
    throw playbookError(file, `front matter may have ${MAX_FRONT_MATTER_CHARS} characters; got ${text.length}`);
  if (COMPLEX_KEY.test(text)) throw playbookError(file, 'front matter must have plain keys, none with "?"');
  try {
    return parse(text, {logLevel: 'error'});
  } catch (error) {
    throw playbookError(file, `front matter must be YAML; ${(error as Error).message.split('\n')[0]}`);
  }
}

function parseMapping(file: string, key: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw playbookError(file, `${key} must be a mapping`);
  const unknown = Object.keys(value).find((each) => !known.includes(each));
  if (unknown !== undefined) throw playbookError(file, `${key} has the unknown key "${unknown}"; known are ${known.join(', ')}`);
  return value as Readonly<Record<string, unknown>>;
}

function parseList<T extends string>(file: string, key: string, value: unknown, known?: readonly T[]): readonly T[] {
  const list: unknown = value ?? [];
  if (!Array.isArray(list) || list.some((item) => typeof item !== 'string'))
    throw playbookError(file, `${key} must be a list of words`);
  const unknown = list.find((item) => known !== undefined && !known.includes(item));
  if (unknown !== undefined) throw playbookError(file, `${key} has "${unknown}"; known are ${known?.join(', ')}`);
  return list as readonly T[];
}

function parseNumber(file: string, key: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw playbookError(file, `${key} must be a whole number from 0; got ${JSON.stringify(value)}`);
  return value as number;
}

function playbookError(file: string, rule: string): Error {
  return new Error(`Playbook ${file}: ${rule}.`);
}

export interface PlaybookQuery {
  readonly flow: Flow;
  /** Missing before triage has said one; then playbooks of every classification fit. */
  readonly classification?: string;
  readonly toolchains: readonly string[];
  /** What the log says; missing where it says nothing, and then every playbook fits as far as that goes. */
  readonly causes?: RootCauses;
}

/** A playbook that a prompt shows, and what it costs. */
export interface ChosenPlaybook extends Playbook {
  readonly tokens: number;
}

/** How many playbooks may cost, and how a text's tokens are counted. */
export interface PlaybookSpace {
  readonly maxTokens?: number;
  readonly count?: (text: string) => number;
}

/**
 * Playbooks that fit, the most urgent first, as many as there is room for: one that is too long is left out, a later shorter one is not.
 */
export function selectPlaybooks(
  all: readonly Playbook[],
  situation: PlaybookQuery,
  {maxTokens = DEFAULT_TOKENS, count = (text) => Math.ceil(text.length / 4)}: PlaybookSpace = {},
): ChosenPlaybook[] {
  const fitting = all.filter(({triggers}) => matchesSituation(triggers, situation));
  fitting.sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  let left = maxTokens;
  return fitting.map(withinBudget).flatMap((playbook) => {
    const tokens = count(playbook.text);
    if (tokens > left) return [];
    left -= tokens;
    return [{...playbook, tokens}];
  });
}

function matchesSituation({classifications, toolchains, flows, phases, findings}: Triggers, situation: PlaybookQuery): boolean {
  const {classification, causes} = situation;
  if (causes !== undefined && causes.findings.length > 0) {
    if (phases.length > 0 && !phases.includes(causes.failedPhase)) return false;
    const named = classification !== undefined && classifications.includes(classification);
    if (findings.length > 0 && !named && !findingTags(causes).some((word) => findings.includes(word))) return false;
  }
  if (flows.length > 0 && !flows.includes(situation.flow)) return false;
  if (toolchains.length > 0 && !toolchains.some((tool) => situation.toolchains.includes(tool))) return false;
  return classifications.length === 0 || classification === undefined || classifications.includes(classification);
}

function findingTags({findings}: RootCauses): string[] {
  return findings.flatMap(({kind, family, facts}) => (kind === 'consequence' ? [] : [family, ...Object.keys(facts)]));
}

function withinBudget(playbook: Playbook): Playbook {
  const maxChars = (playbook.budget ?? Number.POSITIVE_INFINITY) * 4;
  return playbook.text.length <= maxChars ? playbook : {...playbook, text: `${playbook.text.slice(0, maxChars)}\n[cut]`};
}
