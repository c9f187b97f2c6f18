import type {Finding} from './finding.ts';
import {digest, normaliseLine} from './normalise.ts';

/**
 * Returns 16 hex digits, equal for failures whose first cause differs only in directories, versions, line numbers and pids;
 * empty without a cause.
 * Cases of a run share a triage by signature, so a line that is not specific by itself, such as `CMake Error at
 * CMakeLists.txt:12 (find_package):`, is hashed together with the line that is.
 */
export function signatureOf(findings: readonly Finding[]): string {
  const top = findings.find((one) => one.kind !== 'consequence');
  return top === undefined ? '' : digest([top.family, normaliseLine(top.text), ...detailsOf(top, findings)].join('\n'));
}

function detailsOf(top: Finding, findings: readonly Finding[]): string[] {
  if (top.family === 'plist') {
    const {orphaned = '', missing = '', unstaged} = top.facts;
    return [orphaned, missing, ...(unstaged === undefined ? [] : [unstaged])].map(withoutNumbers);
  }
  if (top.family === 'patch') {
    const named = findings.find((one) => one.facts.patch !== undefined && one.phase === top.phase);
    return [named?.facts.kind ?? '', named?.facts.patch ?? ''];
  }
  return /[:(]$/.test(top.text.trimEnd()) ? [normaliseLine(lineAfter(top))] : [];
}

/** Returns the next non-blank line of the same job. */
function lineAfter({text, context}: Finding): string {
  const at = context.lines.indexOf(text);
  return at < 0 ? '' : (context.lines.slice(at + 1).find((line) => line.trim() !== '') ?? '');
}

/** Removes numbers but not directories: in a plist, equal base names in two directories are different files. */
function withoutNumbers(paths: string): string {
  return paths.replace(/\d+(?:\.\d+)*/g, 'N');
}
