import {rulesOf} from './rule.ts';

/** Lines of a configure script's tests, which are meant to fail. */
export const CONFIGURE_TESTS = rulesOf('compiler', [
  {form: /\bconftest\.\w+:|^configure:\d+: /, kind: 'hint', examples: ['conftest.c:3: error: x', 'configure:123: error: x']},
]);

const AUTOCONF = rulesOf('autoconf', [
  {
    form: /possibly undefined macro: (\S+)/,
    facts: ['macro'],
    examples: [
      'configure.ac:12: error: possibly undefined macro: AC_FOO',
      'configure.ac:12: warning is an error: possibly undefined macro: AC_FOO',
    ],
  },
  {
    form: /Package requirements \((.+?)\) were not met/,
    facts: ['package'],
    examples: ['configure: error: Package requirements (glib-2.0 >= 2.80) were not met:'],
  },
  {form: /^checking .*configure: error: /, examples: ['checking for expat.h... configure: error: expat is needed']},
  {
    form: /^(?:\.\/)?configure(?:\.\w+)?(?::\d+)?: error: (.+)$|^(?:configure|config\.status): error:/,
    examples: [
      'configure: error: no event backend',
      './configure:12: error: bad',
      'config.status: error: cannot find input file: Makefile.in',
    ],
  },
  {
    form: /^Invalid configuration [`'](\S+?)'|config\.sub \S+ failed/,
    facts: ['host'],
    examples: [
      "Invalid configuration `x86_64-unknown-dfly': system `dfly' not recognized",
      'configure: config.sub x86_64-unknown-dfly failed',
    ],
  },
  {
    form: /^(?:aclocal|autoconf|automake|autoheader|autoreconf|libtoolize|autopoint|m4)\S*: (?:error: |.*not found)|^configure\.(?:ac|in):\d+: error: |^\S+\.am:\d+: error: |undefined or overquoted macro/,
    examples: [
      'aclocal: error: cannot read a.m4',
      'autoreconf: aclocal: not found',
      'src/Makefile.am:3: error: Libtool library used but LIBTOOL is undefined',
      'aclocal.m4:12: undefined or overquoted macro: AM_FOO',
    ],
  },
  {
    form: /^\S*libtool: +(?:\w+: +)?error: |^\S*libtool: (?:link: )?(?:cannot find the library|Version mismatch)/,
    examples: [
      "libtool:   error: cannot determine absolute directory name of '{PREFIX}/lib'",
      "libtool: link: cannot find the library `liba.la' or unhandled argument `liba.la'",
      'libtool: Version mismatch error.  This is libtool 2.4.7, but the',
    ],
  },
]);

const CMAKE = rulesOf('cmake', [
  {
    form: /^CMake Error\b|^CMake \d\S* or higher is required/,
    examples: [
      'CMake Error at CMakeLists.txt:3 (find_package):',
      'CMake 3.30 or higher is required.  You are running version 3.25.1',
    ],
  },
  {
    form: /^\s+(?:Could NOT find|Could not find a package configuration file provided by) "?(\w+)/,
    facts: ['package'],
    examples: [
      '  Could NOT find ZLIB (missing: ZLIB_LIBRARY)',
      '  Could not find a package configuration file provided by "fmt" with any of',
    ],
  },
]);

const MESON = rulesOf('meson', [
  {
    form: /meson\.build:\d+:\d+: ERROR: (?:Dependency|C library|C\+\+ library) ["'](\S+?)["'] not found/,
    facts: ['library'],
    examples: [
      '../meson.build:4:2: ERROR: Dependency "x" not found, tried pkgconfig',
      "../meson.build:9:4: ERROR: C library 'y' not found",
    ],
  },
  {
    form: /ERROR: Program (?:\(s\) )?\[?['"](\S+?)['"]\]? not found/,
    facts: ['program'],
    examples: ["ERROR: Program 'gperf' not found or not executable"],
  },
  {
    form: /^\S*meson\S*:\d+:\d+: ERROR: (?!.*(?:PKG_MESSAGE|failed with exit))/,
    examples: ['meson_options.txt:3:0: ERROR: Unknown type str.'],
  },
]);

const QT = rulesOf('qt', [
  {
    form: /^Project ERROR: |^qmake: could not |^Could not read qmake configuration file|^Cannot mix incompatible Qt library|^ERROR: Feature '\S+' was enabled, but|^(?:AutoMoc|AutoUic|AutoRcc)\S*(?: subprocess)? error|^(?:moc|uic|rcc|lrelease|lupdate): (?:\S.*)?(?:[Ee]rror|[Cc]annot|could not)/,
    examples: [
      'Project ERROR: Unknown module(s) in QT: webenginewidgets',
      "qmake: could not find a Qt installation of ''",
      'Could not read qmake configuration file /usr/local/lib/qt5/mkspecs/dragonfly-g++/qmake.conf.',
      'Cannot mix incompatible Qt library (version 0x50f02) with this library (version 0x50f0a)',
      "ERROR: Feature 'opengl' was enabled, but the pre-condition 'libs.opengl' failed.",
      'AutoMoc subprocess error',
      "lrelease: could not exec '/usr/local/lib/qt5/bin/lrelease': No such file or directory",
    ],
  },
]);

export const CONFIGURE = [...AUTOCONF, ...CMAKE, ...MESON, ...QT];
