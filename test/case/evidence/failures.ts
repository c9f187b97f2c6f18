/**
 * Failures by the program that reports them, two of each. {v} is a version, {n} a number, {d} a directory, {h} a hash, {t} a temporary
 * name, {m} a moment: all of them differ between two builds that fail in the same way.
 */
export const FAILURES: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'rustc E0308': [
    [
      'error[E0308]: mismatched types',
      '  --> {d}/cargo-crates/crossterm-{v}/src/terminal/sys/unix.rs:{n}:{n}',
      '   |',
      '{n} |     if let Ok(true) = wrap_with_result(unsafe { ioctl(STDOUT_FILENO, TIOCGWINSZ, &mut size) }) {',
      '   |                                                                      ^^^^^^^^^^ expected `u64`, found `u32`',
      '',
      'error: could not compile `crossterm`.',
    ],
    [
      'error[E0308]: mismatched types',
      '   --> libfs/src/linux.rs:{n}:{n}',
      '    |',
      '{n} |     mknodat(CWD, dest, ftype, mode, dev)?;',
      '    |     -------                         ^^^ expected `u32`, found `u64`',
      '    |     |',
      '    |     arguments to this function are incorrect',
      '',
      'error: could not compile `libfs` (lib) due to 1 previous error',
    ],
  ],
  'rustc E0308 in one file': [
    [
      'error[E0308]: mismatched types',
      '  --> src/sys.rs:{n}:{n}',
      '   |',
      '{n} |     let mode: u32 = stat.st_mode;',
      '   |               ---   ^^^^^^^^^^^^ expected `u32`, found `u16`',
      '',
    ],
    [
      'error[E0308]: mismatched types',
      '  --> src/sys.rs:{n}:{n}',
      '   |',
      '{n} |     let dev: u64 = stat.st_dev;',
      '   |              ---   ^^^^^^^^^^^ expected `u64`, found `i32`',
      '',
    ],
  ],
  'linker of rustc': [
    [
      'error: linking with `cc` failed: exit status: 1',
      '  |',
      '  = note: "cc" "-m64" "/tmp/rustc{t}/symbols.o" "{d}/target/release/deps/foo-{h}.o" "-o" "{d}/target/release/foo"',
      '  = note: /usr/local/bin/ld: cannot find -lssl: No such file or directory',
      '          collect2: error: ld returned 1 exit status',
    ],
    [
      'error: linking with `cc` failed: exit status: 1',
      '  |',
      '  = note: "cc" "-m64" "/tmp/rustc{t}/symbols.o" "{d}/target/release/deps/foo-{h}.o" "-o" "{d}/target/release/foo"',
      "  = note: /usr/local/bin/ld: {d}/libfoo-{h}.rlib(foo.o): in function `open_it':",
      "          foo.c:(.text+0x{h}): undefined reference to `__errno_location'",
      '          collect2: error: ld returned 1 exit status',
    ],
  ],
  'linker of go': [
    [
      '# github.com/foo/bar/cmd/bar',
      '/usr/local/go/pkg/tool/dragonfly_amd64/link: running gcc failed: exit status 1',
      "/usr/local/bin/ld: /tmp/go-link-{n}/{n}.o: undefined reference to `SecItemCopyMatching'",
      'collect2: error: ld returned 1 exit status',
    ],
    [
      '# github.com/foo/bar/cmd/bar',
      '/usr/local/go/pkg/tool/dragonfly_amd64/link: running gcc failed: exit status 1',
      '/usr/local/bin/ld: cannot find -lresolv',
      'collect2: error: ld returned 1 exit status',
    ],
  ],
  ld: [
    ["/usr/local/bin/ld: /tmp/cc{t}.o: in function `main':", "main.c:(.text+0x{h}): undefined reference to `strtonum'"],
    ["/usr/local/bin/ld: /tmp/cc{t}.o: in function `main':", "main.c:(.text+0x{h}): undefined reference to `pledge'"],
  ],
  ld64: [
    [
      'Undefined symbols for architecture arm64:',
      '  "_iconv_open", referenced from:',
      '      _convert in convert.o',
      'ld: symbol(s) not found for architecture arm64',
    ],
    [
      'Undefined symbols for architecture arm64:',
      '  "_environ", referenced from:',
      '      _spawn in spawn.o',
      'ld: symbol(s) not found for architecture arm64',
    ],
  ],
  lld: [
    ['ld: error: undefined symbol: inet_my_aton', '>>> referenced by rate.c:{n}', '>>>               rate.o:(main)'],
    ['ld: error: undefined symbol: kinfo_getfile', '>>> referenced by rate.c:{n}', '>>>               rate.o:(main)'],
  ],
  gfortran: [
    [
      'mpi/solver.f90:{n}:{n}:',
      '',
      '  {n} |   call mpi_send(buffer, count, type)',
      '      |                 1',
      'Error: Type mismatch in argument at (1); passed REAL({n}) to INTEGER({n})',
    ],
    [
      'lib/grid.f90:{n}:{n}:',
      '',
      '  {n} |   call mpi_send(buffer, count, type)',
      '      |                 1',
      'Error: Type mismatch in argument at (1); passed REAL({n}) to INTEGER({n})',
    ],
  ],
  'gfortran module': [
    [
      'src/a.F90:{n}:{n}:',
      '',
      "Fatal Error: Cannot open module file 'mpi.mod' for reading at (1): No such file or directory",
      'compilation terminated.',
    ],
    [
      'src/a.F90:{n}:{n}:',
      '',
      "Fatal Error: Cannot open module file 'netcdf.mod' for reading at (1): No such file or directory",
      'compilation terminated.',
    ],
  ],
  Cabal: [
    [
      'Configuring mobile-legends-{v}...',
      'Error: [Cabal-8010]',
      'Encountered missing or private dependencies:',
      '    QuickCheck >={v} && <{v},',
      '    doctest >={v} && <{v}',
      'CallStack (from HasCallStack):',
      '  dieWithException, called at libraries/Cabal/Cabal/src/Distribution/Simple/Configure.hs:{n}:{n} in Cabal-{v}-{h}:Distribution.Simple.Configure',
    ],
    [
      'Configuring mobile-legends-{v}...',
      'Error: [Cabal-8010]',
      'Encountered missing or private dependencies:',
      '    network >={v} && <{v}',
      'CallStack (from HasCallStack):',
      '  dieWithException, called at libraries/Cabal/Cabal/src/Distribution/Simple/Configure.hs:{n}:{n} in Cabal-{v}-{h}:Distribution.Simple.Configure',
    ],
  ],
  GHC: [
    [
      'src/System/Foo.hs:{n}:{n}: error: [GHC-88464]',
      '    Variable not in scope: getEnvironment',
      '   |',
      '{n} |   env <- getEnvironment',
    ],
    [
      'src/System/Foo.hs:{n}:{n}: error: [GHC-88464]',
      '    Variable not in scope: forkProcess',
      '   |',
      '{n} |   pid <- forkProcess',
    ],
  ],
  gem: [
    [
      'Building native extensions.  This could take a while...',
      'ERROR:  Error installing ffi-{v}.gem:',
      '\tERROR: Failed to build gem native extension.',
      '',
      '    /usr/local/bin/ruby extconf.rb',
      "mkmf.rb can't find header files for ruby at /usr/local/lib/ruby/ruby.h",
      '',
      'Gem files will remain installed in {d}/stage/usr/local/lib/ruby/gems/{v}/gems/ffi-{v} for inspection.',
    ],
    [
      'Building native extensions.  This could take a while...',
      'ERROR:  Error installing ffi-{v}.gem:',
      '\tERROR: Failed to build gem native extension.',
      '',
      '    /usr/local/bin/ruby extconf.rb',
      'checking for ffi.h... no',
      "ERROR: Couldn't find the library libffi_pic",
      '',
      'Gem files will remain installed in {d}/stage/usr/local/lib/ruby/gems/{v}/gems/ffi-{v} for inspection.',
    ],
  ],
  Maven: [
    [
      '[ERROR] COMPILATION ERROR : ',
      '[ERROR] {d}/src/main/java/org/foo/Bar.java:[{n},{n}] cannot find symbol',
      '  symbol:   class Unsafe',
      '  location: package sun.misc',
      '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:{v}:compile (default-compile) on project foo: Compilation failure',
    ],
    [
      '[ERROR] COMPILATION ERROR : ',
      '[ERROR] {d}/src/main/java/org/foo/Bar.java:[{n},{n}] cannot find symbol',
      '  symbol:   class Base64Encoder',
      '  location: package sun.misc',
      '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:{v}:compile (default-compile) on project foo: Compilation failure',
    ],
  ],
  javac: [
    [
      'src/Foo.java:{n}: error: cannot find symbol',
      '    Thread.stop(x);',
      '          ^',
      '  symbol:   method stop(Throwable)',
      '  location: class Thread',
    ],
    [
      'src/Foo.java:{n}: error: cannot find symbol',
      '    new Applet();',
      '        ^',
      '  symbol:   class Applet',
      '  location: class Foo',
    ],
  ],
  'C compiler cannot create executables': [
    [
      "configure: error: in '{d}/gperftools-{v}':",
      'configure: error: C compiler cannot create executables',
      "See 'config.log' for more details",
    ],
    [
      "configure: error: in '{d}/libunwind-{v}':",
      'configure: error: C compiler cannot create executables',
      "See 'config.log' for more details",
    ],
  ],
  'configure: library': [
    ['configure: error: Package requirements (libfoo >= {v}) were not met:', '', "No package 'libfoo' found"],
    ['configure: error: Package requirements (libbar >= {v}) were not met:', '', "No package 'libbar' found"],
  ],
  'gcc header': [
    [
      'src/mmc.c:{n}:{n}: fatal error: cam/scsi/scsi_message.h: No such file or directory',
      '   {n} | #include <cam/scsi/scsi_message.h>',
      'compilation terminated.',
    ],
    [
      'src/mmc.c:{n}:{n}: fatal error: sys/capsicum.h: No such file or directory',
      '   {n} | #include <sys/capsicum.h>',
      'compilation terminated.',
    ],
  ],
  'gcc without names': [
    [
      './terminal.c:{n}:{n}: error: lvalue required as left operand of assignment',
      '  {n} |   stdout->buffer = 0;',
      '      |                  ^',
    ],
    [
      './terminal.c:{n}:{n}: error: lvalue required as left operand of assignment',
      '  {n} |   errno() = saved;',
      '      |           ^',
    ],
  ],
  'clang without numbers': [
    ['lib/x.c:{n}:{n}: error: expected expression', '        foo = (bar *)', '                    ^'],
    ['lib/x.c:{n}:{n}: error: expected expression', '        return -;', '                ^'],
  ],
  'gcc type': [
    [
      "src/dng.c:{n}:{n}: error: initialization of 'char *' from incompatible pointer type 'int *' [-Wincompatible-pointer-types]",
    ],
    [
      "src/dng.c:{n}:{n}: error: initialization of 'char *' from incompatible pointer type 'long *' [-Wincompatible-pointer-types]",
    ],
  ],
  cmake: [
    [
      'CMake Error at /usr/local/share/cmake/Modules/FindPackageHandleStandardArgs.cmake:{n} (message):',
      '  Could NOT find PkgConfig (missing: PKG_CONFIG_EXECUTABLE)',
      'Call Stack (most recent call first):',
      '  CMakeLists.txt:{n} (find_package)',
    ],
    [
      'CMake Error at /usr/local/share/cmake/Modules/FindPackageHandleStandardArgs.cmake:{n} (message):',
      '  Could NOT find OpenSSL (missing: OPENSSL_CRYPTO_LIBRARY)',
      'Call Stack (most recent call first):',
      '  CMakeLists.txt:{n} (find_package)',
    ],
  ],
  meson: [
    ['meson.build:{n}:{n}: ERROR: Dependency "libdrm" not found, tried pkgconfig and cmake'],
    ['meson.build:{n}:{n}: ERROR: Dependency "wayland" not found, tried pkgconfig and cmake'],
  ],
  go: [
    ['# github.com/foo/bar/unix', 'unix/lock.go:{n}:{n}: undefined: syscall.Flock_t'],
    ['# github.com/foo/bar/unix', 'unix/lock.go:{n}:{n}: undefined: syscall.SYS_FCNTL'],
  ],
  'go modules': [
    ['go: github.com/foo/bar@v{v}: missing go.sum entry; to add it:'],
    ['go: github.com/foo/qux@v{v}: missing go.sum entry; to add it:'],
  ],
  python: [
    [
      'Traceback (most recent call last):',
      '  File "{d}/setup.py", line {n}, in <module>',
      "ModuleNotFoundError: No module named 'setuptools'",
    ],
    [
      'Traceback (most recent call last):',
      '  File "{d}/setup.py", line {n}, in <module>',
      "ModuleNotFoundError: No module named 'cython'",
    ],
  ],
  pip: [
    [
      '  gcc: fatal error: cannot execute ‘cc1plus’: execvp: No such file or directory',
      '  compilation terminated.',
      "  error: command '/usr/bin/gcc' failed with exit code 1",
      '  error: subprocess-exited-with-error',
    ],
    [
      '  src/_yaml.c:{n}:{n}: fatal error: yaml.h: No such file or directory',
      '  compilation terminated.',
      "  error: command '/usr/bin/gcc' failed with exit code 1",
      '  error: subprocess-exited-with-error',
    ],
  ],
  perl: [
    [
      "Can't locate Module/Build.pm in @INC (you may need to install the Module::Build module) (@INC entries checked: /usr/local/lib/perl5/site_perl/mach/{v} /usr/local/lib/perl5/site_perl) at Build.PL line {n}.",
    ],
    [
      "Can't locate File/Which.pm in @INC (you may need to install the File::Which module) (@INC entries checked: /usr/local/lib/perl5/site_perl/mach/{v} /usr/local/lib/perl5/site_perl) at Build.PL line {n}.",
    ],
  ],
  plist: [
    ['===> Checking for items in STAGEDIR missing from pkg-plist', 'Error: Orphaned: lib/libfoo.so.{n}'],
    ['===> Checking for items in STAGEDIR missing from pkg-plist', 'Error: Orphaned: share/foo/freebsd.conf'],
  ],
  patch: [
    ['{n} out of {n} hunks failed--saving rejects to lib/getopt.c.rej', '===>  FAILED Applying dragonfly patch-lib_getopt.c'],
    ['{n} out of {n} hunks failed--saving rejects to lib/getopt.c.rej', '===>  FAILED Applying ports patch-lib_getopt.c'],
  ],
  fetch: [
    ['fetch: https://example.org/dl/foo-{v}.tar.gz: Not Found', "=> Couldn't fetch it - please try to retrieve this"],
    ['fetch: https://example.org/dl/foo-{v}.tar.gz: Connection refused', "=> Couldn't fetch it - please try to retrieve this"],
  ],
  bmake: [
    [
      'make: "{d}/Makefile" line {n}: Malformed conditional (${OPSYS} == DragonFly)',
      'make: Fatal errors encountered -- cannot continue',
    ],
    [
      'make: "{d}/Makefile" line {n}: Malformed conditional (${OSVERSION} < 1000)',
      'make: Fatal errors encountered -- cannot continue',
    ],
  ],
  gmake: [
    ["gmake[1]: *** No rule to make target 'dragonfly.o', needed by 'all'.  Stop."],
    ["gmake[1]: *** No rule to make target 'config.h', needed by 'all'.  Stop."],
  ],
  shell: [
    ['gmake[2]: help2man: No such file or directory', 'gmake[2]: *** [Makefile:{n}: foo.1] Error 127'],
    ['gmake[2]: txt2man: No such file or directory', 'gmake[2]: *** [Makefile:{n}: foo.1] Error 127'],
  ],
  OCaml: [
    [
      'File "src/lang/types.ml", line {n}, characters {n}-{n}:',
      '{n} |   let x = f y in',
      '                ^',
      'Error: This expression has type int but an expression was expected of type string',
    ],
    [
      'File "src/io/socket.ml", line {n}, characters {n}-{n}:',
      '{n} |   let x = f y in',
      '                ^',
      'Error: This expression has type int but an expression was expected of type string',
    ],
  ],
  'OCaml module': [
    ['File "src/a.ml", line {n}, characters {n}-{n}:', 'Error: Unbound module Dtools'],
    ['File "src/a.ml", line {n}, characters {n}-{n}:', 'Error: Unbound module Cry'],
  ],
  nim: [
    ['{d}/bu/zipf.nim({n}, {n}) Error: cannot open file: std/syncio'],
    ['{d}/bu/zipf.nim({n}, {n}) Error: cannot open file: cligen/osUt'],
  ],
  vala: [
    ["error: Package `dbus-menu-importer' not found in specified Vala API directories or GObject-Introspection GIR directories"],
    ["error: Package `libsoup' not found in specified Vala API directories or GObject-Introspection GIR directories"],
  ],
  R: [
    ['ERROR: dependency ‘flashClust’ is not available for package ‘FactoMineR’'],
    ['ERROR: dependency ‘leaps’ is not available for package ‘FactoMineR’'],
  ],
  ada: [['src/util-os.adb:{n}:{n}: "Dragonfly_Open" is undefined'], ['src/util-os.adb:{n}:{n}: "Sys_Kqueue" is undefined']],
  erlang: [
    ["src/bear.erl:{n}:{n}: undefined parse transform 'lager_transform'"],
    ["src/bear.erl:{n}:{n}: undefined parse transform 'ct_expand'"],
  ],
  pkg: [
    ["pkg-static: No packages available to install matching '/packages/All/libtextstyle-{v}.pkg'"],
    ["pkg-static: No packages available to install matching '/packages/All/gettext-runtime-{v}.pkg'"],
  ],
  gradle: [
    [
      'FAILURE: Build failed with an exception.',
      '',
      '* What went wrong:',
      "Execution failed for task ':app:compileKotlin'.",
      "> Could not resolve all files for configuration ':app:classpath'.",
      '   > Could not find org.foo:bar:{v}.',
    ],
    [
      'FAILURE: Build failed with an exception.',
      '',
      '* What went wrong:',
      "Execution failed for task ':app:processResources'.",
      '> A failure occurred while executing com.android.Aapt',
      '   > AAPT2 daemon startup failed',
    ],
  ],
  mix: [
    [
      '===> Compiling src/bear.erl failed',
      "src/bear.erl:none: undefined parse transform 'lager_transform'",
      '',
      '** (Mix.Error) Could not compile dependency :bear, "{d}/.mix/rebar3 bare compile --paths "{d}/_build/dev/lib/*/ebin"" command failed.',
    ],
    [
      '===> Compiling src/bear.erl failed',
      'src/bear.erl:{n}: syntax error before: maybe',
      '',
      '** (Mix.Error) Could not compile dependency :bear, "{d}/.mix/rebar3 bare compile --paths "{d}/_build/dev/lib/*/ebin"" command failed.',
    ],
  ],
  gyp: [
    [
      'gmake: g++: Command not found',
      'gyp ERR! build error',
      'gyp ERR! stack Error: `gmake` failed with exit code: 2',
      'gyp ERR! cwd {d}/node_modules/bcrypt',
    ],
    [
      '../src/fsevents.cc:{n}:{n}: fatal error: CoreServices.h: No such file or directory',
      'gyp ERR! build error',
      'gyp ERR! stack Error: `gmake` failed with exit code: 2',
      'gyp ERR! cwd {d}/node_modules/fsevents',
    ],
  ],
  qmake: [['Project ERROR: Unknown module(s) in QT: webenginewidgets'], ['Project ERROR: Unknown module(s) in QT: x11extras']],
  test: [
    ['FAIL: test-poll', 'FAIL test-poll (exit status: 1)', '# FAIL: 1'],
    ['FAIL: test-lock', 'FAIL test-lock (exit status: 1)', '# FAIL: 1'],
  ],
  'python exception': [
    [
      'Traceback (most recent call last):',
      '  File "{d}/setup.py", line {n}, in check_os',
      '    assert sys.platform in KNOWN',
      'AssertionError',
    ],
    [
      'Traceback (most recent call last):',
      '  File "{d}/setup.py", line {n}, in check_cpu',
      '    assert machine() in CPUS',
      'AssertionError',
    ],
  ],
  'version script': [
    ["ld: error: version script assignment of 'LIBPKG_1.4' to symbol '__progname' failed: symbol not defined"],
    ["ld: error: version script assignment of 'LIBPKG_1.4' to symbol 'environ' failed: symbol not defined"],
  ],
  'target of the stop': [
    ['gmake: *** [Makefile:{n}: gen.h] Segmentation fault (core dumped)'],
    ['gmake: *** [Makefile:{n}: tables.c] Segmentation fault (core dumped)'],
  ],
  xsltproc: [
    [
      'I/O error : Attempt to load network entity http://docbook.sourceforge.net/release/xsl/current/manpages/docbook.xsl',
      'gmake: *** [Makefile:{n}: foo.1] Error 4',
    ],
    [
      'I/O error : Attempt to load network entity http://docbook.sourceforge.net/release/xsl/current/html/chunk.xsl',
      'gmake: *** [Makefile:{n}: foo.html] Error 4',
    ],
  ],
  busy: [
    ['./mkbuiltins: ./genops: Text file busy', '*** [ops.h] Error code 126'],
    ['./mksyntax: ./genlex: Text file busy', '*** [lex.h] Error code 126'],
  ],
  zig: [
    ["src/main.zig:{n}:{n}: error: use of undeclared identifier 'epoll'"],
    ["src/main.zig:{n}:{n}: error: use of undeclared identifier 'kqueue1'"],
  ],
  D: [
    ['source/app.d({n},{n}): Error: undefined identifier `pidfd`'],
    ['source/app.d({n},{n}): Error: undefined identifier `futex`'],
  ],
  TeX: [["! LaTeX Error: File `minted.sty' not found."], ["! LaTeX Error: File `upquote.sty' not found."]],
  automake: [
    [
      'Makefile.am:{n}: error: HAVE_DTRACE does not appear in AM_CONDITIONAL',
      'autoreconf: error: automake failed with exit status: 1',
    ],
    [
      'Makefile.am:{n}: error: HAVE_NLS does not appear in AM_CONDITIONAL',
      'autoreconf: error: automake failed with exit status: 1',
    ],
  ],
  assertion: [
    ['Assertion failed: (fd >= 0), function open_all, file gen.c, line {n}.', '*** [gen.h] Abort trap'],
    ['Assertion failed: (p != NULL), function read_all, file gen.c, line {n}.', '*** [gen.h] Abort trap'],
  ],
  'options of the port': [
    ['====> You must select one and only one option from the GSSAPI single'],
    ['====> You must select one and only one option from the TLS single'],
  ],
  'nothing but the stop': [
    ['./configure-it', 'This system has no futex', '*** [config.status] Error code 1'],
    ['./configure-it', 'This system has no epoll', '*** [config.status] Error code 1'],
  ],
};

/** Reports of jobs that a make with -j runs at the same time. */
export const PARALLEL: readonly (readonly string[])[] = [
  [
    "src/a.c:{n}:{n}: error: 'IFM_11A' undeclared (first use in this function)",
    '  {n} |   x = IFM_11A;',
    '      |       ^',
    "src/a.c:{n}:{n}: error: expected ';' before 'y'",
    'gmake[1]: *** [Makefile:{n}: src/a.o] Error 1',
  ],
  [
    'src/b.c:{n}:{n}: fatal error: sys/epoll.h: No such file or directory',
    'compilation terminated.',
    'gmake[1]: *** [Makefile:{n}: src/b.o] Error 1',
  ],
  [
    'In file included from src/main.c:{n}:',
    'include/os.h:{n}:{n}: error: #error "unknown system"',
    "src/main.c:{n}:{n}: error: 'os_open' undeclared",
    'gmake[1]: *** [Makefile:{n}: src/main.o] Error 1',
  ],
  [
    "/usr/local/bin/ld: tool.o: in function `main':",
    "tool.c:(.text+0x{h}): undefined reference to `kvm_open2'",
    'collect2: error: ld returned 1 exit status',
    'gmake[1]: *** [Makefile:{n}: tool] Error 1',
  ],
  ['cat: cfg/list.mk: No such file or directory', 'gmake[1]: *** [Makefile:{n}: list.h] Error 1'],
  ['cp: gen/table.c: No such file or directory', 'gmake[1]: *** [Makefile:{n}: table.c] Error 1'],
  [
    'error[E0433]: failed to resolve: could not find `unix` in `os`',
    ' --> src/lib.rs:{n}:{n}',
    '  |',
    '{n} | use std::os::unix::fs;',
    '  |              ^^^^ could not find `unix` in `os`',
    '',
    'error: could not compile `walk` (lib) due to 1 previous error',
  ],
  [
    'error[E0308]: mismatched types',
    ' --> cargo-crates/nix-{v}/src/sys.rs:{n}:{n}',
    '  |',
    '{n} |     let a: u8 = b;',
    '  |             --  ^ expected `u8`, found `u16`',
    '',
    'error: could not compile `nix` (lib) due to 1 previous error',
  ],
];

/** The same by ninja, which names a target and then what its command printed. */
export const BY_NINJA: readonly (readonly string[])[] = [
  [
    'FAILED: [code=1] src/liba.p/a.c.o',
    'cc -Isrc -o src/liba.p/a.c.o -c ../src/a.c',
    "../src/a.c:{n}:{n}: error: 'IFM_11A' undeclared (first use in this function)",
    "../src/a.c:{n}:{n}: error: expected ';' before 'y'",
  ],
  [
    'FAILED: [code=1] src/liba.p/b.c.o',
    'cc -Isrc -o src/liba.p/b.c.o -c ../src/b.c',
    '../src/b.c:{n}:{n}: fatal error: sys/epoll.h: No such file or directory',
    'compilation terminated.',
  ],
  [
    'FAILED: [code=1] src/tool',
    'cc -o src/tool src/tool.p/tool.c.o',
    "/usr/local/bin/ld: src/tool.p/tool.c.o: in function `main':",
    "tool.c:(.text+0x{h}): undefined reference to `kvm_open2'",
    'collect2: error: ld returned 1 exit status',
  ],
];
