import type {Conversation} from './conversation.ts';

/** A call that a script makes. */
export interface Call {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The calls of one turn, made from what the conversation says so far. */
export type Step = (conversation: Conversation) => Call[];

export interface Repair {
  /** Steps of attempt 1, 2, …; the last list serves all later ones. After them the script reports. */
  readonly attempts: readonly (readonly Step[])[];
  readonly summary: string;
}

const call = (name: string, args: Call['args'] = {}): Call => ({name, args});
const composed = ({target, origin}: Conversation): string => `/work/artifacts/compose/${target}/${origin}`;
const overlay = (origin: string): string => `/work/DeltaPorts/ports/${origin}`;
/** Where the source is: as the tool said, never guessed. */
const inSource = (conversation: Conversation, file: string): string => `${conversation.result('make_patch').wrksrc}/${file}`;

const look: Step = (c) => [call('env_verify'), call('get_file', {path: `${composed(c)}/Makefile`})];
const build =
  (origin: string): Step =>
  () => [call('materialize_dports', {origin}), call('dsynth_build', {origin})];
const readLog =
  (origin: string): Step =>
  () => [call('dsynth_log', {origin, tail_lines: 40})];

/** One way to change a file of the source from what get_file said of it. */
type Edit = (path: string, oldText: string, newText: string, read: Readonly<Record<string, unknown>>) => Call;

const replaceText: Edit = (path, old_text, new_text) => call('replace_in_file', {path, old_text, new_text});
/** The whole file anew, on condition that it still is the one that was read. */
const rewrite: Edit = (path, oldText, newText, {content, sha256}) =>
  call('put_file', {path, content: String(content).replace(oldText, () => newText), expected_sha256: sha256});

/** Steps that change one source file by a dragonfly patch. */
function patchSource(origin: string, file: string, oldText: string, newText: string, edit = replaceText): Step[] {
  return [
    () => [call('make_patch', {origin})],
    (c) => [call('dupe', {path: inSource(c, file)}), call('get_file', {path: inSource(c, file)})],
    (c) => [edit(inSource(c, file), oldText, newText, c.result('get_file'))],
    (c) => [call('genpatch', {path: inSource(c, file)}), call('install_patches', {origin})],
    build(origin),
  ];
}

/** Steps that write one file of the overlay, after a look at what it is about. */
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

/** What the script does for each port of the demo. devel/evloop is wrong at first: uname says DragonFly, not DragonFlyBSD. */
export const REPAIRS: Readonly<Record<string, Repair>> = {
  'net/wifimedia': {
    attempts: [[look, ...patchSource('net/wifimedia', 'wifimedia.c', WIFI_OLD, WIFI_NEW)]],
    summary: 'Use the net80211 media constants only where the system has them.',
  },
  'textproc/rangearg': {
    attempts: [[look, ...patchSource('textproc/rangearg', 'rangearg.c', STRTONUM_OLD, STRTONUM_NEW, rewrite)]],
    summary: 'Bring a strtonum of its own, since libc has none.',
  },
  'sysutils/clockfmt': {
    attempts: [
      [look, ...writeOverlay('sysutils/clockfmt', 'files/patch-clockfmt.c', 'diffs/REMOVE', 'files/patch-clockfmt.c\n')],
    ],
    summary: 'Leave out the patch for time_t: version 2.0 declares it so by itself.',
  },
  'sysutils/dfwho': {
    attempts: [[look, ...writeOverlay('sysutils/dfwho', 'pkg-plist', 'diffs/pkg-plist.diff', PLIST_DIFF)]],
    summary: 'List the helper that is installed, and not the Linux program that is not.',
  },
  'devel/evloop': {
    attempts: [
      [look, ...patchSource('devel/evloop', 'configure', KQUEUE, `DragonFlyBSD|${KQUEUE}`), readLog('devel/evloop')],
      [look, ...patchSource('devel/evloop', 'configure', `DragonFlyBSD|${KQUEUE}`, `DragonFly|${KQUEUE}`)],
    ],
    summary: 'Let configure know DragonFly, which has kqueue.',
  },
};

/** The report at the end of an attempt. Its proof block is a claim, which decides nothing. */
export function finalReport(conversation: Conversation, repair: Repair): string {
  const {origin, failed} = conversation;
  const built = conversation.result('dsynth_build').rebuild_ok === true && failed === undefined;
  const plan = {origin, summary: repair.summary, files_touched: [`ports/${origin}/`], tools_used: ['dsynth_build']};
  return [
    '## Patch Summary',
    built ? repair.summary : 'This did not repair it.',
    '## Patch Log',
    built ? 'Looked at the port, changed the overlay, composed and built it.' : whyNot(conversation),
    '## Rebuild Status',
    built ? 'success' : 'failed',
    '## Patch Plan (JSON)',
    `\`\`\`json\n${JSON.stringify(plan)}\n\`\`\``,
    '## Rebuild Proof (JSON)',
    `\`\`\`json\n${JSON.stringify({rebuild_ok: built})}\n\`\`\``,
  ].join('\n\n');
}

/** What decided, in the words of the tools. */
function whyNot({failed, result}: Conversation): string {
  if (failed !== undefined) return `${failed.tool} was not done: ${failed.words}. The script knows no other way.`;
  const {rebuild_ok, findings, log_tail} = result('dsynth_build');
  if (rebuild_ok === undefined) return 'No build was made.';
  const error = String(findings || log_tail || '')
    .split('\n')
    .find((line) => /error|FAILED|Error:/.test(line));
  return `The build still fails${error === undefined ? '.' : `: ${error.trim()}`}`;
}
