import {RootCauseScan, type RootCauses} from '../../../src/case/evidence/root-causes/index.ts';

function scan(lines: readonly string[], chunk = 65_536, baseline?: ReadonlySet<string>): RootCauses {
  const one = new RootCauseScan(baseline === undefined ? {} : {baseline});
  const log = Buffer.from(`${lines.join('\n')}\n`);
  for (let at = 0; at < log.length; at += chunk) one.take(log.subarray(at, at + chunk));
  return one.finish();
}

const stopped = ['*** Error code 1', '', 'Stop.', 'make: stopped in /xports/net/foo', '', 'FAILED 00:00:01'];

function built(...lines: string[]): string[] {
  return [
    '-- Phase: configure',
    'checking for gcc... gcc',
    '',
    'SUCCEEDED 00:00:01',
    '-- Phase: build',
    'cc -O2 -Werror -c error.c',
    ...lines,
    ...stopped,
  ];
}

describe('the first finding of what tools really print', () => {
  test.each<[string, string, ...string[]]>([
    [
      'a header, with how it was reached before it and what follows behind',
      'net.c:12:10: fatal error: blacklist.h: No such file or directory',
      'In file included from main.c:3:',
      'net.c:12:10: fatal error: blacklist.h: No such file or directory',
      '   12 | #include <blacklist.h>',
      'compilation terminated.',
      '*** Error code 1',
    ],
    [
      'the exception behind its traceback',
      "ImportError: cannot import name 'Feature' from 'setuptools'",
      'Traceback (most recent call last):',
      '  File "setup.py", line 3, in <module>',
      '    from setuptools import Feature',
      "ImportError: cannot import name 'Feature' from 'setuptools'",
    ],
    [
      "the compiler's error, not setuptools' word on it",
      'src/x.c:4:10: fatal error: foo.h: No such file or directory',
      'src/x.c:4:10: fatal error: foo.h: No such file or directory',
      "error: command '/usr/bin/cc' failed with exit code 1",
    ],
    [
      'the panic of a build script that cargo names later',
      "  thread 'main' panicked at build.rs:12:5:",
      'error: failed to run custom build command for `openssl-sys v0.9.1`',
      "  process didn't exit successfully: `/x/build-script-main` (exit status: 101)",
      "  thread 'main' panicked at build.rs:12:5:",
    ],
    [
      'what lld misses, and not the driver that says so',
      'ld: error: undefined symbol: procctl',
      'ld: error: undefined symbol: procctl',
      '>>> referenced by a.c:3',
      'cc: error: linker command failed with exit code 1 (use -v to see invocation)',
    ],
    [
      'the line of a Makefile, not that make cannot continue',
      'make: "/xports/x/Makefile" line 3: Malformed conditional (${X} == y)',
      'make: "/xports/x/Makefile" line 3: Malformed conditional (${X} == y)',
      'make: Fatal errors encountered -- cannot continue',
    ],
    [
      'what configure says, not where it is',
      'configure: error: C compiler cannot create executables',
      "configure: error: in `/x/y':",
      'configure: error: C compiler cannot create executables',
      "See `config.log' for more details",
    ],
    [
      'configure, not its own probes',
      'configure: error: cannot find foo',
      'conftest.c:12:10: fatal error: foo.h: No such file or directory',
      'configure: error: cannot find foo',
    ],
    [
      'the error, not what a test that passes wants to be said',
      'main.c:3:1: error: real',
      'ERROR: bad input, as wanted',
      'PASS: input',
      'main.c:3:1: error: real',
      'gmake[1]: *** [main.o] Error 1',
    ],
    [
      'a test that fails, among those that pass',
      'FAIL: test_foo',
      'PASS: test_a',
      'FAIL: test_foo',
      'PASS: test_b',
      '# TOTAL: 3',
      '# ERROR: 0',
    ],
    [
      'a test that fails, not what the makefile of the tests makes of it',
      'FAIL: test_foo',
      'FAIL: test_foo',
      'PASS: test_a',
      'fatal: 1 of 2 tests failed',
    ],
    ['the compiler, not tests that failed before it', 'main.c:3:1: error: real', 'FAIL: test_foo', 'main.c:3:1: error: real'],
    [
      'what stops the build, not a program that it could do without',
      'error: no such input',
      'sh: 1: ./autogen.sh: not found',
      ...Array.from({length: 60}, (_, i) => `checking for ${i}... yes`),
      'error: no such input',
    ],
    [
      'a program that is not there',
      '/bin/sh: gperf: not found',
      'gperf -t foo',
      '/bin/sh: gperf: not found',
      'gmake: *** [a] Error 127',
    ],
    ['sed', 'sed: 1: "s/x": unterminated substitute pattern', 'sed: 1: "s/x": unterminated substitute pattern'],
    [
      'what came before the stop, not what the stop interrupts',
      'a.c:3:1: error: bad',
      'a.c:3:1: error: bad',
      '*** [a.o] Error code 1',
      'b.c:4:1: error: due to interrupt',
    ],
    ['IGNORE', '===>  foo-1.0 is only for FreeBSD 14+.', '===>  foo-1.0 is only for FreeBSD 14+.'],
    [
      'go',
      'package x/y: build constraints exclude all Go files in /x/y',
      'package x/y: build constraints exclude all Go files in /x/y',
    ],
  ])('%s', (_, wanted, ...lines) => {
    expect(scan(built(...lines)).findings[0]).toMatchObject({text: wanted, phase: 'build'});
  });
});

test.each([
  ["gmake[2]: *** No rule to make target 'src/foo.h', needed by 'a.o'.  Stop.", 'src/foo.h'],
  ["make[2]: don't know how to make foo.tar.gz. Stop", 'foo.tar.gz'],
  ["make: don't know how to make all", 'all'],
])('the target of: %s', (line, target) => {
  expect(scan(built(line)).findings[0]?.facts).toEqual({target});
});

const found = (log: readonly string[]) => scan(log).findings.map(({line, text}) => `${line} ${text}`);

test('an error in a header belongs to the target whose source includes it, before errors of other jobs', () => {
  const log = [
    '-- Phase: build',
    'b.c:3:1: error: another job fails as well',
    'In file included from ../lib/blkdev.c:12:',
    '                 from ../lib/more.h:3:',
    '/usr/include/sys/disk.h:48:2: error: #error "This file should not be included by userland programs."',
    "../lib/blkdev.c:101:22: error: 'DIOCGMEDIASIZE' undeclared (first use in this function)",
    'gmake[2]: *** [Makefile:9: lib/blkdev.lo] Error 1',
    'FAILED 00:00:01',
  ];
  expect(found(log).map((line) => Number(/^\d+/.exec(line)?.[0]))).toEqual([5, 6, 2, 7]);
});

const commands = Array.from({length: 20}, (_, at) => `cc -O2 -c util/mod_${at}.c -o util/mod_${at}.o`);

test.each([
  ['another tool of the base system', 'install: foo.1.gz: No such file or directory'],
  ['an error of a tool that has no rule', 'error: no version found'],
  ['a hint', 'frob: unable to open the frobnicator'],
  ['a message that no rule knows', "pw: user 'foo' disappeared during update"],
  ['a line with a file that no rule knows', 'lex.l:12: unrecognized rule'],
])('a file that a tool did not find long before is no rival for %s', (_, cause) => {
  const [top] = found([
    '-- Phase: stage',
    'cat: util/mod.deps: No such file or directory',
    ...commands,
    cause,
    '*** Error code 1',
  ]);
  expect(top).toBe(`23 ${cause}`);
});

test('but it is the cause where the build stops right behind it', () => {
  const log = [
    '-- Phase: stage',
    'the frob is undefined',
    ...commands,
    'cat: cfg.mk: No such file or directory',
    commands[0] ?? '',
  ];
  expect(found([...log, '*** Error code 1'])[0]).toBe('23 cat: cfg.mk: No such file or directory');
});

test('a command, a warning or a report of progress before the stop is no cause', () => {
  for (const line of ['  GEN nodes.h', 'a.c:3: warning: unused', 'cc: -c a.c -o a.o', 'libtool: compile:  cc -c a.c'])
    expect(found(['-- Phase: build', line, '*** Error code 1'])).toEqual(['3 *** Error code 1']);
});

test('the message of a program that runs another one is not where the build stopped', () => {
  const noise = Array.from({length: 300}, (_, at) => `      copying ${at}`);
  const log = [
    'error: subprocess-exited-with-error',
    ...noise,
    "      ModuleNotFoundError: No module named 'six'",
    '*** Error code 1',
  ];
  expect(found(log)).toEqual(["302       ModuleNotFoundError: No module named 'six'", '303 *** Error code 1']);
});

test('a patch file has as facts what patch said of it, and nothing of the one before', () => {
  const {findings} = scan([
    '-- Phase: patch',
    'Ignoring previously applied (or reversed) patch.',
    '2 out of 2 hunks ignored--saving rejects to src/a.c.rej',
    '1 out of 3 hunks failed--saving rejects to src/b.c.rej',
    '===>  FAILED Applying dragonfly patch-src_a.c',
    '1 out of 1 hunks failed--saving rejects to c.c.rej',
    '===>  FAILED Applying FreeBSD patch-c.c',
    ...stopped,
  ]);
  const facts = findings.filter((one) => one.facts.patch !== undefined).map((one) => one.facts);
  expect(facts).toEqual([
    {kind: 'dragonfly', patch: 'patch-src_a.c', rejects: 'src/a.c\nsrc/b.c', applied: 'yes'},
    {kind: 'files', patch: 'patch-c.c', rejects: 'c.c'},
  ]);
});

test('two headers that are missing are two findings, each once', () => {
  const missing = (file: string, header: string): string => `${file}.c:1:10: fatal error: ${header}: No such file or directory`;
  const {findings} = scan(built(missing('a', 'x.h'), missing('b', 'y.h'), missing('c', 'x.h')));
  expect(findings.filter((one) => one.kind === 'cause').map((one) => [one.facts.header, one.count])).toEqual([
    ['x.h', 3],
    ['y.h', 3],
  ]);
});

test('a form of the good log is known although another word stands at its wildcard', () => {
  const good = new RootCauseScan();
  good.take(Buffer.from('tool: error: no hope for alpha today\ntool: error: no hope for beta today\n'));
  const log = built('tool: error: no hope for gamma today', 'other.c:2:2: error: this is new');
  expect(
    scan(log, 65_536, good.forms())
      .findings.slice(0, 2)
      .map(({text, isNew}) => [text, isNew]),
  ).toEqual([
    ['other.c:2:2: error: this is new', true],
    ['tool: error: no hope for gamma today', false],
  ]);
});

describe('signatures of causes whose first line names none', () => {
  const patched = (name: string): string[] => [
    'Ignoring previously applied (or reversed) patch.',
    '1 out of 1 hunks ignored--saving rejects to x.c.rej',
    `===>  FAILED Applying dragonfly ${name}`,
  ];
  test.each<[string, string[], string[]]>([
    [
      'cmake',
      ['CMake Error at CMakeLists.txt:12 (find_package):', '  Could not find a package configuration file provided by "Foo"'],
      ['CMake Error at CMakeLists.txt:12 (find_package):', '  Could not find a package configuration file provided by "Bar"'],
    ],
    [
      'a panic',
      ["thread 'main' panicked at build.rs:12:5:", 'no OpenSSL here'],
      ["thread 'main' panicked at build.rs:12:5:", 'no zlib here'],
    ],
    ['a patch', patched('patch-a.c'), patched('patch-b.c')],
    ['a plist', ['Error: Orphaned: lib/foo/README'], ['Error: Orphaned: share/foo/README']],
    ['a plist of more', ['Error: Orphaned: lib/a', 'Error: Orphaned: lib/b'], ['Error: Orphaned: lib/a']],
  ])('%s', (_, one, other) => {
    const signature = scan(built(...one)).signature;
    expect(signature).toMatch(/^[0-9a-f]{16}$/);
    expect(scan(built('cc -c more.c', ...one)).signature).toBe(signature);
    expect(scan(built(...other)).signature).not.toBe(signature);
  });

  test('versions in a plist make no difference', () => {
    const [one, other] = ['1.2.3', '1.10'].map((version) => scan(built(`Error: Missing: lib/libfoo.so.${version}`)).signature);
    expect(one).toBe(other);
  });
});

describe('what a log may do to the scan', () => {
  test('a line of more than 1 MB gives the same whatever its chunks are', () => {
    const words = 'word '.repeat(250_000);
    const log = built(`${words}lib.c:1:2: error: inside${words}`, 'x.c:1:1: error: behind', 'y '.repeat(700_000), 'end');
    const whole = scan(log);
    expect(whole.findings.map((one) => one.line)).toEqual([7, 8, 11]);
    for (const size of [4_099, 70_001, 3 << 20]) expect(scan(log, size)).toEqual(whole);
  });

  test('a progress bar that says error a hundred thousand times does not hide what its line ends with', () => {
    const bar = Array.from({length: 100_000}, (_, i) => `${i} errors so far`).join('\r');
    expect(scan(built(`${bar}\rlib.c:1:2: error: at the end`)).findings[0]?.text).toBe('lib.c:1:2: error: at the end');
  });

  test('a log of countless phases is still read, and keeps the one that failed', () => {
    const phases = Array.from({length: 5_000}, (_, i) => [`-- Phase: p${i}`, `p${i}.c:1:1: error: in ${i}`]).flat();
    const real = ['main.c:1:1: error: real', 'main.c:2:1: error: another thing of it'];
    const causes = scan([...built(...real), ...phases]);
    expect(causes.failedPhase).toBe('build');
    expect(causes.findings.slice(0, 2).map((one) => one.text)).toEqual(real);
    expect(causes.phases.length).toBeLessThan(100);
  });
});
