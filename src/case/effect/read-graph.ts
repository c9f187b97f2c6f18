import type {PortTarget} from './snapshot.ts';

const START = '#*** Input graph:';
const END = '#   Files that are only sources:';
/** Command of the rule that the snapshot adds for names without a rule. */
const DEFAULT = '\t@: portwright-default';
/** Nodes that the snapshot or make itself adds. */
const OURS = /^(?:portwright-graph|\.(?:BEGIN|END|INTERRUPT|MAIN|DEFAULT|ERROR|STALE|DELETE_ON_ERROR|WAIT(?:_\d+)?))$/;

/**
 * Parses the graph that bmake prints for `-dg2`: a header `# name, flags …` and, for a target that was visited, a line
 * `name : sources` and its commands, each behind a tab. Returns undefined unless there is exactly one graph.
 */
export function readGraph(text: string): Record<string, PortTarget> | undefined {
  const lines = text.split('\n');
  const start = lines.indexOf(START);
  const end = lines.indexOf(END, start);
  if (start < 0 || end < 0 || lines.indexOf(START, start + 1) >= 0) return undefined;
  const targets = new Map<string, {sources: string[]; commands: string[]}>();
  const seen = new Set<string>();
  for (const entry of entriesOf(lines.slice(start + 1, end))) {
    if (seen.has(entry.node)) continue;
    seen.add(entry.node);
    const target = targets.get(entry.name) ?? {sources: [], commands: []};
    target.sources.push(...entry.sources);
    target.commands.push(...entry.commands);
    targets.set(entry.name, target);
  }
  return Object.fromEntries(
    [...targets].filter(
      ([name]) => !(OURS.test(name) && (targets.get(name)?.commands.length ?? 0) === 0) && name !== 'portwright-graph',
    ),
  );
}

interface Entry {
  readonly node: string;
  readonly name: string;
  readonly sources: readonly string[];
  readonly commands: readonly string[];
}

function entriesOf(lines: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  let node = '';
  let open: {sources: string[]; commands: string[]} | undefined;
  for (const line of lines) {
    const header = /^# (\S+), (?:flags|unmade|made|type|being made|up-to-date|done)/.exec(line)?.[1];
    if (header !== undefined) [node, open] = [header, undefined];
    else if (line.startsWith('\t')) {
      if (line !== DEFAULT) open?.commands.push(line.slice(1));
    } else if (!line.startsWith('#') && open === undefined) {
      const [, name, sources = ''] = /^(\S+)\s+(?:::?|!)\s?(.*)$/.exec(line) ?? [];
      if (name === undefined) continue;
      open = {sources: sources.split(/\s+/).filter((one) => one !== '' && !/^\.[A-Z]/.test(one)), commands: []};
      entries.push({node, name, ...open});
    }
  }
  return entries;
}
