import {withoutMiddle} from './excerpt.ts';
import type {Finding, RootCauses} from './finding.ts';

/** Number of findings that are shown with context; the others take one line each. */
const WITH_CONTEXT = 3;
/** Characters of a line of context; findings' own lines are complete. */
const LINE_CHARS = 200;

/** A finding is part of another's context within this distance. */
const NEAR_LINES = 10;

/**
 * Returns the findings as Markdown of at most `maxBytes` bytes: the failed phase, then the findings, best first, with line
 * numbers and phases. A finding within the context of one before is only marked there. Log lines are untrusted.
 */
export function rootCauseText(causes: RootCauses, maxBytes = 6000): string {
  let text = `${heading(causes)}${causes.note === undefined ? '' : `${causes.note}\n`}`;
  let left = maxBytes - bytesOf(text);
  let count = 0;
  const inFull: Finding[] = [];
  for (const finding of causes.findings) {
    if (inFull.some((other) => isWithin(finding, other))) continue;
    const isKnown = finding.kind === 'consequence' && inFull.length > 0;
    const full = inFull.length < WITH_CONTEXT && !isKnown ? renderFull(finding, count, causes.findings, inFull) : '';
    const part = [full, renderShort(finding, count)].find((one) => one !== '' && bytesOf(one) <= left);
    if (part === undefined) break;
    if (part === full) inFull.push(finding);
    text += part;
    left -= bytesOf(part);
    count += 1;
  }
  return text;
}

/** Returns whether the context of another finding has the line of this one. */
function isWithin(one: Finding, other: Finding): boolean {
  return Math.abs(one.line - other.line) <= NEAR_LINES && other.context.lines.some((line) => isLineOf(one, line));
}

/** Lines of a context are cut shorter than a finding's text may be. */
function isLineOf({text}: Finding, line: string): boolean {
  return line !== '' && line === text.slice(0, line.length);
}

function heading({failedPhase, phases, lines}: RootCauses): string {
  const phase = phases.findLast((one) => one.name === failedPhase);
  if (phase === undefined) return `Log of ${lines} lines.\n`;
  return `It stopped in phase ${failedPhase}, lines ${phase.from} to ${phase.to} of ${lines}.\n`;
}

/** Renders a finding with its context, without the lines that the context of an earlier one near it has too. */
function renderFull(finding: Finding, at: number, all: readonly Finding[], before: readonly Finding[]): string {
  const marked = all.filter((one) => one === finding || (one.kind !== 'consequence' && isWithin(one, finding)));
  const near = before.filter((one) => Math.abs(one.line - finding.line) <= NEAR_LINES);
  const known = new Set(near.flatMap((one) => one.context.lines));
  const lines = finding.context.lines.filter((line) => !known.has(line) || isLineOf(finding, line));
  const shown = lines.map((line) => (marked.some((one) => isLineOf(one, line)) ? `> ${line}` : `  ${shorten(line)}`));
  return `\n${titleOf(finding, at)}\n${shown.join('\n')}\n${implicitOf(finding)}`;
}

function renderShort(finding: Finding, at: number): string {
  return `\n${titleOf(finding, at)}\n> ${finding.text}\n${implicitOf(finding)}`;
}

/** The compiler's warning of a function that the linker then misses names the place where it is called. */
function implicitOf({facts}: Finding): string {
  return facts.implicit === undefined ? '' : `  Before it, ${shorten(facts.implicit)}\n`;
}

function titleOf({line, phase, family, kind, count, isNew}: Finding, at: number): string {
  const more = [
    `line ${line}`,
    ...(phase === '' ? [] : [phase]),
    family,
    ...(kind === 'cause' ? [] : [kind]),
    ...(count > 1 ? [`${count} lines of this form`] : []),
    ...(isNew === false ? ['also in the last good log'] : []),
  ];
  return `${at + 1}. ${more.join(', ')}`;
}

function shorten(line: string): string {
  return withoutMiddle(line, LINE_CHARS);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
