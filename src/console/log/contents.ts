import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import {plainLine} from '../../case/text/plain-text.ts';
import {readRootCauses, rootCausesOf} from '../../evidence/root-causes.ts';
import {WHOLE_LOG} from './open-logs.ts';
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

/** What a log has: its phases in their order, and the lines that may say why the build failed, best first. */
export interface LogContents {
  readonly phases: readonly LogPhase[];
  readonly findings: readonly LogFinding[];
}

/** More is in no selection of ours; a bundle that was brought in from elsewhere may have any. */
const MOST = 100;
const KINDS: readonly unknown[] = ['cause', 'hint', 'consequence'];

/** The contents by what was selected of the whole log; for the log of a proof, or before that was done, by a look at all of it. */
export async function logContents(dir: string, file: string, log: UnpackedLog): Promise<LogContents> {
  const kept = file === WHOLE_LOG ? await readRootCauses(dir) : undefined;
  return contentsOf(kept ?? (await log.memo('causes', () => rootCausesOf(log.content()))));
}

function contentsOf(causes: Partial<RootCauses>): LogContents {
  const phases = objects(causes.phases)
    .filter(({from, to}) => isLine(from) && isLine(to))
    .map(({name, from, to}) => ({name: word(name), from: Number(from), to: Number(to), failed: name === causes.failedPhase}));
  const findings = objects(causes.findings)
    .filter(({line, kind}) => isLine(line) && KINDS.includes(kind))
    .map(({line, text, kind, phase}) => ({
      line: Number(line),
      text: word(text),
      kind: kind as LogFinding['kind'],
      phase: word(phase),
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

function word(value: unknown): string {
  return typeof value === 'string' ? plainLine(value).slice(0, 400) : '';
}
