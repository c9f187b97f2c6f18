import type {Conversation} from './conversation.ts';

/** A tool call of a script. */
export interface Call {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Returns the tool calls of one turn, given the conversation so far. */
export type Step = (conversation: Conversation) => Call[];

export interface Repair {
  /** Steps of attempt 1, 2, …; the last list is for all later ones. After them the script reports. */
  readonly attempts: readonly (readonly Step[])[];
  readonly summary: string;
}

const call = (name: string, args: Call['args'] = {}): Call => ({name, args});
const composed = ({target, origin}: Conversation): string => `/work/artifacts/compose/${target}/${origin}`;
const overlay = (origin: string): string => `/work/DeltaPorts/ports/${origin}`;
/** Returns a path in the source, whose directory is taken from the tool's result. */
const inSource = (conversation: Conversation, file: string): string => `${conversation.result('make_patch').wrksrc}/${file}`;

const inspectPort: Step = (c) => [call('env_verify'), call('get_file', {path: `${composed(c)}/Makefile`})];
const build =
  (origin: string): Step =>
  () => [call('materialize_dports', {origin}), call('dsynth_build', {origin})];
const readLog =
  (origin: string): Step =>
  () => [call('dsynth_log', {origin, tail_lines: 40})];

/** Returns a tool call that changes a source file, given the result of get_file. */
type Edit = (path: string, oldText: string, newText: string, read: Readonly<Record<string, unknown>>) => Call;

const replaceText: Edit = (path, old_text, new_text) => call('replace_in_file', {path, old_text, new_text});
/** Replaces the complete file, on condition that it is unchanged since it was read. */
const rewrite: Edit = (path, oldText, newText, {content, sha256}) =>
  call('put_file', {path, content: String(content).replace(oldText, () => newText), expected_sha256: sha256});

/** Returns the steps that change one source file by a dragonfly patch. */
function patchSource(origin: string, file: string, oldText: string, newText: string, edit = replaceText): Step[] {
  return [
    () => [call('make_patch', {origin})],
    (c) => [call('dupe', {path: inSource(c, file)}), call('get_file', {path: inSource(c, file)})],
    (c) => [edit(inSource(c, file), oldText, newText, c.result('get_file'))],
    (c) => [call('genpatch', {path: inSource(c, file)}), call('install_patches', {origin})],
    build(origin),
  ];
}

/** Returns the steps that read the file `about`, then write one file of the overlay. */
function writeOverlay(origin: string, about: string, file: string, content: string): Step[] {
  return [
    (c) => [call('get_file', {path: `${composed(c)}/${about}`}), call('list_dir', {path: overlay(origin)})],
    () => [call('put_file', {path: `${overlay(origin)}/${file}`, content})],
    build(origin),
  ];
}

const WIFI_OLD = '\t{ IFM_IEEE80211_11A, "11a" },\n\t{ IFM_IEEE80211_VHT5G, "11ac" },\n';
const WIFI_NEW =
  '#ifdef IFM_IEEE80211_11A\n\t{ IFM_IEEE80211_11A, "11a" },\n#endif\n#ifdef IFM_IEEE80211_VHT5G\n\t{ IFM_IEEE80211_VHT5G, "11ac" },\n#endif\n';

const STRTONUM_OLD = 'long long strtonum(const char *, long long, long long, const char **);\n';
const STRTONUM_NEW = `static long long
strtonum(const char *s, long long min, long long max, const char **errstr)
{
	char *end;
	long long n = strtoll(s, &end, 10);

	*errstr = NULL;
	if (end == s || *end != '\\0')
		*errstr = "invalid";
	else if (n < min || n > max)
		*errstr = n < min ? "too small" : "too large";
	return *errstr == NULL ? n : 0;
}
`;

const PLIST_DIFF =
  '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1,3 +1,3 @@\n bin/dfwho\n-bin/dfwho-linux\n+libexec/dfwho-helper\n share/man/man1/dfwho.1.gz\n';

const KQUEUE = 'FreeBSD|OpenBSD) ev=kqueue ;;\n';

/** Scripts by port. The first attempt at devel/evloop is wrong: uname prints DragonFly, not DragonFlyBSD. */
export const REPAIRS: Readonly<Record<string, Repair>> = {
  'net/wifimedia': {
    attempts: [[inspectPort, ...patchSource('net/wifimedia', 'wifimedia.c', WIFI_OLD, WIFI_NEW)]],
    summary: 'Use the net80211 media constants only where the system has them.',
  },
  'textproc/rangearg': {
    attempts: [[inspectPort, ...patchSource('textproc/rangearg', 'rangearg.c', STRTONUM_OLD, STRTONUM_NEW, rewrite)]],
    summary: 'Add a static strtonum, since libc has none.',
  },
  'sysutils/clockfmt': {
    attempts: [
      [inspectPort, ...writeOverlay('sysutils/clockfmt', 'files/patch-clockfmt.c', 'diffs/REMOVE', 'files/patch-clockfmt.c\n')],
    ],
    summary: 'Remove the patch for time_t: version 2.0 includes it.',
  },
  'sysutils/dfwho': {
    attempts: [[inspectPort, ...writeOverlay('sysutils/dfwho', 'pkg-plist', 'diffs/pkg-plist.diff', PLIST_DIFF)]],
    summary: 'Replace the Linux program, which is not installed, by the helper that is.',
  },
  'devel/evloop': {
    attempts: [
      [inspectPort, ...patchSource('devel/evloop', 'configure', KQUEUE, `DragonFlyBSD|${KQUEUE}`), readLog('devel/evloop')],
      [inspectPort, ...patchSource('devel/evloop', 'configure', `DragonFlyBSD|${KQUEUE}`, `DragonFly|${KQUEUE}`)],
    ],
    summary: 'Make configure use kqueue on DragonFly.',
  },
};

/** Renders the report at the end of an attempt. Its proof block is a claim, which decides nothing. */
export function finalReport(conversation: Conversation, repair: Repair): string {
  const {origin, failed} = conversation;
  const built = conversation.result('dsynth_build').rebuild_ok === true && failed === undefined;
  const plan = {origin, summary: repair.summary, files_touched: [`ports/${origin}/`], tools_used: ['dsynth_build']};
  return [
    '## Patch Summary',
    built ? repair.summary : 'The port is not repaired.',
    '## Patch Log',
    built ? 'Inspected the port, changed the overlay, composed and built it.' : failureReason(conversation),
    '## Rebuild Status',
    built ? 'success' : 'failed',
    '## Patch Plan (JSON)',
    `\`\`\`json\n${JSON.stringify(plan)}\n\`\`\``,
    '## Rebuild Proof (JSON)',
    `\`\`\`json\n${JSON.stringify({rebuild_ok: built})}\n\`\`\``,
  ].join('\n\n');
}

/** Returns the reason of a failed attempt, from the tools' results. */
function failureReason({failed, result}: Conversation): string {
  if (failed !== undefined) return `${failed.tool} failed: ${failed.message}. The script has no alternative.`;
  const {rebuild_ok, findings, log_tail} = result('dsynth_build');
  if (rebuild_ok === undefined) return 'Nothing was built.';
  const error = String(findings || log_tail || '')
    .split('\n')
    .find((line) => /error|FAILED|Error:/.test(line));
  return `The build still fails${error === undefined ? '.' : `: ${error.trim()}`}`;
}
