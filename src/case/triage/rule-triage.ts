import type {Finding, RootCauses} from '../evidence/root-causes/finding.ts';
import type {PortFile} from '../prompt/playbooks.ts';
import type {Confidence} from '../types.ts';
import {isHostStop} from './aborted.ts';
import {absentPackage, TRIAGE_RULES} from './rules.ts';
import type {Verdict} from './verdict.ts';

/** A triage that a rule decided. Texts quote the log and are untrusted. */
export interface RuleTriage {
  readonly rule: string;
  readonly classification: string;
  readonly confidence: Confidence;
  readonly platform: string;
  readonly rootCause: string;
  /** Report with the same headings as a model's, as `parseTriageReply` parses it. */
  readonly report: string;
}

/** Findings after the best one that must have the same family for a rule to decide. */
const COMPETING_FINDINGS = 3;

/**
 * Decides a triage by rules, without a model: a changed or missing distfile, a missing package, an unknown USES, a missing
 * license file, a port marked as broken, a plist mismatch, a patch that does not apply, a host without disk or memory, a tool that
 * crashed. Returns undefined if in doubt:
 * competing causes of another family, or a class that is not in `classes`, those of the policy; without `classes` every class counts.
 */
export function triageByRule(
  causes: RootCauses,
  files: readonly PortFile[],
  classes?: readonly string[],
): RuleTriage | undefined {
  const [best, ...others] = decisiveFindings(causes);
  if (best === undefined || others.slice(0, COMPETING_FINDINGS).some((one) => competes(one, best))) return undefined;
  const same = others.filter((one) => one.family === best.family);
  const facts: Finding['facts'] = Object.assign({}, ...[best, ...same].reverse().map((one) => one.facts));
  for (const rule of TRIAGE_RULES) {
    const found = rule.evaluate({phase: causes.failedPhase, causes: [best, ...same], facts, files});
    if (found === undefined || classes?.includes(found.classification) === false) continue;
    const rootCause = sanitize(found.rootCause);
    const {classification, confidence, platform} = found;
    const report = reportOf(rule.name, {...found, rootCause, fix: sanitize(found.fix)}, [best, ...same]);
    return {rule: rule.name, classification, confidence, platform, rootCause, report};
  }
  return undefined;
}

/** Causes of another family compete, but not with a full disk or the like before them: then all programs fail. */
function competes(one: Finding, best: Finding): boolean {
  return one.family !== best.family && !(isHostStop(best.facts.stop) && one.line > best.line);
}

/** Returns the causes of the failed phase. In a `-depends` phase hints about missing packages count as causes. */
function decisiveFindings({findings, failedPhase}: RootCauses): Finding[] {
  const here = findings.filter((one) => one.phase === failedPhase);
  const causes = here.filter((one) => one.kind === 'cause');
  if (causes.length > 0 || !/-depends$/.test(failedPhase)) return causes;
  const hints = here.filter((one) => one.kind === 'hint');
  return hints.every(isOnlyAbsent) ? hints : [];
}

/** A package that was found after all and then failed to install is another kind of failure. */
function isOnlyAbsent({text, context}: Finding): boolean {
  return (
    absentPackage(text) !== '' &&
    !context.lines.some((line) => /^(?:===> {2,3}Installing existing package|Failed to install the following)/.test(line))
  );
}

/** Returns log text for use in a sentence: one line without Markdown characters, at most 600 characters. */
function sanitize(text: string): string {
  return text
    .replace(/[`#*<>|\s]+/g, ' ')
    .replace(/ ([.,;:])/g, '$1')
    .trim()
    .slice(0, 600);
}

function reportOf(
  rule: string,
  {classification, platform, rootCause, confidence, fix}: Verdict,
  causes: readonly Finding[],
): string {
  const shown = causes.slice(0, 6);
  const fence = '~'.repeat(3 + Math.max(0, ...shown.map((one) => /~{3,}/.exec(one.text)?.[0].length ?? 0)));
  return [
    `## Classification\n${classification}`,
    `## Platform\n${platform}`,
    `## Root Cause\n${rootCause}`,
    `## Evidence\n${fence}\n${shown.map((one) => `${one.line}: ${one.text}`).join('\n')}\n${fence}`,
    `## Suggested Fix\n${fix}`,
    `## Confidence\n${confidence}`,
    `## Notes\nFound by the rule ${rule}; no model was asked.`,
    '',
  ].join('\n\n');
}
