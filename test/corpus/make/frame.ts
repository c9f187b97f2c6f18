import type {Break} from './break.ts';

const BAR = '-'.repeat(79);

/** dsynth's phases of a build, in its order (usr.bin/dsynth/build.c, childBuilder). */
export const PHASES = [
  'setup',
  'check-sanity',
  'pkg-depends',
  'fetch-depends',
  'fetch',
  'checksum',
  'extract-depends',
  'extract',
  'patch-depends',
  'patch',
  'build-depends',
  'lib-depends',
  'configure',
  'build',
  'run-depends',
  'stage',
  'check-plist',
] as const;
export type PhaseName = (typeof PHASES)[number];

/** What dsynth writes before the output of a phase. Its handshake with the pty leaves an empty line. */
export function begin(phase: string): string {
  return `${BAR}\n-- Phase: ${phase}\n${BAR}\n\n`;
}

/** What dsynth writes after it; the time is of the phase. */
export function end(phase: string, ok: boolean, one: Break): string {
  const seconds = ok ? sumOf(phase + one.name) % 9 : 11 + (sumOf(one.name) % 300);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const memory =
    ok && phase === 'extract' ? `Extracted Memory Use: ${(1 + (sumOf(one.source) % 9000) / 100).toFixed(2).padStart(6)}M\n` : '';
  return `\n${memory}${ok ? 'SUCCEEDED' : 'FAILED'} ${time.join(':')}\n\n`;
}

/** What the ports framework and make say after a command of a phase failed. */
export function stopped(phase: string, {origin, configure = '', source}: Break): string {
  const told = {
    configure: /(^|[ /])configure\b/.test(configure)
      ? `===>  Script "configure" failed unexpectedly.\nPlease report the problem to ports@dragonflybsd.org [maintainer] and attach the\n"/construction/${origin}/${source}-1.0/config.log" including the output of the\nfailure of your make command. Also, it might be a good idea to provide an\noverview of all packages installed on your system (e.g. a\n/usr/local/sbin/pkg-static info -g -Ea).\n`
      : '',
    build:
      '===> Compilation failed unexpectedly.\nTry to set MAKE_JOBS_UNSAFE=yes and rebuild before reporting the failure to\nthe maintainer.\n',
  }[phase];
  return `${told ?? ''}*** Error code 1\n\nStop.\nmake: stopped in /xports/${origin}\n`;
}

/** The phases that dsynth writes first where its profile checks plists (its developer mode); of every second port here. */
export function developer(one: Break): string {
  if (one.plist === undefined && one.early === undefined && sumOf(one.name) % 2 === 0) return '';
  const dumps: [string, string][] = [
    ['Environment', ENVIRONMENT],
    ['showconfig', OPTIONS(one)],
    [
      'CONFIGURE_ENV',
      'MAKE=gmake XDG_DATA_HOME=/construction XDG_CONFIG_HOME=/construction HOME=/construction TMPDIR="/tmp" PATH=/construction/.bin:/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin SHELL=/bin/sh CONFIG_SHELL=/bin/sh CONFIG_SITE=/xports/Templates/config.site lt_cv_sys_max_cmd_len=524288\n',
    ],
    ['CONFIGURE_ARGS', '--prefix=/usr/local ${_LATE_CONFIGURE_ARGS}\n'],
    [
      'MAKE_ENV',
      'XDG_DATA_HOME=/construction HOME=/construction TMPDIR="/tmp" NO_PIE=yes MK_DEBUG_FILES=no SHELL=/bin/sh NO_LINT=YES PREFIX=/usr/local LOCALBASE=/usr/local CC="cc" CFLAGS="-pipe -O2 -fno-strict-aliasing " CPP="cpp" CXX="c++" CXXFLAGS=" -pipe -O2 -fno-strict-aliasing "\n',
    ],
    ['MAKE_ARGS', 'DESTDIR=/construction/stage\n'],
    [
      'PLIST_SUB',
      `PORTDOCS="" PORTEXAMPLES="" OSREL=6.4 PREFIX=%D LOCALBASE=/usr/local RESETPREFIX=/usr/local LIB32DIR=lib DOCSDIR="share/doc/${one.source}" EXAMPLESDIR="share/examples/${one.source}" DATADIR="share/${one.source}" WWWDIR="www/${one.source}" ETCDIR="etc/${one.source}"\n`,
    ],
    [
      'SUB_LIST',
      `PREFIX=/usr/local LOCALBASE=/usr/local DATADIR=/usr/local/share/${one.source} DOCSDIR=/usr/local/share/doc/${one.source} EXAMPLESDIR=/usr/local/share/examples/${one.source}\n`,
    ],
    ['/etc/make.conf', MAKE_CONF],
  ];
  return dumps.map(([name, text]) => `${begin(name)}${text}${end(name, true, one)}`).join('');
}

/** What a phase says of itself, before its commands. */
export function chatter(phase: string, {origin, source, fails}: Break): string {
  const pkg = `${source}-1.0`;
  const port = origin.replace(/^.*\//, '');
  const said: Readonly<Record<string, string>> = {
    setup: `Installing /packages/All/pkg-1.21.3.pkg\nInstalling pkg-1.21.3...\nExtracting pkg-1.21.3: .......... done\n${DEPENDS.map((one) => `Installing ${one}...\nExtracting ${one}: .......... done\n`).join('')}`,
    'pkg-depends': `===>   ${port} depends on file: /usr/local/sbin/pkg - found\n`,
    fetch: fails === 'fetch' ? '' : `===> Fetching all distfiles required by ${pkg} for building\n`,
    checksum:
      fails === 'checksum'
        ? ''
        : `===> Fetching all distfiles required by ${pkg} for building\n=> SHA256 Checksum OK for ${pkg}.tar.gz.\n`,
    extract: `===>  License check disabled, port has not defined LICENSE\n===> Fetching all distfiles required by ${pkg} for building\n===>  Extracting for ${pkg}\n=> SHA256 Checksum OK for ${pkg}.tar.gz.\n`,
    patch: `===>  Patching for ${pkg}\n`,
    'build-depends': `===>   ${pkg} depends on executable: gmake - found\n===>   ${pkg} depends on package: pkgconf>=1.3.0_1 - found\n`,
    'lib-depends': `===>   ${pkg} depends on shared library: libintl.so - found (/usr/local/lib/libintl.so)\n`,
    configure: `===>  Configuring for ${pkg}\n`,
    build: `===>  Building for ${pkg}\n`,
    stage: `===>  Staging for ${pkg}\n===>   Generating temporary packing list\n`,
    'check-plist': '====> Running Q/A tests (stage-qa)\n====> Checking for pkg-plist issues (check-plist)\n===> Parsing plist\n',
  };
  return said[phase] ?? '';
}

const DEPENDS = ['indexinfo-0.3.1', 'gettext-runtime-0.22.5', 'gmake-4.4.1', 'pkgconf-2.2.0,1'];

const ENVIRONMENT = `PROFILE=LiveSystem
DSYNTH=1
SHELL=/bin/sh
HOME=/root
USER=root
LANG=C
TERM=dumb
PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
SSL_NO_VERIFY_PEER=1
UNAME_v=DragonFly 6.4-SYNTH
UNAME_p=x86_64
UNAME_m=x86_64
UNAME_r=6.4-SYNTH
UNAME_s=DragonFly
PORTSDIR=/xports
PORT_DBDIR=/options
PACKAGE_BUILDING=yes
`;

const MAKE_CONF = `USE_PACKAGE_DEPENDS_ONLY=yes
PORTSDIR=/xports
PORT_DBDIR=/options
PKG_DBDIR=/var/db/pkg
PKG_CACHEDIR=/var/cache/pkg
PKG_COMPRESSION_FORMAT=txz
CC=cc
DEVELOPER=1
UID=0
ARCH=x86_64
OPSYS=DragonFly
DFLYVERSION=600400
OSVERSION=9999999
OSREL=6.4
_OSRELEASE=6.4-SYNTH
WRKDIRPREFIX=/construction
DISTDIR=/distfiles
BATCH=yes
`;

const OPTIONS = ({source}: Break): string =>
  `===> The following configuration options are available for ${source}-1.0:\n     DOCS=off: Build and/or install documentation\n     EXAMPLES=on: Build and/or install examples\n     NLS=off: Native Language Support\n===> Use 'make config' to modify these settings\n`;

/** The same number for the same text, on every machine. */
export function sumOf(text: string): number {
  return [...text].reduce((all, char) => (all * 31 + char.charCodeAt(0)) >>> 0, 7);
}
