import type {Conversation} from './conversation.ts';

interface TriageScript {
  readonly classification: string;
  readonly platform: string;
  /** What has to stand in the evidence for the script to recognise the failure. */
  readonly sees: RegExp;
  readonly rootCause: string;
  readonly fix: string;
  readonly confidence: string;
  /** Asks for this before it answers. */
  readonly snippet?: string;
}

const SCRIPTS: Readonly<Record<string, TriageScript>> = {
  'net/wifimedia': {
    classification: 'compile-error',
    platform: 'freebsd-upstream',
    sees: /IFM_IEEE80211_\w+' undeclared/,
    rootCause: 'The source uses net80211 media constants that only FreeBSD defines.',
    fix: 'A dragonfly patch that uses each constant only where it is defined.',
    confidence: 'high',
  },
  'textproc/rangearg': {
    classification: 'link-error',
    platform: 'dragonfly-specific',
    sees: /undefined reference to `strtonum'/,
    rootCause: 'The program calls strtonum, which libc does not have here.',
    fix: 'A dragonfly patch with a static strtonum on top of strtoll.',
    confidence: 'high',
    snippet: 'source:rangearg.c:1:30',
  },
  'sysutils/clockfmt': {
    classification: 'patch-error',
    platform: 'generic',
    sees: /hunk FAILED|FAILED Applying ports/,
    rootCause: 'files/patch-clockfmt.c was made for an older version; 2.0 has the change already.',
    fix: 'Leave the patch out by diffs/REMOVE.',
    confidence: 'high',
  },
  'sysutils/dfwho': {
    classification: 'plist-error',
    platform: 'generic',
    sees: /Error: (Orphaned|Missing):/,
    rootCause: 'pkg-plist names a program that is not installed and lacks a helper that is.',
    fix: 'diffs/pkg-plist.diff: take bin/dfwho-linux out, put libexec/dfwho-helper in.',
    confidence: 'high',
  },
  'devel/evloop': {
    classification: 'configure-error',
    platform: 'dragonfly-specific',
    sees: /no event backend is known for/,
    rootCause: 'configure knows the event backends of FreeBSD, OpenBSD and Linux only.',
    fix: 'A dragonfly patch that takes DragonFly into the kqueue case of configure.',
    confidence: 'high',
  },
  'security/sumtool': {
    classification: 'fetch-checksum',
    platform: 'generic',
    sees: /Checksum mismatch/,
    rootCause: 'The distfile is not the one that distinfo was made for.',
    fix: 'None by automation: find out from the authors why the distfile changed.',
    confidence: 'high',
  },
  'devel/needlib': {
    classification: 'missing-dep',
    platform: 'generic',
    sees: /depends on shared library: \S+ - not found|non existing origin/,
    rootCause: 'devel/foobar, which LIB_DEPENDS names, is not in the ports tree.',
    fix: 'Add or rename the dependency; this is for a maintainer.',
    confidence: 'medium',
  },
};

/** A triage report, or, where the script wants to see the source first, a request for it. */
export function triageText(conversation: Conversation): string {
  const script = SCRIPTS[conversation.origin ?? ''];
  if (script === undefined || !script.sees.test(conversation.errors))
    return reportOf(unknown(conversation.origin), 'This answer comes from a script that knows only the demo’s ports.');
  if (script.snippet !== undefined && conversation.turn === 0)
    return `${reportOf({...script, confidence: 'low'})}\n\n## Snippet Requests\n\n- \`${script.snippet}\``;
  return reportOf(script, undefined, quoteOf(conversation.errors, script.sees));
}

function unknown(origin: string | undefined): TriageScript {
  return {
    classification: 'unknown',
    platform: 'generic',
    sees: /$^/,
    rootCause: `The script does not recognise the failure of ${origin ?? 'this port'}.`,
    fix: 'None.',
    confidence: 'low',
  };
}

/** The log lines that show it, each once and without the numbers before them. */
function quoteOf(errors: string, sees: RegExp): string {
  const lines = errors.split('\n').filter((line) => sees.test(line));
  return [...new Set(lines.map((line) => line.replace(/^\d+[:-]/, '')))].slice(0, 4).join('\n');
}

function reportOf(script: TriageScript, notes?: string, quote = ''): string {
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
