import type {Finding} from './finding.ts';
import {digest, normaliseLine} from './normalise.ts';

/**
 * 16 hex digits that failures share if their first cause is the same but for directories, versions, line numbers and pids; empty
 * without a cause. Cases of one run share a triage by it, so a line that names no cause by itself, such as `CMake Error at
 * CMakeLists.txt:12 (find_package):`, counts together with what does.
 */
export function signatureOf(findings: readonly Finding[]): string {
  const top = findings.find((one) => one.kind !== 'consequence');
  return top === undefined ? '' : digest([top.family, normaliseLine(top.text), ...detailsOf(top, findings)].join('\n'));
}

function detailsOf(top: Finding, findings: readonly Finding[]): string[] {
  if (top.family === 'plist') return [top.facts.orphaned ?? '', top.facts.missing ?? ''].map(withoutNumbers);
  if (top.family === 'patch') {
    const named = findings.find((one) => one.facts.patch !== undefined && one.phase === top.phase);
    return [named?.facts.kind ?? '', named?.facts.patch ?? ''];
  }
  return /[:(]$/.test(top.text.trimEnd()) ? [normaliseLine(lineAfter(top))] : [];
}

/** The next line of the same job that is not blank. */
function lineAfter({text, context}: Finding): string {
  const at = context.lines.indexOf(text);
  return at < 0 ? '' : (context.lines.slice(at + 1).find((line) => line.trim() !== '') ?? '');
}

/** Paths keep their directories here: in a plist two files of one name are two. */
function withoutNumbers(paths: string): string {
  return paths.replace(/\d+(?:\.\d+)*/g, 'N');
}
