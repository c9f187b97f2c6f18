import type {Finding} from '../evidence/root-causes/finding.ts';
import type {PortFile} from '../prompt/playbooks.ts';
import {wordsAssigned} from '../recipes/fragment.ts';
import {overlayWords} from '../recipes/overlay-words.ts';
import {isOutsidePrefix} from '../recipes/plist-lines.ts';
import {baseName} from '../text/base-name.ts';
import {aborted} from './aborted.ts';
import type {TriageRule} from './verdict.ts';

/** Phases that fetch and verify distfiles; a failed fetch in another phase has another cause. */
const FETCHING = /^(fetch|checksum|extract)?$/;

/** A transfer that broke off: the size of what arrived means nothing. */
const BROKEN_OFF = /truncated|timed out|unexpected EOF|Connection reset/;

const checksum: TriageRule = {
  name: 'checksum',
  evaluate({phase, causes, facts: {distfile}}) {
    const differs = causes.some(({facts}) => facts.differs !== undefined);
    const isUnlisted = causes.some(({facts}) => facts.unlisted !== undefined);
    if (causes[0].family !== 'fetch' || !(differs || isUnlisted) || !FETCHING.test(phase)) return undefined;
    if (isLocal(causes) || causes.some(({text}) => BROKEN_OFF.test(text))) return undefined;
    return {
      classification: 'fetch-checksum',
      confidence: 'high',
      platform: 'generic',
      rootCause: `The distfile ${distfile ?? ''} ${differs ? 'does not match' : 'has no checksum in'} distinfo.`,
      fix: 'None by automation: check whether upstream changed it, and why.',
    };
  },
};

/** Answers of servers and failures of the network, in the words of fetch(3). */
const FROM_A_SITE =
  /Couldn't fetch it|Not Found|Gone|Forbidden|Unauthorized|Authentication|Moved|See Other|Temporary Redirect|Bad (?:Request|Gateway)|Server Error|Unavailable|unavailable|Gateway Time|Too Many Requests|Not Acceptable|No address record|[Hh]ost (?:not found|is down)|resolver failure|No route to host|Network is|Connection|timed out|requested address|truncated|Protocol error|unexpected EOF|[Rr]esolve|certificate|Unknown (?:HTTP|FTP) error|SSL/;

const fetching: TriageRule = {
  name: 'fetch',
  evaluate({phase, causes, facts: {url}}) {
    const isFromSite = causes.some(({text}) => FROM_A_SITE.test(text));
    const differs = causes.some(({facts}) => facts.differs !== undefined || facts.unlisted !== undefined);
    if (causes[0].family !== 'fetch' || !FETCHING.test(phase) || !isFromSite || differs || isLocal(causes)) return undefined;
    return {
      classification: 'fetch-error',
      confidence: 'high',
      platform: 'generic',
      rootCause: `No site delivered the distfile${url === undefined ? '' : ` ${url}`}.`,
      fix: 'None in the overlay: find another site, or wait for the sites.',
    };
  },
};

/** Returns whether fetch(1) could not write a file here, which is no fault of a site. */
function isLocal(causes: readonly Finding[]): boolean {
  const here =
    /Permission denied|not permitted|Read-only|No such file|s a directory|Not a directory|Input\/output|too large|descriptor/;
  return causes.some(({text, facts}) => facts.problem !== undefined || facts.stop !== undefined || here.test(text));
}

/** Messages about a missing package, from pkg and from the framework's dependency check. */
const ABSENT =
  /No packages available to install matching '([^']+)'|refers to a non[- ]?existing origin:? (\S+)|non[- ]?existing origin:? ['"]?([\w.+-]+\/[\w.+-]+)|depends on [\w ]+: (\S+) - not found/i;

/** Returns the missing package of a log line: a package file, an origin or a name; empty if the line does not report one. */
export function absentPackage(line: string): string {
  const [, ...names] = ABSENT.exec(line) ?? [];
  const named = names.find((one) => one !== undefined) ?? '';
  return named.replace(/^\/.*\/(All\/|(?=[^/]+\/[^/]+$))/, '').replace(/[<>=].*$/, '');
}

/** Does not apply to a dependency that the overlay itself adds: it may have moved, and then the overlay needs the repair. */
const missingPackage: TriageRule = {
  name: 'missing-package',
  evaluate({causes, files}) {
    const packageName = absentPackage(causes[0].text);
    const names = causes.map(({text}) => absentPackage(text).replace(/^.*\/|-\d[^-]*$|\.pkg$/g, ''));
    const own = overlayText(files);
    if (packageName === '' || names.some((name) => name !== '' && own.includes(name))) return undefined;
    return {
      classification: 'missing-dep',
      confidence: 'high',
      platform: 'generic',
      rootCause: `The package ${packageName} is missing: its port was not built, or does not exist any more.`,
      fix: 'None in this port: build or repair the missing one.',
    };
  },
};

const unknownUses: TriageRule = {
  name: 'unknown-uses',
  evaluate({facts: {uses}, files}) {
    if (uses === undefined) return undefined;
    const isUnknown = (word: string): boolean => word.replace(/:.*$/, '') === uses;
    const overlay = textsBelow(files, 'overlay/');
    const where = overlayWords(overlay, 'USES').find(({words}) => words.some(isUnknown));
    const ofPort = overlay.has('overlay.dops') ? [] : wordsAssigned(textsBelow(files, 'port/').get('Makefile') ?? '', 'USES');
    if (where === undefined || ofPort.some(isUnknown)) return undefined;
    return {
      classification: 'configure-error',
      confidence: 'high',
      platform: 'dragonfly-specific',
      rootCause: `The overlay's USES has ${uses}, which the framework no longer has.`,
      fix: `Remove ${uses} from USES in overlay/${where.path}.`,
    };
  },
};

const license: TriageRule = {
  name: 'license-file',
  evaluate({causes: [best], facts}) {
    if (best.family !== 'framework' || facts.license_file === undefined) return undefined;
    return {
      classification: 'configure-error',
      confidence: 'high',
      platform: 'generic',
      rootCause: `The license ${facts.license} is read from ${facts.license_file}, which does not exist.`,
      fix: 'Remove the LICENSE_FILE variable that names it (an empty value does not suffice); if the source has the file under another name, use that.',
    };
  },
};

/** Confidence is low so that an operator decides: the mark may be outdated. */
const marked: TriageRule = {
  name: 'marked',
  evaluate({causes: [{family, text}], files}) {
    if (family !== 'framework' || !/is marked as broken|is forbidden|is only for|does not run on/i.test(text)) return undefined;
    const overlay = textsBelow(files, 'overlay/');
    const own = ['BROKEN', 'IGNORE', 'FORBIDDEN'].some((name) => overlayWords(overlay, name).length > 0);
    return {
      classification: 'configure-error',
      confidence: 'low',
      platform: own ? 'dragonfly-specific' : 'generic',
      rootCause: `${own ? 'The overlay' : 'The port'} is marked as not buildable: ${text}`,
      fix: 'None by automation: an operator checks whether the reason is still valid.',
    };
  },
};

const plist: TriageRule = {
  name: 'plist',
  evaluate({causes: [best], facts: {orphaned, unstaged, missing = unstaged}, files}) {
    if (best.family !== 'plist' || (orphaned ?? missing) === undefined) return undefined;
    const paths = (missing ?? '').split('\n').map((one) => one.replace(/^\/usr\/local\//, ''));
    const stale = paths.filter((one) => one !== '');
    const where = files.find(({path, text}) => path.startsWith('overlay/') && stale.some((one) => text.includes(one)));
    const outside = (orphaned ?? '').split('\n').filter(isOutsidePrefix);
    const sentences = [
      ...(orphaned === undefined ? [] : [`Staged but not in the plist: ${listFirst(orphaned.split('\n'))}.`]),
      ...(missing === undefined ? [] : [`In the plist but not staged: ${listFirst(missing.split('\n'))}.`]),
    ];
    return {
      classification: 'plist-error',
      confidence: outside.length === 0 ? 'high' : 'medium',
      platform: where === undefined ? 'generic' : 'dragonfly-specific',
      rootCause: sentences.join(' '),
      fix:
        outside.length === 0
          ? `List the staged files, and remove the others${where === undefined ? '' : `, which ${where.path} adds`}; all entries of the check in one edit.`
          : `First check why ${listFirst(outside)} was installed outside PREFIX: the install step may ignore it.`,
    };
  },
};

const patch: TriageRule = {
  name: 'patch',
  evaluate({causes, facts, files}) {
    if (causes[0].family !== 'patch' || facts.patch === undefined) return undefined;
    const failed = failedPatches(
      causes.map((one) => one.facts),
      files,
    );
    const own = failed.filter(({isOverlays}) => isOverlays).map(({path}) => path);
    const ports = failed.filter(({isOverlays}) => !isOverlays).map(({path}) => path);
    return {
      classification: 'patch-error',
      confidence: 'high',
      platform: own.length > 0 ? 'dragonfly-specific' : 'generic',
      rootCause: [notApplied("The overlay's", own), notApplied("The port's own", ports)].filter((one) => one !== '').join(' '),
      fix: [
        own.length === 0
          ? ''
          : `Regenerate ${listFirst(own)} against the current source, or delete what upstream has the change of.`,
        ports.length === 0
          ? ''
          : `Change ${listFirst(ports)} by patch_source with that path, or correct what the overlay changed before.`,
      ]
        .filter((one) => one !== '')
        .join(' '),
    };
  },
};

interface FailedPatch {
  readonly path: string;
  /** Whether the overlay has the patch, not FreeBSD's port. */
  readonly isOverlays: boolean;
}

/** Returns every patch that failed, each once, in the order of the causes. */
function failedPatches(facts: readonly Finding['facts'][], files: readonly PortFile[]): FailedPatch[] {
  const found = new Map<string, FailedPatch>();
  for (const {patch: name, kind} of facts) {
    if (name === undefined) continue;
    const isOverlays = kind === 'dragonfly' || files.some(({path}) => path === `overlay/dragonfly/${name}`);
    const path = `${isOverlays ? 'dragonfly' : 'files'}/${baseName(name)}`;
    found.set(path, {path, isOverlays});
  }
  return [...found.values()];
}

function notApplied(whose: string, paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const [noun, verb] = paths.length === 1 ? ['patch', 'does'] : ['patches', 'do'];
  return `${whose} ${noun} ${listFirst(paths)} ${verb} not apply to the current source.`;
}

/** Rules in order of precedence; the first verdict counts. */
export const TRIAGE_RULES: readonly TriageRule[] = [
  aborted,
  checksum,
  fetching,
  missingPackage,
  unknownUses,
  license,
  marked,
  plist,
  patch,
];

function overlayText(files: readonly PortFile[]): string {
  const own = files.filter(({path}) => /^overlay\/(Makefile\.DragonFly|overlay\.dops|diffs\/Makefile)/.test(path));
  return own.map(({text}) => text).join('\n');
}

/** Returns the files below a directory of the snapshot, by their paths in it. */
function textsBelow(files: readonly PortFile[], prefix: string): Map<string, string> {
  return new Map(files.flatMap(({path, text}) => (path.startsWith(prefix) ? [[path.slice(prefix.length), text]] : [])));
}

function listFirst(all: readonly string[]): string {
  return `${all.slice(0, 5).join(', ')}${all.length > 5 ? ` and ${all.length - 5} more` : ''}`;
}
