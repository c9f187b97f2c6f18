/** The twelve known failures: their right fixes pass, and the wrong answers that were given to them do not. */

import {RootCauseScan} from '../../../src/case/evidence/root-causes/index.ts';
import {guardContext, guardDiff, passes} from '../../../src/case/guard/index.ts';

interface File {
  readonly path: string;
  readonly removed?: readonly string[];
  readonly added?: readonly string[];
}

function diffOf(origin: string, files: readonly File[]): string {
  return files.map(({path, removed = [], added = []}) => fileDiff(`ports/${origin}/${path}`, removed, added)).join('');
}

function fileDiff(path: string, removed: readonly string[], added: readonly string[]): string {
  const [from, to] = [removed.length === 0 ? 'new' : '', added.length === 0 ? 'deleted' : ''];
  return [
    `diff --git a/${path} b/${path}`,
    ...(from || to ? [`${from || to} file mode 100644`, 'index 0000000..1111111'] : ['index 1111111..2222222 100644']),
    from ? '--- /dev/null' : `--- a/${path}`,
    to ? '+++ /dev/null' : `+++ b/${path}`,
    `@@ -${from ? 0 : 1},${removed.length} +${to ? 0 : 1},${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
}

function judge(origin: string, log: string, files: readonly File[]): string[] {
  const scan = new RootCauseScan({});
  scan.take(Buffer.from(log));
  const findings = guardDiff(diffOf(origin, files), origin, guardContext(scan.finish()));
  return findings.filter((one) => !passes([one])).map((one) => one.rule);
}

const PATCH_PHASE =
  '--------------------------------------------------\n-- Phase: patch\n--------------------------------------------------\n';
const FRAGMENT = 'Makefile.DragonFly';

test.each<[string, string, readonly File[]]>([
  ['comms/kermit', '', [{path: FRAGMENT, removed: ['USES+=\talias ncurses'], added: ['USES+=\tncurses']}]],
  [
    'security/eschalot',
    '',
    [
      {
        path: FRAGMENT,
        removed: ['USES+=\talias', 'CFLAGS+=\t-I${OPENSSLINC}'],
        added: ['CFLAGS+=\t-I${OPENSSLINC} -DNEED_HTOBE32'],
      },
    ],
  ],
  [
    'devel/gperf',
    '1 out of 1 hunks failed--saving rejects to lib/getopt.c.rej\n===>  FAILED Applying dragonfly patch-lib_getopt.c\n',
    [{path: 'dragonfly/patch-lib_getopt.c', removed: ['--- lib/getopt.c.orig', '+++ lib/getopt.c']}],
  ],
  [
    'sysutils/libcpuid',
    '1 out of 1 hunks failed--saving rejects to libcpuid/cpuid_main.c.rej\n===>  FAILED Applying dragonfly patch-libcpuid_cpuid__main.c\n',
    [{path: 'dragonfly/patch-libcpuid_cpuid__main.c', removed: ['--- a', '+++ a']}],
  ],
  [
    'devel/readline',
    '',
    [
      {
        path: 'dragonfly/patch-terminal.c',
        removed: ['++  dumbterm = STREQ (term, "dumb");'],
        added: ['+  dumbterm = STREQ (term, "dumb");'],
      },
    ],
  ],
  ['sysutils/gnome_subr', '', [{path: 'overlay.dops', removed: [], added: ['target @any', 'mk unset LICENSE_FILE']}]],
  [
    'sysutils/gnome_subr',
    '',
    [
      {
        path: 'diffs/Makefile.diff',
        added: ['--- Makefile.orig', '+++ Makefile', '@@ -9,3 +9,2 @@', '-LICENSE_FILE=\t${PORTSDIR}/COPYRIGHT'],
      },
    ],
  ],
  [
    'shells/yash',
    '',
    [
      {
        path: 'dragonfly/patch-common.h',
        added: [
          '--- common.h.orig',
          '+++ common.h',
          '@@ -57 +57,3 @@',
          '-#if defined(__has_builtin) && __has_builtin(x)',
          '+#ifdef __has_builtin',
          '+# if __has_builtin(x)',
        ],
      },
      {
        path: 'dragonfly/patch-configure',
        added: ['--- configure.orig', '+++ configure', '@@ -1 +1 @@', '-freebsd)', '+freebsd|dragonfly)'],
      },
    ],
  ],
  [
    'net/hostapd',
    '',
    [
      {
        path: 'dragonfly/patch-src_drivers_driver__bsd.c',
        added: [
          '--- src/drivers/driver_bsd.c.orig',
          '+++ src/drivers/driver_bsd.c',
          '@@ -637,4 +637,6 @@',
          '+#if defined(IFM_IEEE80211_VHT5G)',
          '+#endif',
        ],
      },
    ],
  ],
  ['net/bsdrcmds', '', [{path: FRAGMENT, added: ['OPTIONS_DEFAULT:=\t${OPTIONS_DEFAULT:NLIBBLACKLIST}']}]],
  [
    'sysutils/nut-devel',
    '',
    [{path: FRAGMENT, added: ['PLIST_FILES+=\tlibexec/nut/microsol-apc \\', '\t\tman/man8/microsol-apc.8.gz']}],
  ],
  [
    'x11-drivers/xorgxrdp',
    '',
    [
      {
        path: 'diffs/pkg-plist.diff',
        added: ['--- pkg-plist.orig', '+++ pkg-plist', '@@ -1 +1 @@', '-/etc/X11/xrdp/xorg.conf', '+etc/X11/xrdp/xorg.conf'],
      },
    ],
  ],
])('the right fix of %s passes', (origin, log, files) => {
  expect(judge(origin, PATCH_PHASE + log, files)).toEqual([]);
});

test.each<[string, string, readonly File[], string]>([
  [
    'flags against warnings on top of the fix of net/bsdrcmds',
    'net/bsdrcmds',
    [
      {
        path: FRAGMENT,
        added: [
          'OPTIONS_DEFAULT:=\t${OPTIONS_DEFAULT:NLIBBLACKLIST}',
          'CFLAGS+=\t-Wno-int-conversion -Wno-implicit-function-declaration',
        ],
      },
    ],
    'compiler-silenced',
  ],
  [
    'an operation that edits the patch of devel/readline as text',
    'devel/readline',
    [{path: 'overlay.dops', added: ['text replace-once file files/patch-terminal.c from "++  dumbterm" to "+  dumbterm"']}],
    'patch-edited-by-op',
  ],
  [
    'a patch of a port whose log says nothing of it',
    'devel/gperf',
    [{path: 'dragonfly/patch-lib_other.c', removed: ['--- a', '+++ a']}],
    'patch-deleted',
  ],
  ['an empty answer where a dependency is missing', 'devel/gettext-tools', [], 'empty'],
])('%s does not pass', (_name, origin, files, rule) => {
  const log = '1 out of 1 hunks failed--saving rejects to lib/getopt.c.rej\n===>  FAILED Applying dragonfly patch-lib_getopt.c\n';
  expect(judge(origin, PATCH_PHASE + log, files)).toEqual([rule]);
});
