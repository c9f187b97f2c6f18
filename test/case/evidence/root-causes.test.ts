import fc from 'fast-check';
import {RootCauseScan, type RootCauses, rootCauseText} from '../../../src/case/evidence/root-causes/index.ts';

function scan(log: string | readonly string[], options: ConstructorParameters<typeof RootCauseScan>[0] = {}): RootCauses {
  const one = new RootCauseScan(options);
  one.take(Buffer.from(typeof log === 'string' ? log : `${log.join('\n')}\n`));
  return one.finish();
}

const phase = (name: string, ...lines: string[]): string[] => ['-'.repeat(79), `-- Phase: ${name}`, '-'.repeat(79), ...lines];
const failed = ['*** Error code 1', '', 'Stop.', 'make: stopped in /xports/net/foo', '', 'FAILED 00:00:01'];

describe('families', () => {
  test.each([
    ['compiler', 'a.c:3:10: fatal error: sys/capsicum.h: No such file or directory', {header: 'sys/capsicum.h'}],
    ['compiler', "a.c:3:10: fatal error: 'sys/capsicum.h' file not found", {header: 'sys/capsicum.h'}],
    [
      'compiler',
      "../src/drivers/driver_bsd.c:641:24: error: 'IFM_IEEE80211_VHT5G' undeclared (first use in this function)",
      {symbol: 'IFM_IEEE80211_VHT5G'},
    ],
    ['compiler', "x.cc:1:2: error: use of undeclared identifier 'strtonum'", {symbol: 'strtonum'}],
    ['compiler', './terminal.c:583:13: error: lvalue required as left operand of assignment', {}],
    ['compiler', 'gcc: error: unrecognized command-line option ‘-fno-such’', {}],
    ['linker', "rangearg.c:(.text.startup+0x3c): undefined reference to `strtonum'", {symbol: 'strtonum'}],
    ['linker', 'ld: error: undefined symbol: kinfo_getfile', {symbol: 'kinfo_getfile'}],
    ['linker', '/usr/bin/ld: cannot find -lexecinfo: No such file or directory', {library: 'execinfo'}],
    ['cmake', 'CMake Error at CMakeLists.txt:12 (find_package):', {}],
    ['meson', 'meson.build:12:0: ERROR: Dependency "libudev" not found, tried pkgconfig', {library: 'libudev'}],
    ['autoconf', 'configure: error: no event backend is known for this system', {}],
    ['autoconf', 'configure.ac:10: error: possibly undefined macro: AX_PTHREAD', {macro: 'AX_PTHREAD'}],
    ['cargo', 'error[E0432]: unresolved import `libc::kqueue1`', {}],
    ['go', './term.go:12:3: undefined: syscall.TIOCGETA', {}],
    ['python', "ModuleNotFoundError: No module named 'setuptools_scm'", {module: 'setuptools_scm'}],
    ['perl', "Can't locate Types/Serialiser.pm in @INC (you may need to install it) at -e line 1.", {module: 'Types/Serialiser'}],
    ['plist', 'Error: Orphaned: libexec/nut/microsol-apc', {orphaned: 'libexec/nut/microsol-apc'}],
    ['plist', 'Error: Missing: /etc/X11/xrdp/xorg.conf', {missing: '/etc/X11/xrdp/xorg.conf'}],
    ['patch', '===>  FAILED Applying dragonfly patch-lib_getopt.c', {kind: 'dragonfly', patch: 'patch-lib_getopt.c'}],
    ['patch', '1 out of 1 hunks failed--saving rejects to lib/getopt.c.rej', {rejects: 'lib/getopt.c'}],
    ['patch', 'Ignoring previously applied (or reversed) patch.', {applied: 'yes'}],
    [
      'pkg',
      "pkg: No packages available to install matching '/packages/All/libtextstyle-0.22.5.pkg' have been found in the repositories",
      {package: '/packages/All/libtextstyle-0.22.5.pkg'},
    ],
    ['fetch', '=> SHA256 Checksum mismatch for SDL2-2.28.5.tar.gz.', {distfile: 'SDL2-2.28.5.tar.gz'}],
    ['framework', 'Unknown USES=alias', {uses: 'alias'}],
    [
      'framework',
      '===>  Missing license file for BSD2CLAUSE in /xports/COPYRIGHT',
      {license: 'BSD2CLAUSE', license_file: '/xports/COPYRIGHT'},
    ],
    ['framework', "make: don't know how to make all-sources. Stop", {target: 'all-sources'}],
    ['make', 'Makefile:12: *** missing separator.  Stop.', {}],
    ['runtime', 'cp: /construction/x: No space left on device', {}],
  ])('%s: %s', (family, line, facts) => {
    const [first] = scan([...phase('build', 'cc -c -Werror error.c', line, ...failed)]).findings;
    expect(first).toMatchObject({line: 5, text: line, phase: 'build', family, kind: 'cause', facts});
  });
});

test.each([
  'checking for error.h... yes',
  'cc -O2 -Werror=format -c src/error.c -o error.o',
  'rm: fatal_log: No such file or directory (ignored)',
  '-- Performing Test HAVE_CAPSICUM - Failed',
  'a.c:3:1: warning: this would be an error: undefined behaviour [-Wfoo]',
  '# ERROR: 0',
  'libtool: compile:  cc -c -DERROR=1 perror.c',
])('%s is no finding', (line) => {
  expect(scan([...phase('build', line)]).findings).toEqual([]);
});

test('a cause comes before what only follows from it, and the phase that stopped before the others', () => {
  const causes = scan([
    ...phase('configure', 'configure: error: not really', '', 'SUCCEEDED 00:00:01'),
    ...phase(
      'build',
      'cc -c a.c',
      'a.c:1:2: error: bad thing',
      'gmake[2]: *** [Makefile:3: a.o] Error 1',
      'gmake[1]: *** [all] Error 2',
      ...failed,
    ),
  ]);
  expect(causes.failedPhase).toBe('build');
  expect(causes.phases.map((one) => one.name)).toEqual(['configure', 'build']);
  expect(causes.findings.map(({line, kind}) => [line, kind])).toEqual([
    [11, 'cause'],
    [4, 'cause'],
    [12, 'consequence'],
  ]);
});

test("the jobs of a parallel make are told apart: the target that stopped wins, and the context is its job's own", () => {
  const noise = (name: string): string[] => [
    `cc -O2 -c ${name}.c -o ${name}.o`,
    `${name}.c:7:1: warning: unused variable 'x'`,
    '    7 | int x;',
  ];
  const causes = scan([
    ...phase(
      'build',
      'Error: a test that wants this to be said',
      ...noise('alpha'),
      "beta.c: In function 'main':",
      ...noise('gamma'),
    ),
    "beta.c:9:3: error: 'y' undeclared",
    ...noise('delta'),
    '    9 |   y = 1;',
    'beta.c:9:3: note: each undeclared identifier is reported only once',
    ...noise('omega'),
    'gmake[1]: *** [Makefile:9: beta.o] Error 1',
    ...noise('psi'),
    ...failed,
  ]);
  const [first] = causes.findings;
  expect(first?.text).toBe("beta.c:9:3: error: 'y' undeclared");
  expect(first?.context.lines).toEqual(
    expect.arrayContaining(["beta.c: In function 'main':", 'beta.c:9:3: note: each undeclared identifier is reported only once']),
  );
  expect(first?.context.lines.join('\n')).not.toMatch(/alpha|gamma|delta|omega|psi/);
});

test('lines of one form are counted and shown once; every entry of the plist is in the facts', () => {
  const entries = Array.from({length: 30}, (_, i) => `share/doc/file${String.fromCharCode(97 + (i % 26))}${i}.html`);
  const causes = scan([
    ...phase('check-plist', ...entries.map((one) => `Error: Orphaned: ${one}`), 'Error: Missing: bin/old', ...failed),
  ]);
  expect(causes.findings[0]?.facts).toEqual({orphaned: entries.join('\n'), missing: 'bin/old'});
  const same = scan([
    ...phase('build', ...Array.from({length: 50}, (_, i) => `a.c:${i}:1: error: 'foo${i}' undeclared`), ...failed),
  ]);
  expect(same.findings.filter((one) => one.kind === 'cause')).toMatchObject([{line: 4, count: 50}]);
});

test('what the last good log has too comes behind what is new', () => {
  const noisy = 'tool.c:1:1: error: this is always said';
  const good = new RootCauseScan();
  good.take(Buffer.from(`${[...phase('build', noisy, 'SUCCEEDED 00:00:01')].join('\n')}\n`));
  const log = [...phase('build', noisy, 'other.c:2:2: error: this is new', ...failed)];
  expect(scan(log).findings[0]?.text).toBe(noisy);
  const causes = scan(log, {baseline: good.forms()});
  expect(causes.findings.slice(0, 2).map(({text, isNew}) => [text, isNew])).toEqual([
    ['other.c:2:2: error: this is new', true],
    [noisy, false],
  ]);
});

describe('any bytes', () => {
  test('one line of 10 MB, with the error in its midst', () => {
    const piece = 'x'.repeat(5 << 20);
    const [first] = scan([...phase('build', `${piece} a.c:1:2: error: found it ${piece}`, ...failed)]).findings;
    expect(first).toMatchObject({line: 4, text: expect.stringContaining('a.c:1:2: error: found it')});
    expect(first?.text.length).toBeLessThanOrEqual(400);
  });

  test('NUL, colours, overwritten lines and bytes that are no UTF-8', () => {
    const log = Buffer.concat([
      Buffer.from('10%\r99%\rx\0y.c:1:2: \u001b[31merror:\u001b[0m b'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('ad\n'),
    ]);
    const one = new RootCauseScan();
    one.take(log);
    expect(one.finish().findings[0]?.text).toBe('xy.c:1:2: error: b\ufffd\ufffdad');
  });

  test('the pieces that it comes in make no difference', () => {
    const words = [
      'a.c:1:2: error: x',
      'gmake: *** [a.o] Error 1',
      '-- Phase: build',
      'ok ü',
      '',
      'FAILED 00:00:01',
      'b.c:9: error: ‘y’',
      'cc -c b.c',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), {maxLength: 60}),
        fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 9}),
        (lines, sizes) => {
          const log = Buffer.from(lines.join('\n'));
          const one = new RootCauseScan();
          for (let at = 0, i = 0; at < log.length; i += 1) {
            const size = sizes[i % sizes.length] as number;
            one.take(log.subarray(at, at + size));
            at += size;
          }
          expect(one.finish()).toEqual(scan(lines.join('\n')));
        },
      ),
    );
  });
});

test('the signature is the same over paths, versions, line numbers and pids, and another for another cause', () => {
  const signature = (dir: string, version: string, line: number, pid: number, symbol = 'kqueue1'): string =>
    scan([
      ...phase(
        'build',
        `make[${pid}]: hello`,
        `${dir}/foo-${version}/src/a.c:${line}:3: error: '${symbol}' undeclared`,
        ...failed,
      ),
    ]).signature;
  const path = fc
    .array(fc.stringMatching(/^[a-z0-9_.]{1,8}$/), {minLength: 1, maxLength: 4})
    .map((parts) => `/${parts.join('/')}`);
  const version = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => `${a}.${b}`);
  fc.assert(
    fc.property(path, version, fc.nat(9999), fc.nat(99999), (dir, ver, line, pid) => {
      expect(signature(dir, ver, line, pid)).toBe(signature('/construction', '1.0', 10, 1));
    }),
  );
  expect(signature('/a', '1.0', 1, 1, 'kqueue2')).not.toBe(signature('/a', '1.0', 1, 1));
  expect(scan(['all is well']).signature).toBe('');
});

test('the text names line, phase and family, and is bounded', () => {
  const log = [
    ...phase(
      'build',
      ...Array.from({length: 40}, (_, i) => `f${i}.c:${i}:1: error: ${'word '.repeat(i + 3)}${'x'.repeat(300)}`),
      ...failed,
    ),
  ];
  const text = rootCauseText(scan(log), 3000);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3000);
  expect(text).toMatch(/^It stopped in phase build, lines 2 to \d+ of \d+\.\n\n1\. line 4, build, compiler/);
});

test('a symbol that the linker misses has the warning of the compiler that no header declares it', () => {
  const log = [
    'a.c:12:3: warning: implicit declaration of function ‘strtonum’; did you mean ‘strtok’? [-Wimplicit-function-declaration]',
    "b.c:7:1: warning: call to undeclared function 'other'; ISO C99 and later do not support implicit function declarations",
    ...Array.from({length: 60}, (_, at) => `cc -c c${at}.c -o c${at}.o`),
    "a.o: in function `main': a.c:(.text+0x3c): undefined reference to `strtonum'",
    "b.o: in function `x': b.c:(.text+0x3c): undefined reference to `third'",
  ];
  const causes = scan([...phase('build', ...log, ...failed)]);
  const facts = causes.findings.flatMap((one) => (one.family === 'linker' ? [one.facts] : []));
  expect(facts[0]).toEqual({symbol: 'strtonum', implicit: expect.stringMatching(/^line \d+: a\.c:12:3: warning: implicit/)});
  expect(facts.slice(1)).toEqual(facts.slice(1).map(() => ({symbol: 'third'})));
  expect(rootCauseText(causes)).toMatch(
    /^ {2}Before it, line \d+: a\.c:12:3: warning: implicit declaration of function 'strtonum'/m,
  );
});

describe('a log of `dsynth test`', () => {
  const dumps = [
    ...phase('Environment', 'PATH=/bin', '', 'SUCCEEDED 00:00:00', ''),
    ...phase('MAKE_ENV', 'CFLAGS="-Werror" NOTE="a.c:1:1: error: not one"', '', 'SUCCEEDED 00:00:00', ''),
    ...phase('/etc/make.conf', 'DEVELOPER=1', '', 'SUCCEEDED 00:00:00', ''),
  ];
  const packaged = phase('package', '===>  Building packages for foo', '', 'SUCCEEDED 00:00:01', 'TOTAL TIME 00:00:09', '');

  test('that fails in install behind TOTAL TIME has its cause there', () => {
    const causes = scan([...dumps, ...packaged, ...phase('install', 'cp: /usr/local/x: No space left on device', ...failed)]);
    expect(causes).toMatchObject({
      failedPhase: 'install',
      findings: [{phase: 'install', family: 'runtime'}, {phase: 'MAKE_ENV'}, {}],
    });
    expect(causes.phases.map((one) => one.name)).toEqual(['Environment', 'MAKE_ENV', '/etc/make.conf', 'package', 'install']);
  });

  test('that fails in the build has its cause there, not in what DEVELOPER dumps', () => {
    const causes = scan([...dumps, ...phase('build', "b.c:2:2: error: 'X' undeclared", ...failed)]);
    expect(causes).toMatchObject({
      failedPhase: 'build',
      findings: [{phase: 'build', line: dumps.length + 4}, {phase: 'MAKE_ENV'}, {}],
    });
  });
});
