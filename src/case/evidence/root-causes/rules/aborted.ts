import {rulesOf} from './rule.ts';

/**
 * What ends a build from outside the port: the machine's memory, disk or processes, a watchdog, a compiler that crashes. Tried
 * before all others, since such a line may also have the form of another tool. The fact `stop` has the class.
 */
export const ABORTED = rulesOf('runtime', [
  {
    form: /No space left on device|Dis[ck] quota exceeded|write failed, file ?system is full|: file ?system full/,
    extraFacts: {stop: 'disk'},
    examples: [
      'cp: a: No space left on device',
      'fetch: foo-1.2.tar.gz: No space left on device',
      'tee: out.log: Disc quota exceeded',
      '/construction: write failed, filesystem is full',
      'mv: rename a to b: file system full',
    ],
  },
  {
    form: /^=> \S+ is not writable by you; cannot fetch|^=> \S+ is a broken symlink/,
    extraFacts: {stop: 'distfiles'},
    examples: ['=> /distfiles is not writable by you; cannot fetch.', '=> /distfiles/foo-1.2.tar.gz is a broken symlink.'],
  },
  {
    form: /^(?!\S+:\d+:(?:\d+:)? (?:fatal )?error: |.*configure: error: ).*(?:virtual memory exhausted|\b[Oo]ut of memory\b|[Cc]annot allocate memory|LLVM ERROR: out of memory|memory exhausted|[Hh]eap exhausted|heap limit Allocation failed|java\.lang\.OutOfMemoryError|insufficient memory for the Java|std::bad_alloc|memory allocation of \d+ bytes failed|\bMemoryError\b|fatal error: out of memory allocating)/,
    extraFacts: {stop: 'memory'},
    examples: [
      'virtual memory exhausted: Cannot allocate memory',
      'rustc: out of memory',
      'cc1plus: out of memory allocating 65536 bytes after a total of 1073741824 bytes',
      'cc1: memory exhausted',
      'Heap exhausted (no more space for allocation).',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
      'There is insufficient memory for the Java Runtime Environment to continue.',
      "terminate called after throwing an instance of 'std::bad_alloc'",
      'memory allocation of 268435456 bytes failed',
      'MemoryError',
      'gmake: vfork: Cannot allocate memory',
    ],
  },
  {
    form: /(?:[Ff]ork|[Cc]annot create thread|pthread_create)\b.*(?:Resource temporarily unavailable|No more processes)|^\S*sh: (?:\d+: )?Cannot (?:v?fork)\b/,
    extraFacts: {stop: 'processes'},
    examples: ['gmake: vfork: Resource temporarily unavailable', 'sh: fork: No more processes', '/bin/sh: 1: Cannot fork'],
  },
  {
    form: /Killed signal|^Killed(?:: 9)?$|terminated with signal 9|signal: 9\b|unable to execute command: Killed|signal terminated program|^\S*make(?:\[\d+\])?: \*\*\* \[.*\] Killed|^\s*\*\*\* (?:\[[^\]]*\] )?Signal 9$|internal compiler error: Killed|: line \d+: +\d+ Killed\b/,
    extraFacts: {stop: 'killed'},
    examples: [
      'g++: fatal error: Killed signal terminated program cc1plus',
      'Killed',
      'Killed: 9',
      'collect2: fatal error: ld terminated with signal 9 [Killed]',
      "  process didn't exit successfully: `rustc --crate-name serde` (signal: 9, SIGKILL: kill)",
      'c++: error: unable to execute command: Killed',
      'gcc: fatal error: Terminated signal terminated program cc1',
      'gmake[2]: *** [Makefile:12: big.o] Killed',
      '*** [big.o] Signal 9',
      'g++: internal compiler error: Killed (program cc1plus)',
      './build.sh: line 12: 4711 Killed                  ./big',
    ],
  },
  {
    form: /: Text file busy\b/,
    extraFacts: {stop: 'busy'},
    examples: ['/bin/sh: ./genops: Text file busy'],
  },
  {
    form: /internal compiler error|compiler unexpectedly panicked|clang(?:\+\+|-\d+)?: error: unable to execute command: |clang frontend command failed|fatal error: error in backend: |^LLVM ERROR: |ghc: panic! |GNAT BUG DETECTED|internal error, aborting at|^(?:\S*\/)?(?:ld|as)\S*: (?:BFD .* )?internal error\b|javac: .*An exception has occurred in the compiler|An exception has occurred in the compiler/,
    extraFacts: {stop: 'compiler'},
    examples: [
      'x.c:3: internal compiler error: in foo, at bar.c:3',
      'error: the compiler unexpectedly panicked. this is a bug.',
      'clang: error: unable to execute command: Segmentation fault (core dumped)',
      'c++: error: clang frontend command failed due to signal (use -v to see invocation)',
      'fatal error: error in backend: Cannot select: intrinsic %llvm.x86.foo',
      'LLVM ERROR: Cannot select: t42: v4i32 = foo',
      "ghc: panic! (the 'impossible' happened)",
      '+===========================GNAT BUG DETECTED==============================+',
      'ld: BFD (GNU Binutils) 2.34 internal error, aborting at ../../bfd/merge.c:908 in _bfd_merged_section_offset',
      'An exception has occurred in the compiler (17.0.9). Please file a bug against the Java compiler',
    ],
  },
  {
    form: /^[\W\d]*(?:WATCHDOG\b|[Ww]atchdog (?:triggered|timeout|timed out))|^=>> Killing (?:runaway|timed out) build|^\W*[Kk]ill(?:ed|ing) .*\b(?:hung|runaway) process|^\W*build timed out after/,
    extraFacts: {stop: 'watchdog'},
    examples: [
      '*** WATCHDOG TIMEOUT: no output for 60 minutes, killing pid 4711',
      '###  Watchdog triggered: Hung process killed',
      '=>> Killing runaway build after 7200 seconds with no output',
      '=>> Killing timed out build after 36000 seconds',
      'Killing hung process group 4711',
      'build timed out after 14400 seconds',
    ],
  },
]);

/** A program that crashed: built by the port, or a tool. */
export const CRASHED = rulesOf('runtime', [
  {
    form: /failed to map segment|Segmentation fault|core dumped|Bus error|Illegal instruction|Abort trap|stack smashing|[Ff]loating point exception/,
    examples: [
      'ld-elf.so.1: liba.so: failed to map segment from shared object',
      'Segmentation fault (core dumped)',
      'Bus error',
      'Illegal instruction',
      'Abort trap',
      '*** stack smashing detected ***: terminated',
      'Floating point exception',
    ],
  },
]);
