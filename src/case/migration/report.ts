import {plainLine} from '../text/plain-text.ts';

/** Parts of an installation of the existing system, in the order of the report. */
export const PARTS = ['bundle', 'run', 'job', 'table', 'policy', 'hooks', 'setting'] as const;
export type Part = (typeof PARTS)[number];

/** Nouns of the parts for counts. */
const NOUNS: Readonly<Record<Part, string>> = {
  bundle: 'bundles',
  run: 'runs',
  job: 'jobs',
  table: 'tables of state.db',
  policy: 'policy keys',
  hooks: 'keys of the hooks’ conf',
  setting: 'settings',
};

/** `unchanged`: it was taken before. `failed`: it would be taken, and cannot be read or is not valid. */
export const RESULTS = ['taken', 'unchanged', 'left', 'failed'] as const;

/** What became of one thing of the existing system. */
export interface ImportItem {
  readonly part: Part;
  readonly name: string;
  readonly result: (typeof RESULTS)[number];
  /** Where it went, or why it was left or failed. Never has a secret. */
  readonly detail: string;
}

/** Result of `portwright import`. */
export interface ImportReport {
  /** Directory of the existing system. */
  readonly state: string;
  /** Evidence root that gets bundles, runs and jobs. */
  readonly evidence: string;
  readonly isDryRun: boolean;
  readonly items: readonly ImportItem[];
  /** Lines for the worker's environment; keys are masked. */
  readonly settings: readonly string[];
}

/** Names that are listed for one reason. */
const SHOWN_NAMES = 5;

/** Returns the report for a terminal: counts, then what failed, what was left and why, what was taken, and the lines to set. */
export function reportText({state, evidence, isDryRun, items, settings}: ImportReport): string {
  const heading = `Import of ${state} into ${evidence}${isDryRun ? ' (dry run: nothing is written)' : ''}`;
  const lines = [heading, ...countLines(items)];
  for (const result of ['failed', 'left', 'taken'] as const) lines.push(...groupLines(items, result));
  if (settings.length > 0) lines.push("Lines for the worker's environment file:", ...settings.map((line) => `  ${line}`));
  return lines.map((line) => line.replace(/\S.*$/s, plainLine)).join('\n');
}

function countLines(items: readonly ImportItem[]): string[] {
  return RESULTS.map((result) => {
    const counts = PARTS.flatMap((part) => {
      const amount = items.filter((one) => one.result === result && one.part === part).length;
      return amount === 0 ? [] : [`${NOUNS[part]} ${amount}`];
    });
    return `  ${result}: ${counts.join(', ') || 'nothing'}`;
  });
}

/** One line for each part and reason. */
function groupLines(items: readonly ImportItem[], result: ImportItem['result']): string[] {
  const groups = new Map<string, {part: Part; detail: string; names: string[]}>();
  for (const {part, name, detail} of items.filter((one) => one.result === result)) {
    const key = `${part} ${detail}`;
    const group = groups.get(key) ?? {part, detail, names: []};
    group.names.push(name);
    groups.set(key, group);
  }
  return PARTS.flatMap((part) => [...groups.values()].filter((group) => group.part === part)).map(({part, detail, names}) => {
    const more = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : '';
    return `${result} ${part} ${names.slice(0, SHOWN_NAMES).join(', ')}${more}: ${detail}`;
  });
}
