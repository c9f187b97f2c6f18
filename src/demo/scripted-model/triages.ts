import type {Conversation} from './conversation.ts';

interface TriageScript {
  readonly classification: string;
  readonly platform: string;
  /** Matches the evidence of the failure. */
  readonly pattern: RegExp;
  readonly rootCause: string;
  readonly fix: string;
  readonly confidence: string;
  /** Requested before the answer. */
  readonly snippet?: string;
}

const SCRIPTS: Readonly<Record<string, TriageScript>> = {
  'net/wifimedia': {
    classification: 'compile-error',
    platform: 'freebsd-upstream',
    pattern: /IFM_IEEE80211_\w+' undeclared/,
    rootCause: 'The source uses net80211 media constants that only FreeBSD defines.',
    fix: 'A dragonfly patch that uses each constant only where it is defined.',
    confidence: 'high',
  },
  'textproc/rangearg': {
    classification: 'link-error',
    platform: 'dragonfly-specific',
    pattern: /undefined reference to `strtonum'/,
    rootCause: 'The program calls strtonum, which libc does not have here.',
    fix: 'A dragonfly patch with a static strtonum on top of strtoll.',
    confidence: 'high',
    snippet: 'source:rangearg.c:1:30',
  },
  'sysutils/clockfmt': {
    classification: 'patch-error',
    platform: 'generic',
    pattern: /hunk FAILED|FAILED Applying ports/,
    rootCause: 'files/patch-clockfmt.c was made for an older version; 2.0 includes the change.',
    fix: 'Remove the patch by diffs/REMOVE.',
    confidence: 'high',
  },
  'sysutils/dfwho': {
    classification: 'plist-error',
    platform: 'generic',
    pattern: /Error: (Orphaned|Missing):/,
    rootCause: 'pkg-plist names a program that is not installed and lacks a helper that is.',
    fix: 'Text operations in overlay.dops: remove bin/dfwho-linux from pkg-plist, add libexec/dfwho-helper.',
    confidence: 'high',
  },
  'devel/evloop': {
    classification: 'configure-error',
    platform: 'dragonfly-specific',
    pattern: /no event backend is known for/,
    rootCause: 'configure supports only the event backends of FreeBSD, OpenBSD and Linux.',
    fix: 'A dragonfly patch that adds DragonFly to the kqueue case of configure.',
    confidence: 'high',
  },
  'net/hopcount': {
    classification: 'compile-error',
    platform: 'dragonfly-specific',
    pattern: /hopcount does not support this system/,
    rootCause: 'The source supports FreeBSD and Linux and stops on any other system.',
    fix: 'A dragonfly patch that takes the FreeBSD branch on DragonFly too.',
    confidence: 'high',
  },
  'sysutils/cpuload': {
    classification: 'patch-error',
    platform: 'generic',
    pattern: /hunks? FAILED|FAILED Applying dragonfly/,
    rootCause: 'dragonfly/patch-units.c changes a function that version 1.4 no longer has.',
    fix: 'Delete that patch and its statement in overlay.dops; the other patches apply.',
    confidence: 'high',
  },
  'www/tinyserve': {
    classification: 'plist-error',
    platform: 'dragonfly-specific',
    pattern: /Error: Missing:/,
    rootCause: 'overlay.dops lists share/tinyserve/varsym.conf, which version 3.0 does not install.',
    fix: 'Remove that statement from overlay.dops.',
    confidence: 'high',
  },
  'security/sumtool': {
    classification: 'fetch-checksum',
    platform: 'generic',
    pattern: /Checksum mismatch/,
    rootCause: 'The distfile does not match distinfo.',
    fix: 'None by automation: ask the authors why the distfile changed.',
    confidence: 'high',
  },
  'devel/needlib': {
    classification: 'missing-dep',
    platform: 'generic',
    pattern: /depends on shared library: \S+ - not found|non existing origin/,
    rootCause: 'devel/foobar, which LIB_DEPENDS names, does not install libfoobar.so.',
    fix: 'Rename the library or the dependency; this is for a maintainer.',
    confidence: 'medium',
  },
};

/** Returns a triage report, or a snippet request where the script needs the source first. */
export function triageText(conversation: Conversation): string {
  const script = SCRIPTS[conversation.origin ?? ''];
  if (script === undefined || !script.pattern.test(conversation.errors))
    return renderTriage(unknownFailure(conversation.origin), 'This answer comes from a script for the demo’s ports only.');
  if (script.snippet !== undefined && conversation.turn === 0)
    return `${renderTriage({...script, confidence: 'low'})}\n\n## Snippet Requests\n\n- \`${script.snippet}\``;
  return renderTriage(script, undefined, matchingLines(conversation.errors, script.pattern));
}

function unknownFailure(origin: string | undefined): TriageScript {
  return {
    classification: 'unknown',
    platform: 'generic',
    pattern: /$^/,
    rootCause: `The script does not recognise the failure of ${origin ?? 'this port'}.`,
    fix: 'None.',
    confidence: 'low',
  };
}

/** Returns the first four distinct log lines that match, without line numbers. */
function matchingLines(errors: string, pattern: RegExp): string {
  const lines = errors.split('\n').filter((line) => pattern.test(line));
  return [...new Set(lines.map((line) => line.replace(/^\d+[:-]/, '')))].slice(0, 4).join('\n');
}

function renderTriage(script: TriageScript, notes?: string, quote = ''): string {
  return [
    '## Classification',
    script.classification,
    '## Platform',
    script.platform,
    '## Root Cause',
    script.rootCause,
    '## Evidence',
    `\`\`\`\n${quote}\n\`\`\``,
    '## Suggested Fix',
    script.fix,
    '## Confidence',
    script.confidence,
    ...(notes === undefined ? [] : ['## Notes', notes]),
  ].join('\n\n');
}
