import fc from 'fast-check';
import {RootCauseScan} from '../../../src/case/evidence/root-causes/index.ts';
import '../../fuzz/hostile.ts';
import {BY_NINJA, FAILURES, PARALLEL} from './failures.ts';

/** How one build differs from another that fails in the same way. */
const builds = fc.record({
  seed: fc.integer({min: 1, max: 1 << 30}),
  isColoured: fc.boolean(),
  dir: fc.constantFrom(
    '/construction/devel/foo/foo-1.2',
    '/build/synth/SL07/construction/devel/foo/foo-2.10.1',
    '/wrkdirs/usr/ports/devel/foo/work/foo-3',
  ),
  noise: fc.integer({min: 0, max: 30}),
});
type Build = typeof builds extends fc.Arbitrary<infer T> ? T : never;

const NOISE = [
  'cc -O2 -pipe -DHAVE_CONFIG_H -I. -I/usr/local/include -MT net/io_{n}.o -c net/io_{n}.c -o net/io_{n}.o',
  'mv -f .deps/str_{n}.Tpo .deps/str_{n}.Po',
  "lib/hash_{n}.c:{n}:{n}: warning: 'strncpy' specified bound 64 equals destination size [-Wstringop-truncation]",
  '   Compiling quote-{n} v{v}',
  'libtool: compile:  cc -O2 -c net/io_{n}.c  -fPIC -DPIC -o net/.libs/io_{n}.o',
  '--- lib/util/parse_{n}.o ---',
  'checking for strerror_r{n}... (cached) yes',
];

/** A generator of numbers, equal for equal seeds. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function filler({seed, dir}: Build): (line: string) => string {
  const next = numbers(seed);
  const hex = (length: number): string => Array.from({length}, () => next(16).toString(16)).join('');
  const values: Record<string, () => string> = {
    v: () => [1 + next(20), next(30), next(9)].slice(0, 2 + next(2)).join('.'),
    n: () => String(1 + next(9000)),
    d: () => dir,
    h: () => `1${hex(15)}`,
    t: () => `A${hex(5)}`,
    m: () => `${10 + next(13)}:${10 + next(49)}:${10 + next(49)}`,
  };
  return (line) => line.replace(/\{([vndhtm])\}/g, (_, name: string) => values[name]?.() ?? '');
}

function logOf(build: Build, blocks: readonly (readonly string[])[], place = 'devel/foo'): string[] {
  const next = numbers(build.seed + 1);
  const noise = (most: number): string[] => Array.from({length: next(most + 1)}, () => NOISE[next(NOISE.length)] as string);
  const fill = filler(build);
  const lines = [
    'Building devel/foo',
    `Started : Saturday, ${1 + next(27)} NOV 2026 at {m}`,
    '-- Phase: build',
    ...noise(build.noise),
    ...blocks.flatMap((block) => [...block, ...noise(blocks.length > 1 ? 0 : 3)]),
    '*** Error code 1',
    '',
    'Stop.',
    `make: stopped in /xports/${place}`,
    '',
    'FAILED 00:0{n}:17',
  ];
  return lines.map(fill).map((line) => (build.isColoured && line !== '' ? coloured(line) : line));
}

/** The line as a compiler colours it. */
function coloured(line: string): string {
  return line.replace(/\b(?:error|Error|ERROR|warning)\b/, '\u001b[01;31m\u001b[K$&\u001b[m\u001b[K');
}

function signature(lines: readonly string[]): string {
  const scan = new RootCauseScan();
  scan.take(Buffer.from(`${lines.join('\n')}\n`));
  return scan.finish().signature;
}

const ONE: Build = {seed: 7, isColoured: false, dir: '/construction/devel/foo/foo-1.2', noise: 0};

describe.each(Object.entries(FAILURES))('%s', (_, pair) => {
  test('a failure has the same signature in each version, path and noise, with and without colours', () => {
    for (const failure of pair) {
      const expected = signature(logOf(ONE, [failure]));
      fc.assert(
        fc.property(builds, (build) => {
          expect(signature(logOf(build, [failure]))).toBe(expected);
        }),
        {numRuns: 8},
      );
    }
  });
});

test('no two failures have the same signature, and none has an empty one', () => {
  const named = Object.entries(FAILURES).flatMap(([name, pair]) =>
    pair.map((failure, at) => ({name: `${name} ${at}`, signature: signature(logOf(ONE, [failure]))})),
  );
  const by = Map.groupBy(named, (one) => one.signature);
  expect(
    [...by].filter(([value, ones]) => ones.length > 1 || value === '').map(([, ones]) => ones.map(({name}) => name)),
  ).toEqual([]);
});

test.each([
  ['make', PARALLEL],
  ['ninja', BY_NINJA],
])('the order in which parallel jobs of %s fail makes no difference', (_, jobs) => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...jobs], {minLength: 2}), builds, (blocks, build) => {
      const inOrder = jobs.filter((one) => blocks.includes(one));
      expect(signature(logOf(build, blocks))).toBe(signature(logOf(ONE, inOrder)));
    }),
    {numRuns: 60},
  );
});

test('nor if each of many jobs has many errors', () => {
  const jobs = Array.from({length: 6}, (_, job) => [
    ...Array.from({length: 50}, (_, at) => `src/f${job}.c:{n}:{n}: error: 'name_${(at * 7 + job) % 50}' undeclared`),
    `gmake[1]: *** [Makefile:{n}: src/f${job}.o] Error 1`,
  ]);
  const expected = signature(logOf(ONE, jobs));
  for (const order of [[...jobs].reverse(), [...jobs.slice(3), ...jobs.slice(0, 3)]])
    expect(signature(logOf(ONE, order))).toBe(expected);
});

test('a log that ends in a phase has the signature of its last line', () => {
  const cut = (...end: string[]): string => signature(['-- Phase: build', 'fine', ...end]);
  expect(cut('configuring lib-1.2')).toMatch(/^[0-9a-f]{16}$/);
  expect(cut('configuring lib-1.3', 'cc -c a.c -o a.o')).toBe(cut('configuring lib-1.2'));
  expect(cut('configuring bin-1.2')).not.toBe(cut('configuring lib-1.2'));
  expect(cut('SUCCEEDED 00:00:01')).toBe('');
});
