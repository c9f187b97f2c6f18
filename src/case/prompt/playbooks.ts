import {parse} from 'yaml';
import type {RootCauses} from '../evidence/root-causes/finding.ts';

/** Tool chains that playbooks distinguish. */
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
/** Kind of prompt that a playbook is for. */
export type Flow = (typeof FLOWS)[number];

/** Conditions for a playbook. An empty list matches everything. */
export interface Triggers {
  readonly classifications: readonly string[];
  readonly toolchains: readonly string[];
  readonly flows: readonly Flow[];
  /** Phases of dsynth in which the build failed. */
  readonly phases: readonly string[];
  /** Families of root causes, or names of their facts, such as `plist`, `header`, `uses`. */
  readonly findings: readonly string[];
  /** Parts of the lines of root causes or of triage's root cause, in any case, such as `capsicum`; an alternative to `findings`. */
  readonly texts: readonly string[];
}

/** Advice for one kind of failure: a Markdown file with YAML front matter. */
export interface Playbook {
  readonly name: string;
  readonly triggers: Triggers;
  readonly tags: readonly string[];
  /** Sort key, ascending; default 100. */
  readonly priority: number;
  /** Maximum tokens of the text, at 4 characters each. */
  readonly budget?: number;
  readonly text: string;
}

/** A file of a port's snapshot: `port/Makefile`, `overlay/dragonfly/patch-main.c`. */
export interface PortFile {
  readonly path: string;
  readonly text: string;
}

/** Default limit for all playbooks of a prompt, in tokens. */
const DEFAULT_TOKENS = 2000;

/** Parsed playbooks by file and text, most of a process the same few dozen. */
const parsed = new Map<string, Playbook>();
const PARSED_LIMIT = 400;

/** Returns what `parsePlaybook` does, parsed once for each file and text. */
export function playbookOf(file: string, text: string): Playbook {
  const key = `${file}\n${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const playbook = parsePlaybook(file, text);
  if (parsed.size >= PARSED_LIMIT) parsed.clear();
  parsed.set(key, playbook);
  return playbook;
}

/**
 * Parses a playbook. `file` is its path; the name in the front matter must match the file's stem.
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
    'texts',
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
      texts: parseList(file, 'texts', triggers.texts).map((text) => text.toLowerCase()),
    },
    tags: parseList(file, 'tags', front.tags),
    priority: parseNumber(file, 'priority', front.priority) ?? 100,
    budget,
    text: (parts[2] ?? '').trim(),
  };
}

const MAX_FRONT_MATTER_CHARS = 16_384;
/** A key written with `?`: nested complex keys take the parser time that grows with the cube of their depth. */
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
    throw playbookError(file, `${key} must be a list of strings`);
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

/** The situation that playbooks are selected for. */
export interface PlaybookQuery {
  readonly flow: Flow;
  /** Class of the failure; missing before triage, and then every classification matches. */
  readonly classification?: string;
  readonly toolchains: readonly string[];
  /** Root causes of the log; without any, conditions on phases, findings and texts are ignored. */
  readonly causes?: RootCauses;
  /** Root cause that triage names. */
  readonly rootCause?: string;
}

/** A selected playbook and its size in tokens. */
export interface ChosenPlaybook extends Playbook {
  readonly tokens: number;
}

/** Limit of the selection, and the function that counts tokens. */
export interface PlaybookSpace {
  readonly maxTokens?: number;
  readonly count?: (text: string) => number;
}

/** Result of a selection: the playbooks that match and fit, and the names of those that match and are too long. */
export interface PlaybookChoice {
  readonly chosen: readonly ChosenPlaybook[];
  readonly omitted: readonly string[];
}

/**
 * Selects the matching playbooks that fit the limit, by priority and name. A playbook that is too long is skipped; later ones
 * are still tried.
 */
export function choosePlaybooks(
  all: readonly Playbook[],
  situation: PlaybookQuery,
  {maxTokens = DEFAULT_TOKENS, count = (text) => Math.ceil(text.length / 4)}: PlaybookSpace = {},
): PlaybookChoice {
  const matching = all.filter(({triggers}) => matchesSituation(triggers, situation));
  matching.sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  let left = maxTokens;
  const omitted: string[] = [];
  const chosen = matching.map(withinBudget).flatMap((playbook) => {
    const tokens = count(playbook.text);
    if (tokens > left) {
      omitted.push(playbook.name);
      return [];
    }
    left -= tokens;
    return [{...playbook, tokens}];
  });
  return {chosen, omitted};
}

/** Returns the chosen playbooks of `choosePlaybooks`. */
export function selectPlaybooks(...choice: Parameters<typeof choosePlaybooks>): readonly ChosenPlaybook[] {
  return choosePlaybooks(...choice).chosen;
}

function matchesSituation(triggers: Triggers, situation: PlaybookQuery): boolean {
  const {classifications, toolchains, flows} = triggers;
  const {classification, causes} = situation;
  if (causes !== undefined && causes.findings.length > 0 && !matchesEvidence(triggers, causes, situation)) return false;
  if (flows.length > 0 && !flows.includes(situation.flow)) return false;
  if (toolchains.length > 0 && !toolchains.some((tool) => situation.toolchains.includes(tool))) return false;
  return classifications.length === 0 || classification === undefined || classifications.includes(classification);
}

/** A class that triage decided stands for the findings of that class, but not for a text. */
function matchesEvidence(
  {classifications, phases, findings, texts}: Triggers,
  causes: RootCauses,
  {classification, rootCause = ''}: PlaybookQuery,
): boolean {
  if (phases.length > 0 && !phases.includes(causes.failedPhase)) return false;
  if (findings.length === 0 && texts.length === 0) return true;
  const lines = [...causes.findings.flatMap(({kind, text}) => (kind === 'consequence' ? [] : [text])), rootCause];
  const isNamed = findings.length > 0 && classification !== undefined && classifications.includes(classification);
  return (
    isNamed ||
    findingTags(causes).some((tag) => findings.includes(tag)) ||
    lines.some((line) => texts.some((text) => line.toLowerCase().includes(text)))
  );
}

function findingTags({findings}: RootCauses): string[] {
  return findings.flatMap(({kind, family, facts}) => (kind === 'consequence' ? [] : [family, ...Object.keys(facts)]));
}

function withinBudget(playbook: Playbook): Playbook {
  const maxChars = (playbook.budget ?? Number.POSITIVE_INFINITY) * 4;
  return playbook.text.length <= maxChars ? playbook : {...playbook, text: `${playbook.text.slice(0, maxChars)}\n[cut]`};
}
