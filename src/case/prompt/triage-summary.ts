/** A shorter line may be equal by chance. */
const MIN_LINE_CHARS = 8;
const FENCE = /^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:[ \t]*\n)*\s*\1[`~]*[ \t]*$/gm;

/** Returns a triage report without the lines of the log that the findings show anyway; a fence that held nothing else refers to them. */
export function triageSummary(report: string, findings: string): string {
  const known = new Set(findings.split('\n').flatMap((line) => quotable(line.replace(/^[> ] /, ''))));
  const lines = report.split('\n');
  const others = lines.filter((line) => !quotable(line.replace(/^\s*\d+: /, '')).some((quoted) => known.has(quoted)));
  return others.length === lines.length ? report : others.join('\n').replace(FENCE, '(The lines are under Root Causes.)');
}

function quotable(line: string): string[] {
  const plain = line.trim();
  return plain.length < MIN_LINE_CHARS ? [] : [plain];
}
