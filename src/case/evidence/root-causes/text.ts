import type {Finding, RootCauses} from './finding.ts';

/** Number of findings that are shown with context; the others take one line each. */
const WITH_CONTEXT = 3;
const LINE_CHARS = 200;

/**
 * Returns the findings as Markdown of at most `maxBytes` bytes: the failed phase, then the findings, best first, with line
 * numbers and phases. Log lines are untrusted.
 */
export function rootCauseText(causes: RootCauses, maxBytes = 6000): string {
  let text = heading(causes);
  let left = maxBytes - bytesOf(text);
  for (const [at, finding] of causes.findings.entries()) {
    const part = [at < WITH_CONTEXT ? renderFull(finding, at) : '', renderShort(finding, at)].find(
      (one) => one !== '' && bytesOf(one) <= left,
    );
    if (part === undefined) break;
    text += part;
    left -= bytesOf(part);
  }
  return text;
}

function heading({failedPhase, phases, lines}: RootCauses): string {
  const phase = phases.findLast((one) => one.name === failedPhase);
  if (phase === undefined) return `Log of ${lines} lines.\n`;
  return `It stopped in phase ${failedPhase}, lines ${phase.from} to ${phase.to} of ${lines}.\n`;
}

function renderFull(finding: Finding, at: number): string {
  const {context} = finding;
  const shown = context.lines.map((line) =>
    line === finding.text.slice(0, line.length) && line !== '' ? `> ${shorten(line)}` : `  ${shorten(line)}`,
  );
  return `\n${titleOf(finding, at)}\n${shown.join('\n')}\n`;
}

function renderShort(finding: Finding, at: number): string {
  return `\n${titleOf(finding, at)}\n> ${shorten(finding.text)}\n`;
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
  return line.length <= LINE_CHARS ? line : `${line.slice(0, LINE_CHARS)} ...`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
