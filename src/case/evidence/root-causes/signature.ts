import {detailsOf, lastInformative, lineBefore, surroundingsOf} from './details.ts';
import type {Finding} from './finding.ts';
import {digest, normaliseLine, plainLine} from './normalise.ts';
import {isSpecific, isWrapper, namesSomething} from './specific.ts';

/** Lines between a message that only reports another's failure and that other's. */
const NEAR_LINES = 40;

/** What a signature takes from the log besides the findings. */
export interface LogFacts {
  /** First cause of each job that failed like the first finding. */
  readonly rivals?: readonly Finding[];
  /** Returns the causes and hints at most so many lines away from one. */
  readonly near?: (line: number, lines: number) => readonly Finding[];
  /** Last parts of the directory where make stopped. */
  readonly place?: string;
}

/**
 * Returns 16 hex digits, equal for failures whose cause differs only in directories, versions, line numbers, pids and the order of
 * parallel jobs; empty without a finding.
 * Cases of a run share a triage by signature, so a line that is not specific by itself, such as `CMake Error at
 * CMakeLists.txt:12 (find_package):` or `error[E0308]: mismatched types`, is hashed together with what is.
 */
export function signatureOf(findings: readonly Finding[], facts: LogFacts = {}): string {
  const top = findings.find((one) => one.kind !== 'consequence');
  if (top === undefined) {
    const [stop] = findings;
    return stop === undefined ? '' : digest(['stop', normaliseLine(stop.text), lineBefore(stop), facts.place ?? ''].join('\n'));
  }
  const {rivals = []} = facts;
  const equals = rivals.length === 0 ? [top] : rivals;
  const specific = equals.filter(isSpecific);
  const keys = (specific.length === 0 ? equals : specific).map((one) => keyOf(one, findings, facts));
  return digest(keys.reduce((least, key) => (key < least ? key : least)));
}

/** Returns the signature of a log that ends in a phase without any finding; `end` is the last part of the log. */
export function cutSignature(phase: string, end: string): string {
  return digest(['cut', phase, normaliseLine(lastInformative(end.split('\n').map(plainLine)))].join('\n'));
}

/** Returns the text that is hashed for a finding. */
function keyOf(one: Finding, findings: readonly Finding[], {near, place = ''}: LogFacts): string {
  const key = ownKey(one, findings);
  if (isDistinct(one)) return key;
  const cause = nearestDistinct(one, near?.(one.line, NEAR_LINES) ?? findings);
  const around = [...surroundingsOf(one), ...(cause === undefined ? [] : [ownKey(cause, findings)])];
  return [key, ...(around.length === 0 ? [lineBefore(one)] : around), place].join('\n');
}

function ownKey(one: Finding, findings: readonly Finding[]): string {
  return [one.family, normaliseLine(one.text), ...(ofFamily(one, findings) ?? detailsOf(one))].join('\n');
}

/** Returns whether a line and its details name what failed. */
function isDistinct(one: Finding): boolean {
  return isSpecific(one) || (!isWrapper(one.text) && detailsOf(one).some(namesSomething));
}

function ofFamily(one: Finding, findings: readonly Finding[]): string[] | undefined {
  if (one.family === 'plist') {
    const {orphaned = '', missing = '', unstaged} = one.facts;
    return [orphaned, missing, ...(unstaged === undefined ? [] : [unstaged])].map(withoutNumbers);
  }
  if (one.family !== 'patch') return undefined;
  const named = findings.find(({facts, phase}) => facts.patch !== undefined && phase === one.phase);
  return [named?.facts.kind ?? '', named?.facts.patch ?? ''];
}

/** Returns the finding next to a line that names nothing, causes before hints, the following ones before earlier ones. */
function nearestDistinct({line}: Finding, all: readonly Finding[]): Finding | undefined {
  const distance = (one: Finding): number =>
    (one.kind === 'cause' ? 0 : 4 * NEAR_LINES) + (one.line > line ? one.line - line : 2 * NEAR_LINES + line - one.line);
  const others = all.filter((one) => one.kind !== 'consequence' && one.line !== line && isDistinct(one));
  return others.sort((a, b) => distance(a) - distance(b))[0];
}

/** Removes numbers but not directories: in a plist, equal base names in two directories are different files. */
function withoutNumbers(paths: string): string {
  return paths.replace(/\d+(?:\.\d+)*/g, 'N');
}
