import {rulesOf} from './rule.ts';

/** What reports that a build stopped, after its cause. */
const STOPS = rulesOf('make', [
  {
    form: /^\s*\*\*\* (\[[^\]]*\] )?(Error code|Signal|Stopped|Exited)\b/,
    kind: 'consequence',
    examples: ['*** [all] Error code 1', '*** Signal 11', '*** Stopped', '*** Exited 1'],
  },
  {
    form: /^\S*make(\[\d+\])?: (\*\*\* )?(\[.*\] (Error|Segmentation|Aborted|Terminated)|stopped|Waiting for|Target [`'])|^\S*make(\[\d+\])?: \*\*\* (\[|Deleting)/,
    kind: 'consequence',
    examples: [
      'gmake[2]: *** [Makefile:9: a.o] Error 1',
      '/usr/bin/make: stopped in /x',
      'gmake: *** Waiting for unfinished jobs....',
      "make[1]: Target `all' not remade because of errors.",
      "gmake: *** Deleting file 'a.o'",
    ],
  },
  {
    form: /^\s*Stop\.?$|^ninja: (build stopped|error: rebuilding)|^ninja: subcommand failed|^FAILED: |^FAILED \d\d:|^scons: (\*\*\* \[|building terminated)/,
    kind: 'consequence',
    examples: [
      'Stop.',
      'ninja: build stopped: subcommand failed.',
      "ninja: error: rebuilding 'build.ninja': subcommand failed",
      'ninja: subcommand failed',
      'FAILED: src/a.o',
      'FAILED 00:00:01',
      'scons: *** [a.o] Error 1',
      'scons: building terminated because of errors.',
    ],
  },
  {
    form: /^collect2: error: ld returned|linker command failed with exit code|final link failed|^compilation terminated|^===> Compilation failed/,
    kind: 'consequence',
    examples: [
      'collect2: error: ld returned 1 exit status',
      'clang: error: linker command failed with exit code 1',
      'ld: final link failed: bad value',
      'compilation terminated.',
      '===> Compilation failed unexpectedly.',
    ],
  },
  {
    form: /error: Aborting configure run|^configure: error: in [`']|^\S*make(\[\d+\])?: Fatal errors encountered|^gnatmake: .* compilation error/,
    kind: 'consequence',
    examples: [
      'error: Aborting configure run',
      "configure: error: in `/x':",
      'make: Fatal errors encountered -- cannot continue',
      'gnatmake: "a.adb" compilation error',
    ],
  },
  {
    form: /^\d+ errors?( and \d+ warnings?)? generated|^\s*\d+ errors?$|^(?:fatal error: )?too many errors emitted|: all warnings being treated as errors$/,
    kind: 'consequence',
    examples: [
      '3 errors generated.',
      '  2 errors',
      'too many errors emitted, stopping now',
      'cc1: all warnings being treated as errors',
    ],
  },
  {
    form: /^-- Configuring incomplete|^See also "|CMakeError\.log|^===> {2}Script "configure" failed/,
    kind: 'consequence',
    examples: [
      '-- Configuring incomplete, errors occurred!',
      'See also "/x/CMakeFiles/CMakeOutput.log".',
      'See also /x/CMakeFiles/CMakeError.log',
      '===>  Script "configure" failed unexpectedly.',
    ],
  },
  {
    form: /^===> Error: Plist issues found|^===> {2}Giving up on fetching|^=> port manually into|^A full log can be found|^autoreconf: error: \S+ failed|^autom4te: error: .* failed with exit status/,
    kind: 'consequence',
    examples: [
      '===> Error: Plist issues found.',
      '===>  Giving up on fetching files: x',
      '=> port manually into /distfiles and try again.',
      'A full log can be found at x',
      'autoreconf: error: autoconf failed with exit status: 1',
      'autom4te: error: m4 failed with exit status: 1',
    ],
  },
  {
    form: /^===> {2}(Cleanly applied|Patching|Applying)|^ERROR: One or more PKG_MESSAGE|^libtool: (error: )?`\S+' is not a valid libtool|^==> (SOME PATCHES FAILED|Look for FAILED)|^===>? ?FAILED to apply cleanly/,
    kind: 'consequence',
    examples: [
      '===>  Patching for foo failed',
      'ERROR: One or more PKG_MESSAGE',
      "libtool: error: `x.la' is not a valid libtool archive",
      '==> SOME PATCHES FAILED TO APPLY CLEANLY.',
      '==> Look for FAILED messages above.',
      '===> FAILED to apply cleanly dragonfly patch(es)  patch-a',
    ],
  },
  {
    form: /^BEGIN (?:not safe after errors|failed)--compilation aborted|^\S+ had (?:too many|compilation) errors|^Execution of \S+ aborted due to compilation errors|^Compilation failed in require at/,
    kind: 'consequence',
    examples: [
      'BEGIN not safe after errors--compilation aborted at x line 1.',
      'a.pl had too many errors.',
      'Execution of a.pl aborted due to compilation errors.',
      'Compilation failed in require at a.pl line 3.',
    ],
  },
  {
    form: /^Failed to install the following \d+ package|USE_PACKAGE_DEPENDS_ONLY set|STRICT_DEPENDS set|^tar: Error exit delayed|^Execution halted|^Fatal: (?:\(\d+\) )?Compilation aborted|^If you agree with the corresponding license/,
    kind: 'consequence',
    examples: [
      'Failed to install the following 1 package(s): /packages/All/bar-1.pkg',
      '===>   USE_PACKAGE_DEPENDS_ONLY set - not building missing dependency from source',
      '===>   dp_STRICT_DEPENDS set - Not installing missing dependencies.',
      'tar: Error exit delayed from previous errors.',
      'Execution halted',
      'Fatal: (1018) Compilation aborted',
      'If you agree with the corresponding license(s), add them to LICENSES_ACCEPTED either in make arguments or /etc/make.conf.',
    ],
  },
]);

/** What a program reports about another that it ran: its failure, and advice. */
const WRAPPERS = [
  ...rulesOf('cargo', [
    {
      form: /^error: could not compile|^error: aborting due to|^For more information about this error|^warning: build failed|^error: failed to run custom build command|^error: process didn't exit successfully|^Caused by:$/,
      kind: 'consequence',
      wraps: true,
      examples: [
        'error: could not compile `x`',
        'error: aborting due to 2 previous errors',
        'For more information about this error, try `rustc --explain`.',
        'warning: build failed, waiting for other jobs to finish...',
        'error: failed to run custom build command for `x v1.0.0`',
      ],
    },
  ]),
  ...rulesOf('python', [
    {
      form: /^error: (?:command|subprocess) .* (?:failed|exited)|^error: subprocess-exited-with-error|metadata-generation-failed|legacy-install-failure|^ERROR:? (?:Failed building|Failed to build (?!gem )|Could not build wheels|Command errored out|Backend subprocess exited|Exception:)|did not run successfully\.$|^note: This (?:error originates|is an issue with)|^Encountered error while|^hint: See (?:above|below)/,
      kind: 'consequence',
      wraps: true,
      examples: [
        "error: command 'cc' failed with exit code 1",
        'error: subprocess-exited-with-error',
        'error: metadata-generation-failed',
        'error: legacy-install-failure',
        'ERROR: Failed building wheel for foo',
        'ERROR: Could not build wheels for foo, which is required to install pyproject.toml-based projects',
        'ERROR Backend subprocess exited when trying to invoke build_wheel',
        '× python setup.py bdist_wheel did not run successfully.',
        'note: This error originates from a subprocess, and is likely not a problem with pip.',
        'Encountered error while generating package metadata.',
      ],
    },
  ]),
  ...rulesOf('java', [
    {
      form: /^\[ERROR\] (?:COMPILATION ERROR|Failed to execute goal .*(?:Compilation failure|There are test failures|: exec)|To see the full|Re-run Maven|For more information|After correcting|-> \[Help|\[Help|\s*mvn )|^\[INFO\] (?:BUILD FAILURE|\d+ errors?)|^FAILURE: Build failed|^BUILD FAILED|^\* (?:What went wrong|Try|Get more help)|^Execution failed for task|^\s*> (?:Compilation failed|Run with --|Get more help|A failure occurred|Could not resolve all |Process 'command)|Compile failed; see the compiler error|^\S+build\.xml:\d+: (?:The following error|Compile failed)|^\[error\] \(.*\) (?:Compilation failed|sbt)/,
      kind: 'consequence',
      wraps: true,
      examples: [
        '[ERROR] COMPILATION ERROR : ',
        '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.8.0:compile: Compilation failure',
        '[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.',
        '[ERROR] -> [Help 1]',
        '[INFO] BUILD FAILURE',
        'FAILURE: Build failed with an exception.',
        'BUILD FAILED in 2s',
        '* What went wrong:',
        "> Could not resolve all files for configuration ':classpath'.",
        "Execution failed for task ':compileJava'.",
        '> Compilation failed; see the compiler error output for details.',
        '/construction/build.xml:12: Compile failed; see the compiler error output for details.',
        '[error] (Compile / compileIncremental) Compilation failed',
      ],
    },
  ]),
  ...rulesOf('erlang', [
    {
      form: /^\*\* \(Mix(?:\.Error)?\) Could not compile|^could not compile dependency|^== Compilation error in file|^===> (?:Compiling \S+ failed|Errors? |Failed to restore)|^ERROR: compile failed|^==> .* \(compile\)$/,
      kind: 'consequence',
      wraps: true,
      examples: [
        '** (Mix.Error) Could not compile dependency :bear, "rebar3 bare compile" command failed.',
        'could not compile dependency :bear, "mix compile" failed.',
        '== Compilation error in file lib/foo.ex ==',
        '===> Compiling src/bear.erl failed',
        'ERROR: compile failed while processing /construction/x: rebar_abort',
      ],
    },
  ]),
  ...rulesOf('ruby', [
    {
      form: /^ERROR: +(?:Error installing|Failed to build gem native)|^\*{3} extconf\.rb failed|^extconf failed|^Could not create Makefile due to|^make failed, exit code|^Gem files will remain installed|^Results logged to|^An error occurred while installing|^rake aborted!|^(?:\/\S+\/)?mkmf\.log/,
      kind: 'consequence',
      wraps: true,
      examples: [
        'ERROR:  Error installing ffi-1.1.5.gem:',
        'ERROR: Failed to build gem native extension.',
        '*** extconf.rb failed ***',
        'extconf failed, exit code 1',
        'Could not create Makefile due to some reason, probably lack of necessary libraries and/or headers.',
        'make failed, exit code 2',
        'An error occurred while installing ffi (1.1.5), and Bundler cannot continue.',
        'rake aborted!',
      ],
    },
  ]),
  ...rulesOf('node', [
    {
      form: /^(?:npm (?:ERR!|error) )(?:code ELIFECYCLE|errno |\S+@\S+ \w+: |Exit status|Failed at the|This is probably not|A complete log|command |path )|^gyp ERR! (?:build error|configure error|not ok|stack Error: [`']\S+[`'] failed|System |command |cwd |node )|^error Command failed|^info Visit |^node-pre-gyp ERR! /,
      kind: 'consequence',
      wraps: true,
      examples: [
        'npm ERR! code ELIFECYCLE',
        'npm error Failed at the x@1.0.0 build script.',
        'gyp ERR! build error',
        'gyp ERR! stack Error: `gmake` failed with exit code: 2',
        'gyp ERR! not ok',
        'error Command failed with exit code 1.',
      ],
    },
  ]),
  ...rulesOf('haskell', [
    {
      form: /^(?:Error: )?(?:\[Cabal-7125\]|cabal\S*: (?:\[Cabal-7125\] )?Failed to build|(?:\[Cabal-7125\] )?Failed to build )|^Failed to build \S+\. |^Build log \(/,
      kind: 'consequence',
      wraps: true,
      examples: [
        'Error: [Cabal-7125]',
        'cabal: Failed to build foo-1.0',
        'Failed to build foo-1.0. The failure occurred during the configure step.',
      ],
    },
  ]),
  ...rulesOf('r', [
    {
      form: /^ERROR: (?:compilation|lazy loading|configuration|loading|installing Rd objects|package installation) failed for package|^ERROR: installing|^\* removing /,
      kind: 'consequence',
      wraps: true,
      examples: [
        "ERROR: compilation failed for package 'foo'",
        "ERROR: lazy loading failed for package 'foo'",
        "* removing '/construction/failed/library/foo'",
      ],
    },
  ]),
  ...rulesOf('compiler', [
    {
      form: /^Please submit a (?:full )?bug report|^PLEASE submit a bug report|^See <http.* for instructions|^Preprocessed source stored|^\S*: note: diagnostic msg:|^Stack dump:|^Cannot continue due to previous errors|^(?:msgfmt: )?found \d+ fatal errors?|^\S+link: running \S+ failed|^Extract(?:ion)? failed|^ERROR: \S+\/BUILD(?:\.bazel)?:\d+:\d+: .* failed/,
      kind: 'consequence',
      wraps: true,
      examples: [
        'Please submit a full bug report, with preprocessed source (by using -freport-bug).',
        'PLEASE submit a bug report to https://github.com/llvm/llvm-project/issues/ and include the crash backtrace.',
        'msgfmt: found 2 fatal errors',
        '/usr/local/go122/pkg/tool/dragonfly_amd64/link: running cc failed: exit status 1',
        'ERROR: /construction/src/BUILD:12:3: Compiling foo.cc failed: (Exit 1)',
      ],
    },
  ]),
];

export const CONSEQUENCES = [...STOPS, ...WRAPPERS];
