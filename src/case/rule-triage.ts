import type {PortFile} from './playbooks.ts';
import type {Finding, RootCauses} from './root-causes/finding.ts';
import type {Confidence} from './types.ts';

/** A triage that rules are sure of. Texts quote the log and are untrusted. */
export interface RuleTriage {
  readonly rule: string;
  readonly classification: string;
  readonly confidence: Confidence;
  readonly platform: string;
  readonly rootCause: string;
  /** The report under the headings of a model's, as `parseTriageReply` reads it. */
  readonly report: string;
}

type Verdict = Omit<RuleTriage, 'report' | 'rule'> & {readonly fix: string};

interface Rule {
  readonly name: string;
  /** What it says of the best finding; undefined if it is not sure. */
  of(finding: Finding, files: readonly PortFile[]): Verdict | undefined;
}

const RULES: readonly Rule[] = [
  {
    name: 'checksum',
    of: ({family, text, facts}) =>
      family === 'fetch' && /(Checksum|Size) mismatch/.test(text)
        ? verdict(
            'fetch-checksum',
            'high',
            'generic',
            `The distfile ${facts.distfile ?? ''} is not the one of distinfo.`,
            'None by automation: look whether upstream changed it, and why.',
          )
        : undefined,
  },
  {
    name: 'fetch',
    of: ({family, facts}) =>
      family === 'fetch'
        ? verdict(
            'fetch-error',
            'high',
            'generic',
            `No site gave the distfile${facts.url === undefined ? '' : ` ${facts.url}`}.`,
            'None in the overlay: look for the file, or wait for the sites.',
          )
        : undefined,
  },
  {
    name: 'missing-package',
    of: ({family, text, facts}) =>
      family === 'pkg' && /No packages available to install|depends on .* - not found|non-?existing origin/.test(text)
        ? verdict(
            'missing-dep',
            'high',
            'generic',
            `The package ${facts.package ?? 'that it needs'} is not there: its own port was not built.`,
            'None in this port: build or repair the one that it needs.',
          )
        : undefined,
  },
  {
    name: 'unknown-uses',
    of({facts: {uses}}, files) {
      const own = files.some(({path, text}) => /^overlay\/(Makefile\.DragonFly|overlay\.dops)/.test(path) && wordIn(text, uses));
      if (uses === undefined || !own) return undefined;
      return verdict(
        'configure-error',
        'high',
        'dragonfly-specific',
        `The overlay's USES has ${uses}, which the framework does not know any more.`,
        `Take ${uses} out of USES in the overlay.`,
      );
    },
  },
  {
    name: 'plist',
    of: ({family, facts}) =>
      family === 'plist'
        ? verdict(
            'plist-error',
            'high',
            'generic',
            plistWords(facts),
            'List what is staged, and take out what is not; all entries of the check in one edit.',
          )
        : undefined,
  },
  {
    name: 'patch',
    of: ({family, facts: {patch, kind}}) =>
      family === 'patch' && patch !== undefined
        ? verdict(
            'patch-error',
            'high',
            kind === 'dragonfly' ? 'dragonfly-specific' : 'generic',
            `${kind === 'dragonfly' ? "The overlay's" : "The port's own"} patch ${patch} does not apply to the present source.`,
            'Cut it anew against the present source, or leave it out if upstream has its change.',
          )
        : undefined,
  },
];

/** How near the best finding another one must be told of to make it doubtful. */
const DOUBTFUL = 3;

/**
 * What rules decide before a model is asked: a changed or missing distfile, a missing package, a word of USES, a plist, a patch that
 * does not apply. Undefined where they are not sure: another kind of cause beside the best one, a class that the policy does not have.
 */
export function triageByRule(causes: RootCauses, files: readonly PortFile[], classes: readonly string[]): RuleTriage | undefined {
  const [best, ...others] = causes.findings.filter((one) => one.phase === causes.failedPhase && one.kind === 'cause');
  if (best === undefined || others.slice(0, DOUBTFUL).some((one) => one.family !== best.family)) return undefined;
  const facts = others.reduce((all, one) => ({...one.facts, ...all}), best.facts);
  for (const rule of RULES) {
    const found = rule.of({...best, facts}, files);
    if (found === undefined || !classes.includes(found.classification)) continue;
    const {fix, ...said} = found;
    return {rule: rule.name, ...said, report: reportOf(rule.name, found, fix, causes)};
  }
  return undefined;
}

function verdict(classification: string, confidence: Confidence, platform: string, rootCause: string, fix: string): Verdict {
  return {classification, confidence, platform, rootCause: plain(rootCause), fix: plain(fix)};
}

/** Words of a log in a sentence of ours: one line, no marks of Markdown. */
function plain(text: string): string {
  return text
    .replace(/[`#*<>|\s]+/g, ' ')
    .trim()
    .slice(0, 600);
}

function plistWords({orphaned, missing}: Finding['facts']): string {
  const some = (paths: string): string => {
    const all = paths.split('\n');
    return `${all.slice(0, 5).join(', ')}${all.length > 5 ? ` and ${all.length - 5} more` : ''}`;
  };
  return [
    ...(orphaned === undefined ? [] : [`The plist lacks what is staged: ${some(orphaned)}.`]),
    ...(missing === undefined ? [] : [`The plist lists what is not staged: ${some(missing)}.`]),
  ].join(' ');
}

function wordIn(makefile: string, word: string | undefined): boolean {
  return word !== undefined && makefile.split(/[\s:+=\\]+/).includes(word);
}

function reportOf(
  rule: string,
  {classification, platform, rootCause, confidence}: Verdict,
  fix: string,
  causes: RootCauses,
): string {
  const shown = causes.findings.filter((one) => one.kind === 'cause').slice(0, 6);
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
