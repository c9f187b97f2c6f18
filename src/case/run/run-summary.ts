import {caseState, stateLabel} from '../review/case-state.ts';
import {casePage, runPage} from '../review/console-links.ts';
import {escapeMarkdown} from '../text/markdown.ts';
import {addUsage, billable, type Outcome, type Phase, type Usage, usageLabel} from '../types.ts';
import type {RunCase, RunCounts, RunState} from './run-totals.ts';

/** Failures of a run with the same signature. */
export interface RunGroup {
  /** Empty if no line names a cause. */
  readonly signature: string;
  readonly errorLine: string;
  /** Port names, with `@flavor`. */
  readonly ports: readonly string[];
}

/** A case in the summary of a run. `tokens` are billable ones. */
export interface RunCaseSummary {
  readonly caseId: string;
  readonly bundleId: string;
  readonly port: string;
  readonly signature: string;
  readonly phase: Phase;
  readonly outcome: Outcome | null;
  /** State for display: `Fix ready for review`, `Needs you: …`; missing in older archives. */
  readonly state?: string;
  readonly classification: string | null;
  readonly tokens: number;
  readonly cost: number;
}

/** Summary of a dsynth run: the result of its workflow's query `status`, and the content of runs/<run_id>/summary.json. */
export interface RunSummary {
  readonly version: 1;
  readonly runId: string;
  readonly state: 'open' | 'ended' | 'abandoned';
  readonly profile: string;
  readonly target: string;
  readonly startedUtc: string;
  readonly endedUtc: string | null;
  readonly queued: number | null;
  /** Counts reported by dsynth at the end, before that from results.txt. */
  readonly counts: RunCounts;
  /** Usage of all cases of the run, including cases that are not listed. */
  readonly usage: Usage;
  readonly tokens: number;
  /** Sorted by size, largest first. */
  readonly groups: readonly RunGroup[];
  /** Sorted by port. */
  readonly cases: readonly RunCaseSummary[];
  /** Number of cases that are not in `cases`. */
  readonly notListed: number;
}

/** Returns the summary of a run. Pure: the same state gives the same summary. */
export function summarise(state: RunState): RunSummary {
  const {report, cases, past} = state;
  const end = report?.end;
  const {built, failed, ignored, skipped} = (end?.kind === 'ended' ? end : report?.results) ?? NONE;
  const usage = cases.reduce((sum, one) => addUsage(sum, one.usage), past.usage);
  return {
    version: 1,
    runId: state.runId,
    state: end?.kind ?? 'open',
    profile: report?.profile ?? '',
    target: report?.target ?? '',
    startedUtc: report?.startedUtc ?? '',
    endedUtc: end?.kind === 'ended' ? end.atUtc : null,
    queued: report?.portsQueued ?? null,
    counts: {built, failed, ignored, skipped},
    usage,
    tokens: billable(usage),
    groups: groupsOf(state),
    cases: cases.map(caseSummary).sort((a, b) => (a.port < b.port ? -1 : 1)),
    notListed: past.cases,
  };
}

const NONE: RunCounts = {built: 0, failed: 0, ignored: 0, skipped: 0};

/** Sorts by size, then by the first port's name; failures without a cause come last. */
function groupsOf({cases, errorLines}: RunState): RunGroup[] {
  const ports = new Map<string, string[]>();
  for (const one of cases) ports.set(one.signature, [...(ports.get(one.signature) ?? []), portName(one.caseId)]);
  return [...ports]
    .map(([signature, names]) => ({signature, errorLine: errorLines[signature] ?? '', ports: names.sort()}))
    .sort(
      (a, b) =>
        Number(a.signature === '') - Number(b.signature === '') ||
        b.ports.length - a.ports.length ||
        ((a.ports[0] ?? '') < (b.ports[0] ?? '') ? -1 : 1),
    );
}

function caseSummary(one: RunCase): RunCaseSummary {
  const {caseId, bundleId, signature, phase, outcome, pendingOutcome = null, classification, usage} = one;
  const port = portName(caseId);
  const state = stateLabel(caseState({...one, pendingOutcome}));
  return {caseId, bundleId, port, signature, phase, outcome, state, classification, tokens: billable(usage), cost: usage.cost};
}

/** Returns the port of a case's id, `net/foo@py311`; other ids unchanged. */
function portName(caseId: string): string {
  return /^port:[^:]+:(.+)$/.exec(caseId)?.[1] ?? caseId;
}

/** Maximum entries in the Web UI; summary.md has all. */
const UI_LIMITS = {groups: 40, ports: 12, cases: 100} as const;

/** Returns a run as Markdown for the Web UI's current details. `base` is the console's address; without it there are no links. */
export function runDetails(summary: RunSummary, base?: string): string {
  return markdown(summary, UI_LIMITS, base);
}

/** Returns a run as Markdown without limits: the content of runs/<run_id>/summary.md. */
export function runMarkdown(summary: RunSummary): string {
  return `${markdown(summary, {groups: Infinity, ports: Infinity, cases: Infinity})}\n`;
}

type ListLimits = {readonly [part in keyof typeof UI_LIMITS]: number};

function markdown(summary: RunSummary, room: ListLimits, base?: string): string {
  const {groups, cases, notListed} = summary;
  const omitted = Math.max(0, cases.length - room.cases) + notListed;
  const rest = omitted > 0 ? [`and ${omitted} more`] : [];
  return [
    `# ${summary.runId}: ${summary.state}`,
    ...(base === undefined ? [] : [`[In the console](${runPage(base, summary.runId)})`]),
    facts(summary),
    ...(groups.length > 0 ? ['## Failures by their cause', groups.slice(0, room.groups).map(groupLine(room)).join('\n')] : []),
    ...(groups.length > room.groups ? [`and ${groups.length - room.groups} more causes`] : []),
    ...(cases.length > 0 ? ['## Cases', cases.slice(0, room.cases).map(caseLine(base)).join('\n'), ...rest] : []),
  ].join('\n\n');
}

function facts({profile, target, startedUtc, endedUtc, queued, counts, usage, tokens}: RunSummary): string {
  const {built, failed, ignored, skipped} = counts;
  const of = queued === null ? '' : ` of ${queued} queued`;
  return [
    `- **Profile** ${escapeMarkdown(profile || 'unknown')}, **target** ${escapeMarkdown(target || 'unknown')}`,
    `- **Began** ${startedUtc || 'unknown'}${endedUtc === null ? '' : `, **ended** ${endedUtc}`}`,
    `- **Ports:** ${built} built, ${failed} failed, ${ignored} ignored, ${skipped} skipped${of}`,
    `- **Billable tokens:** ${tokens} (prompt ${usage.prompt}, of which cached ${usage.cached}, replies ${usage.completion})${usageLabel(usage)}${usage.cost > 0 ? `; **cost** ${usage.cost.toFixed(4)}` : ''}`,
  ].join('\n');
}

/** Returns the state of a case for display. */
export function runCaseState({state, phase, outcome}: RunCaseSummary): string {
  return state ?? stateLabel(caseState({phase, outcome, pendingOutcome: null}));
}

function groupLine(room: ListLimits): (group: RunGroup) => string {
  return ({ports, errorLine}) => {
    const more = ports.length > room.ports ? ` and ${ports.length - room.ports} more` : '';
    const cause = errorLine === '' ? 'no line names a cause' : escapeMarkdown(errorLine);
    return `- **${ports.length}** ${cause}: ${ports.slice(0, room.ports).map(escapeMarkdown).join(', ')}${more}`;
  };
}

function caseLine(base: string | undefined): (line: RunCaseSummary) => string {
  return (line) => {
    const {caseId, port, classification, tokens, cost} = line;
    const price = cost > 0 ? `, cost ${cost.toFixed(4)}` : '';
    const name = escapeMarkdown(port);
    const linked = base === undefined ? name : `[${name}](${casePage(base, {workflowId: caseId})})`;
    return `- ${linked}: **${escapeMarkdown(runCaseState(line))}**${classification === null ? '' : `, ${escapeMarkdown(classification)}`}, ${tokens} tokens${price}`;
  };
}
