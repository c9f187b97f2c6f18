import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import {plainLine} from '../../case/text/plain-text.ts';
import {readRootCauses, rootCausesOf} from '../../evidence/root-causes.ts';
import {FULL_LOG} from './open-logs.ts';
import type {UnpackedLog} from './unpacked-log.ts';

export interface LogPhase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

export interface LogFinding {
  readonly line: number;
  readonly text: string;
  readonly kind: 'cause' | 'hint' | 'consequence';
  /** The phase that it is in; empty before the first. */
  readonly phase: string;
}

/** Contents of a log: its phases in their order, and the lines that may name the cause of the failure, best first. */
export interface LogContents {
  readonly phases: readonly LogPhase[];
  readonly findings: readonly LogFinding[];
}

/** More is in no selection of ours; a bundle that was brought in from elsewhere may have any. */
const MOST = 100;
const KINDS: readonly unknown[] = ['cause', 'hint', 'consequence'];

/** Returns the contents by the stored selection of the log; for the log of a proof, or before that is stored, by a scan of all of it. */
export async function logContents(dir: string, file: string, log: UnpackedLog): Promise<LogContents> {
  const stored = file === FULL_LOG ? await readRootCauses(dir) : undefined;
  return contentsOf(stored ?? (await log.memo('causes', () => rootCausesOf(log.content()))));
}

function contentsOf(causes: Partial<RootCauses>): LogContents {
  const phases = objects(causes.phases)
    .filter(({from, to}) => isLine(from) && isLine(to))
    .map(({name, from, to}) => ({name: plain(name), from: Number(from), to: Number(to), failed: name === causes.failedPhase}));
  const findings = objects(causes.findings)
    .filter(({line, kind}) => isLine(line) && KINDS.includes(kind))
    .map(({line, text, kind, phase}) => ({
      line: Number(line),
      text: plain(text),
      kind: kind as LogFinding['kind'],
      phase: plain(phase),
    }));
  const lastFailed = phases.findLastIndex(({failed}) => failed);
  return {phases: phases.map((one, at) => ({...one, failed: at === lastFailed})), findings};
}

function objects(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST).filter((one) => typeof one === 'object' && one !== null);
}

function isLine(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? plainLine(value).slice(0, 400) : '';
}
