import {build, call, composed, inspectOverlay, inspectPort, overlay, patchSource, readLog, rewrite, type Step} from './steps.ts';

export interface Repair {
  /** Steps of attempt 1, 2, …; the last list is for all later ones. After them the script reports. */
  readonly attempts: readonly (readonly Step[])[];
  readonly summary: string;
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

const KQUEUE = 'FreeBSD|OpenBSD) ev=kqueue ;;\n';

const WIFI_REASON = 'reason "use the net80211 media constants only where they are defined"';

const DFWHO_PLIST = `text line-insert-after file pkg-plist anchor "bin/dfwho" line "libexec/dfwho-helper"
text line-remove file pkg-plist exact "bin/dfwho-linux"`;
const FREEBSD_ONLY = '#if defined(__FreeBSD__)\n';
const FREEBSD_AND_DRAGONFLY = '#if defined(__FreeBSD__) || defined(__DragonFly__)\n';
const HOPCOUNT_PLIST = 'text replace-once file pkg-plist from "share/man/man1/hopcount.1.gz" to "share/man/man8/hopcount.8.gz"';
const STALE_ENTRY =
  'text line-insert-after file pkg-plist anchor "share/tinyserve/dragonfly.conf" line "share/tinyserve/varsym.conf"';

const STALE_PATCH = `${overlay('sysutils/cpuload')}/dragonfly/patch-units.c`;

/** Scripts by port. The first attempt at devel/evloop is wrong: uname prints DragonFly, not DragonFlyBSD. */
export const REPAIRS: Readonly<Record<string, Repair>> = {
  'net/wifimedia': {
    attempts: [[inspectPort, ...patchSource('net/wifimedia', 'wifimedia.c', [WIFI_OLD, WIFI_NEW], WIFI_REASON)]],
    summary: 'Use the net80211 media constants only where the system has them.',
  },
  'textproc/rangearg': {
    attempts: [
      [
        inspectOverlay('textproc/rangearg'),
        ...patchSource('textproc/rangearg', 'rangearg.c', [STRTONUM_OLD, STRTONUM_NEW], undefined, rewrite),
      ],
    ],
    summary: 'Add a static strtonum, since libc has none.',
  },
  'sysutils/clockfmt': {
    attempts: [
      [
        inspectPort,
        (c) => [
          call('get_file', {path: `${composed(c)}/files/patch-clockfmt.c`}),
          call('list_dir', {path: overlay('sysutils/clockfmt')}),
        ],
        () => [call('put_file', {path: `${overlay('sysutils/clockfmt')}/diffs/REMOVE`, content: 'files/patch-clockfmt.c\n'})],
        build('sysutils/clockfmt'),
      ],
    ],
    summary: 'Remove the patch for time_t: version 2.0 includes it.',
  },
  'sysutils/dfwho': {
    attempts: [
      [
        inspectOverlay('sysutils/dfwho'),
        (c) => [call('get_file', {path: `${composed(c)}/pkg-plist`})],
        () => [call('dops_add', {statement: DFWHO_PLIST})],
        build('sysutils/dfwho'),
      ],
    ],
    summary: 'Replace the Linux program, which is not installed, by the helper that is.',
  },
  'devel/evloop': {
    attempts: [
      [
        inspectOverlay('devel/evloop'),
        ...patchSource('devel/evloop', 'configure', [KQUEUE, `DragonFlyBSD|${KQUEUE}`]),
        readLog('devel/evloop'),
      ],
      [inspectPort, ...patchSource('devel/evloop', 'configure', [`DragonFlyBSD|${KQUEUE}`, `DragonFly|${KQUEUE}`])],
    ],
    summary: 'Make configure use kqueue on DragonFly.',
  },
  'net/hopcount': {
    attempts: [
      [
        inspectOverlay('net/hopcount'),
        ...patchSource('net/hopcount', 'hopcount.c', [FREEBSD_ONLY, FREEBSD_AND_DRAGONFLY]),
        readLog('net/hopcount'),
        () => [call('dops_add', {statement: HOPCOUNT_PLIST})],
        build('net/hopcount'),
      ],
      // After a recipe has extended the condition.
      [inspectOverlay('net/hopcount'), () => [call('dops_add', {statement: HOPCOUNT_PLIST})], build('net/hopcount')],
    ],
    summary: 'Use FreeBSD’s sysctl on DragonFly too, and list the manual page where it is installed.',
  },
  'sysutils/cpuload': {
    attempts: [
      [
        inspectOverlay('sysutils/cpuload'),
        () => [call('get_file', {path: STALE_PATCH}), call('extract', {origin: 'sysutils/cpuload'})],
        () => [call('delete_file', {path: STALE_PATCH})],
        build('sysutils/cpuload'),
      ],
    ],
    summary: 'Delete the patch of a function that version 1.4 no longer has.',
  },
  'www/tinyserve': {
    attempts: [[inspectOverlay('www/tinyserve'), () => [call('dops_remove', {at: STALE_ENTRY})], build('www/tinyserve')]],
    summary: 'Remove the plist entry of the overlay for a file that version 3.0 no longer has.',
  },
};
