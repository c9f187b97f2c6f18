import type {Finding} from '../evidence/root-causes/finding.ts';
import {type MasterPort, overlayLabel} from '../slave-port.ts';
import {pluralize} from '../text/plural.ts';
import type {PortId} from '../types.ts';
import {failingPatches} from './failing-patches.ts';
import {overlayGuide, overlaySection} from './overlay-section.ts';
import type {Playbook, PortFile} from './playbooks.ts';
import {portFileList, relevantFiles} from './port-files.ts';
import {fitItems, fitParts, type Item, type Part, untrustedSection} from './space.ts';
import {triageSummary} from './triage-summary.ts';
import {oneLine, truncateMiddle, wrapUntrusted} from './wrap-untrusted.ts';

export {
  type AttemptMessage,
  attemptMessage,
  EARLIER_SHOWN,
  earlierItem,
  type Snippet,
  snippetRoundMessage,
} from './messages.ts';

/** Information from an operator about a case. */
export interface ContextRound {
  readonly by: string;
  readonly atUtc: string;
  readonly text: string;
}

/** Input of both prompts. */
export interface PromptParts {
  /** Text of policy/prompts/triage.md or patch.md. */
  readonly template: string;
  readonly port: PortId;
  /** Entries of the bundle's meta.txt. Paths of the build host are not shown. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Root causes as `rootCauseText` renders them, or errors.txt where there are none. */
  readonly findings: string;
  /** Facts of the root causes. */
  readonly facts?: readonly Finding['facts'][];
  /** The port's snapshot, below `port/` and `overlay/`. */
  readonly files: readonly PortFile[];
  /** Playbooks selected by `selectPlaybooks`. */
  readonly playbooks: readonly Pick<Playbook, 'name' | 'text'>[];
  /** Names of matching playbooks that did not fit their limit of tokens. */
  readonly omittedPlaybooks?: readonly string[];
  /** Rounds of operator context, oldest first. */
  readonly context?: readonly ContextRound[];
  /** Earlier cases of this port, newest first. */
  readonly earlier?: readonly Item[];
  /** Fixes of similar failures, most similar first. */
  readonly fixes?: readonly Item[];
  /** Patches and overlays of other ports about the same names, closest first. */
  readonly similar?: readonly Item[];
  /** Random part of the marks around untrusted data: 4 to 64 letters and digits. */
  readonly nonce: string;
  /** Maximum characters of the user message; default 16,000 for triage and 12,000 for patch. */
  readonly maxChars?: number;
}

/** Input of the triage prompt. */
export interface TriageParts extends PromptParts {
  /** Allowed classifications: the keys of the policy's map. */
  readonly classes: readonly string[];
  /** Maximum number of snippet rounds. */
  readonly snippetRounds: number;
}

/** Input of the patch prompt. */
export interface PatchParts extends PromptParts {
  /** Text of the triage report. */
  readonly triage: string;
  /** Answers to the snippet requests of triage, by request. */
  readonly snippets?: readonly Item[];
  readonly limits: {readonly attempts: number; readonly tier: string; readonly turns: number};
  /** Master of a slave port, in the case's scope. */
  readonly master?: MasterPort | undefined;
}

/** First messages of a conversation. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
}

const TRIAGE_CHARS = 16_000;
const PATCH_CHARS = 12_000;

/** The findings are sorted best first, so a cut removes mostly the last ones. */
const FINDINGS_HEAD_SHARE = 0.8;

/** Maximum characters of the snippets that a repair's prompt repeats from triage. */
const SNIPPETS_CHARS = 4000;

/** Maximum characters of a round of operator context. */
const CONTEXT_CHARS = 8000;

/** Descriptions of the shipped policy's classifications. A policy may have others; they are listed without a description. */
const HINTS: Readonly<Record<string, string>> = {
  'compile-error': 'the compiler refuses the source, or a header is missing',
  'link-error': 'the linker refuses: undefined or doubly defined symbols',
  'configure-error': 'configure, cmake, meson or the ports framework itself stops before anything is compiled',
  'patch-error': 'a patch of the port or of the overlay does not apply',
  'plist-error': 'it builds, but what is staged is not what the plist lists',
  'pkg-format': 'the package cannot be made or has a wrong form',
  'fetch-checksum': 'size or checksum of a distfile differs from distinfo',
  'fetch-error': 'a distfile cannot be downloaded',
  'missing-dep': 'a package or port that this one needs is not there or was not built',
  'dependency-conflict': 'two packages that it needs exclude each other',
  'runtime-error': 'a program that was built crashes or misbehaves',
  unknown: 'none of these, or not clear',
};

/**
 * Returns the first messages of a triage. Throws if the template lacks {{classes}} or {{rounds}}, or has an unknown
 * placeholder.
 */
export function buildTriagePrompt(parts: TriageParts): Prompt {
  const classes = parts.classes.map((name) => (HINTS[name] ? `- ${name}: ${HINTS[name]}` : `- ${name}`)).join('\n');
  const system = fillTemplate('triage', parts.template, {classes, rounds: String(parts.snippetRounds)});
  const footer = '---\nFind out what failed and why, and write the report under the headings that you were given.';
  const relevant = relevantFiles(parts.files, parts.findings);
  const own: Part[] = [
    {order: 95, share: 'full', render: () => overlaySection(parts.files)},
    {order: 110, share: 0.2, render: itemSection('## Files', relevant, parts.nonce)},
  ];
  return {system, user: withFooter(footer, parts, TRIAGE_CHARS, own)};
}

/** Returns the first messages of a patch attempt; from the second attempt on, `attemptMessage` follows them. */
export function buildPatchPrompt(parts: PatchParts): Prompt {
  const system = fillTemplate('patch', parts.template, {});
  const {attempts, tier, turns} = parts.limits;
  const limits = `## Limits\n\nTier ${oneLine(tier)}: at most ${attempts} attempts of ${turns} turns each; the report comes on top. Apply triage's suggested fix first.`;
  const footer = '---\nRepair the port. The environment is verified and ready.';
  const triage = triageSummary(parts.triage, parts.findings);
  const isSmall = (parts.maxChars ?? PATCH_CHARS) < PATCH_CHARS;
  const form = isSmall ? overlaySection(parts.files) : overlayGuide(parts.files, oneLine(parts.port.origin));
  const own: Part[] = [
    {order: 20, share: 'full', render: () => limits},
    {order: 95, share: 'full', render: () => form},
    {
      order: 103,
      share: 0.15,
      render: itemSection('## Failing Patches', failingPatches(parts.files, parts.findings, parts.facts), parts.nonce),
    },
    {order: 105, share: 0.15, render: (max) => snippets(parts, Math.min(max, SNIPPETS_CHARS))},
    {order: 85, share: 'full', render: () => (parts.master === undefined ? '' : masterSection(parts.port.origin, parts.master))},
    {order: 30, share: 0.12, render: (max) => untrustedSection('## Triage Summary', 'triage.md', triage, parts.nonce, max)},
  ];
  return {system, user: withFooter(footer, parts, PATCH_CHARS, own)};
}

/** Where the repair of a slave port belongs, and what its proof builds. */
function masterSection(origin: string, master: MasterPort): string {
  const slaves = master.slaves.length === 0 ? '' : ` and of ${pluralize(master.slaves.length, 'other slave port')}`;
  return [
    '## Master Port',
    '',
    `${origin} is a slave port: it builds from the Makefile, patches and files of ${master.origin}; ${overlayLabel(master.overlay)}. You may edit both overlays, ports/${master.origin}/ and ports/${origin}/.`,
    `What repairs the source or the Makefile belongs in ports/${master.origin}/: give that path, or origin ${master.origin}, to the tools that read or edit an overlay, install_patches among them; dops_add, dops_replace and dops_remove edit the overlay.dops of ${master.origin}. Only what ${origin} alone needs belongs in ports/${origin}/. materialize_dports composes both; make_patch, extract and dsynth_build work on ${origin}.`,
    `The fix must hold for all of them: clean rebuilds of ${origin}, of ${master.origin}${slaves} prove it.`,
  ].join('\n');
}

function fillTemplate(name: string, template: string, values: Readonly<Record<string, string>>): string {
  const wanted = Object.keys(values).find((key) => !template.includes(`{{${key}}}`));
  if (wanted !== undefined) throw new Error(`The prompt ${name}.md must contain {{${wanted}}}; it does not. Put it in.`);
  return template.replace(/\{\{(\w+)\}\}/g, (placeholder, key: string) => {
    if (Object.hasOwn(values, key)) return values[key] ?? '';
    throw new Error(
      `The prompt ${name}.md has ${placeholder}, which is not known; known are: ${Object.keys(values).join(', ') || 'none'}.`,
    );
  });
}

/**
 * Renders the parts. Space that a part does not need goes to the others in the order of this list. Metadata, limits and the
 * overlay's form are short and never cut.
 */
function withFooter(footer: string, parts: PromptParts, defaultChars: number, own: readonly Part[]): string {
  const total = (parts.maxChars ?? defaultChars) - footer.length - 3;
  const meta: Part = {order: 80, share: 'full', render: () => metadata(parts)};
  return `${fitParts([meta, ...own, ...evidence(parts, total)], total)}\n\n${footer}\n`;
}

function evidence(parts: PromptParts, total: number): Part[] {
  const {nonce} = parts;
  const half = Math.floor(total / 2);
  const findings = (max: number) =>
    untrustedSection('## Root Causes', 'root_causes.md', parts.findings, nonce, Math.min(max, half), FINDINGS_HEAD_SHARE);
  const list = (max: number) => untrustedSection(FILES_HEADING, 'files', portFileList(parts.files), nonce, max);
  return [
    {order: 90, share: 0.3, render: findings},
    {order: 100, share: 0.1, render: list},
    {order: 60, share: 0.1, render: (max) => operatorContext(parts.context ?? [], nonce, max)},
    {order: 70, share: 0.2, render: (max) => playbooks(parts, max)},
    {
      order: 112,
      share: 0.1,
      render: (max) => itemSection(SIMILAR_HEADING, parts.similar ?? [], nonce)(Math.min(max, SIMILAR_CHARS)),
    },
    {order: 115, share: 0.1, render: itemSection('## Earlier Fixes', parts.fixes ?? [], nonce)},
    {order: 120, share: 0.05, render: itemSection('## Earlier Cases', parts.earlier ?? [], nonce)},
  ];
}

/** Maximum characters of the changes of other ports. */
const SIMILAR_CHARS = 2400;
const SIMILAR_HEADING = [
  '## Similar Changes',
  '',
  'Patches and overlays of other ports that share names with this failure. See how the tree does it; whether it fits here is for you to decide.',
].join('\n');

const FILES_HEADING = [
  '## Port Files',
  '',
  '`overlay/` is the overlay of this port, `port/` the port as composed with it. Only what you need is worth reading.',
].join('\n');

function itemSection(heading: string, list: readonly Item[], nonce: string): Part['render'] {
  return (max) => {
    const text = fitItems(list, nonce, max - heading.length - 2);
    return text === '' ? '' : `${heading}\n\n${text}`;
  };
}

/** Returns a request without blanks: its tail could otherwise be an instruction outside of the data marks. */
function safeRequest(request: string): string {
  return request.replace(/[^\w.+@,=~/:-]+/g, '_').slice(0, 120);
}

/** What triage has asked for is mostly what a repair would read first. */
function snippets(parts: PatchParts, max: number): string {
  const items = (parts.snippets ?? []).map(({title, text}) => ({title: safeRequest(title), text}));
  return itemSection('## Snippets of Triage', items, parts.nonce)(max);
}

/** Keys of meta.txt with paths of the build host. */
const HOST_KEYS = /^(dir_|logfile)/;

function metadata({port, metadata: meta, nonce}: PromptParts): string {
  const lines = Object.entries(meta).flatMap(([key, value]) => (HOST_KEYS.test(key) ? [] : [`${key}=${value}`]));
  const known = [`Origin: ${port.origin}`, `Target: ${port.target}`, `Flavor: ${port.flavor ?? '(none)'}`];
  const data = lines.length === 0 ? [] : ['', wrapUntrusted('meta.txt', truncateMiddle(lines.join('\n'), 1000), nonce)];
  return ['## Metadata', '', ...known, ...data].join('\n');
}

/** Returns as many of the newest rounds as fit, in chronological order. */
function operatorContext(rounds: readonly ContextRound[], nonce: string, max: number): string {
  const shown: string[] = [];
  let left = max - '## Operator Context'.length;
  for (const [at, round] of [...rounds.entries()].reverse()) {
    const heading = `### Round ${at + 1}, ${oneLine(round.atUtc)}, by ${oneLine(round.by)}`;
    const text = untrustedSection(heading, 'operator', truncateMiddle(round.text, CONTEXT_CHARS), nonce, left - 2);
    if (text === '') break;
    shown.unshift(text);
    left -= text.length + 2;
  }
  return shown.length === 0 ? '' : ['## Operator Context', ...shown].join('\n\n');
}

/** Returns as many playbooks as fit, each in full, and names the others. */
function playbooks({playbooks: entries, omittedPlaybooks = []}: PromptParts, max: number): string {
  const complete = playbookSection(entries, omittedPlaybooks);
  if (complete.length <= max) return complete;
  const room = max - omissionNote([...omittedPlaybooks, ...entries.map(({name}) => name)]).length;
  const shown: PlaybookText[] = [];
  for (const entry of entries) if (playbookSection([...shown, entry], []).length <= room) shown.push(entry);
  const others = entries.filter((entry) => !shown.includes(entry)).map(({name}) => name);
  return playbookSection(shown, [...omittedPlaybooks, ...others]);
}

type PlaybookText = PromptParts['playbooks'][number];

function playbookSection(entries: readonly PlaybookText[], omitted: readonly string[]): string {
  if (entries.length === 0) return '';
  const texts = entries.map(({name, text}) => `\n\n### ${name}\n\n${text}`);
  return `## Playbooks\n\nAdvice from earlier repairs; use what fits the evidence.${texts.join('')}${omissionNote(omitted)}`;
}

function omissionNote(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n\nLeft out for lack of space: ${names.join(', ')}.`;
}
