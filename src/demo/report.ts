import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {plainText} from '../case/text/plain-text.ts';
import {table} from '../case/text/table.ts';
import {billable} from '../case/types.ts';
import type {Ending} from './follow.ts';
import type {DemoPort} from './ports.ts';

/** Result of one port's case, the demo's last line in JSON. `proof` and `diff` are absolute paths or null. */
export interface CaseLine {
  readonly workflowId: string;
  readonly outcome: string;
  readonly tier: string | null;
  readonly classification: string | null;
  readonly origin: string;
  readonly bundleDir: string;
  readonly attempts: number;
  readonly tokens: number;
  readonly proof: string | null;
  readonly diff: string | null;
}

export async function caseLine({outcome, status}: Ending, bundleDir: string): Promise<CaseLine> {
  return {
    workflowId: status.workflowId,
    outcome,
    tier: status.tier,
    classification: status.triage?.classification ?? null,
    origin: status.port.origin,
    bundleDir,
    attempts: status.attempts.length,
    tokens: billable(status.usage),
    proof: await pathIfNotEmpty(join(bundleDir, 'analysis', 'rebuild_proof.json')),
    diff: await pathIfNotEmpty(join(bundleDir, 'analysis', 'changes.diff')),
  };
}

/** Returns the path if it names a file that is not empty, else null. */
async function pathIfNotEmpty(path: string): Promise<string | null> {
  return stat(path).then(
    ({size}) => (size > 0 ? path : null),
    () => null,
  );
}

/** How parts of an ending are shown. */
export interface EndingStyles {
  readonly outcome: (text: string) => string;
  readonly diff: (text: string) => string;
}

const PLAIN: EndingStyles = {outcome: (text) => text, diff: (text) => text};

/** Renders the end of a case for a terminal: reason, diff, proof. */
export async function endingText(line: CaseLine, reason: string, styles: EndingStyles = PLAIN): Promise<string> {
  const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ');
  const parts = [`${line.origin}: ${styles.outcome(line.outcome)}. ${reason}`];
  if (line.diff) parts.push(`The diff (${line.diff}):\n${styles.diff(indent(plainText(await readFile(line.diff, 'utf8'))))}`);
  if (line.proof) parts.push(`The proof (${line.proof}):\n${indent(await readFile(line.proof, 'utf8'))}`);
  if (line.outcome === 'awaiting-operator')
    parts.push(`Your next step: ${join(line.bundleDir, 'analysis', 'manual_handoff.md')}`);
  return parts.join('\n\n');
}

/** Returns the last line of `demo --once` for more than one port. */
export function allLine(lines: readonly CaseLine[]): object {
  return {
    cases: lines.map(({origin, outcome, classification, tokens}) => ({origin, outcome, classification, tokens})),
    fixed: lines.filter((line) => line.outcome === 'fixed').length,
    operator: lines.filter((line) => line.outcome === 'awaiting-operator').length,
  };
}

export function summaryTable(lines: readonly CaseLine[]): string {
  const rows = lines.map((l) => [l.origin, l.outcome, l.classification ?? '-', String(l.attempts), String(l.tokens)]);
  return table([['Origin', 'Outcome', 'Class', 'Attempts', 'Tokens'], ...rows]);
}

/** Reports whether every port's case had its expected end. */
export function allAsExpected(lines: readonly CaseLine[], ports: readonly DemoPort[]): boolean {
  return ports.every((port) => lines.find((line) => line.origin === port.origin)?.outcome === port.ends);
}
