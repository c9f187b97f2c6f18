import {RootCauseScan, type RootCauses, rootCauseText} from '../case/evidence/root-causes/index.ts';
import type {DevEnv} from './client.ts';
import {DSYNTH, PRELUDE, runScript} from './scripts.ts';

/** What a model is shown of a failure by a tool, whose result every later turn sends again: first errors, and the last lines. */
const FINDINGS_BYTES = 2000;
const TAIL_CHARS = 400;
/** The same for a result that is sent only once, or where no line names an error. */
const SINGLE_USE_BYTES = 3000;
const ONLY_TAIL_CHARS = 1500;

/** Root causes and end of the log of a failed build. */
export interface BuildFindings {
  readonly logPath: string;
  readonly totalLines: number;
  /** `rootCauseText`, with line numbers of the full log. */
  readonly findings: string;
  /** Last lines, at most 400 characters, or 1500 if there are no findings. */
  readonly tail: string;
  /** Empty if no line reports a failure. */
  readonly signature: string;
  /** Entries that the check of the plist reported; without a key where there are none. */
  readonly plist: PlistEntries;
}

/** Entries of the check of a plist: staged and not listed, and listed and not staged. */
export interface PlistEntries {
  readonly orphaned?: readonly string[];
  readonly missing?: readonly string[];
}

/** Most entries of each kind in a result. */
const MOST_ENTRIES = 50;

/** ORIGIN FLAVOR; its path and its lines come by stderr, so that stdout is the log and no more. */
const SCRIPT = `${PRELUDE}${DSYNTH}
log=$(log_of "$1" "$2")
enter /work "$logs"
regular "\${log##*/}" "$log"
printf 'portwright-log %s\\n' "$log" >&2
cat "$log"
`;

/** Reads the first errors of the port's last dsynth log, however long it is; undefined if it cannot be read. */
export async function buildFindings(
  env: DevEnv,
  port: {readonly origin: string; readonly flavor?: string},
  signal?: AbortSignal,
): Promise<BuildFindings | undefined> {
  const scan = new RootCauseScan();
  const result = await runScript(env, SCRIPT, [port.origin, port.flavor ?? ''], {
    timeoutSeconds: 600,
    tailBytes: 4096,
    onStdout: (chunk) => scan.take(chunk),
    signal,
  });
  const logPath = result.rc === 0 ? /^portwright-log (.*)$/m.exec(result.stderr)?.[1] : undefined;
  if (logPath === undefined) return undefined;
  const causes = scan.finish();
  return {
    logPath,
    totalLines: causes.lines,
    findings: rootCauseText(causes, FINDINGS_BYTES),
    tail: lastLines(result.stdout, causes.findings.length > 0 ? TAIL_CHARS : ONLY_TAIL_CHARS),
    signature: causes.signature,
    plist: plistEntries(causes),
  };
}

function plistEntries({findings}: RootCauses): PlistEntries {
  const facts = findings.find(({family}) => family === 'plist')?.facts ?? {};
  const [orphaned, missing] = [facts.orphaned, facts.missing ?? facts.unstaged].map((lines) => lines?.split('\n'));
  return {
    ...(orphaned === undefined ? {} : {orphaned: orphaned.slice(0, MOST_ENTRIES)}),
    ...(missing === undefined ? {} : {missing: missing.slice(0, MOST_ENTRIES)}),
  };
}

/** Returns the root causes of a text. */
export function textCauses(text: string): RootCauses {
  const scan = new RootCauseScan();
  scan.take(Buffer.from(text));
  return scan.finish();
}

/** First errors of what a command printed, at most 2000 bytes, its lines counted over all `totalLines`; empty where no line names one. */
export function outputFindings(output: string, totalLines = 0): string {
  const causes = endCauses(output, totalLines);
  return causes.findings.length > 0 ? rootCauseText(causes, FINDINGS_BYTES) : '';
}

/** First errors of what a build or a proof printed, at most 3000 bytes; its end where no line names one. */
export function firstErrors(output: string): string {
  const causes = textCauses(output);
  return causes.findings.length > 0 ? rootCauseText(causes, SINGLE_USE_BYTES) : lastLines(output, ONLY_TAIL_CHARS);
}

/** The root causes of the end of a log of `totalLines`. */
function endCauses(end: string, totalLines: number): RootCauses {
  const lines = end.split('\n').length - (end.endsWith('\n') ? 1 : 0);
  return shiftLines(textCauses(end), Math.max(0, totalLines - lines));
}

/** Shifts the line numbers of causes found in the end of a log whose first lines were not read. */
function shiftLines(causes: RootCauses, cutLines: number): RootCauses {
  if (cutLines === 0) return causes;
  const findings = causes.findings.map((one) => ({
    ...one,
    line: one.line + cutLines,
    context: {...one.context, from: one.context.from + cutLines},
  }));
  const phases = causes.phases.map((one) => ({...one, from: one.from + cutLines, to: one.to + cutLines}));
  return {...causes, lines: causes.lines + cutLines, findings, phases};
}

function lastLines(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(-chars).replace(/^[^\n]*\n/, '');
}
