import type {Finding, RootCauses} from '../../../src/case/evidence/root-causes/finding.ts';
import {contextOf} from '../../../src/case/evidence/root-causes/jobs.ts';
import {CONTEXT_CHARS, LineContext} from '../../../src/case/evidence/root-causes/line-context.ts';
import {digest, normaliseLine, plainLine} from '../../../src/case/evidence/root-causes/normalise.ts';
import {PatchFacts} from '../../../src/case/evidence/root-causes/patch-facts.ts';
import {type Candidate, newPhase, type PhaseLog, rankCandidates} from '../../../src/case/evidence/root-causes/rank.ts';
import {signatureOf} from '../../../src/case/evidence/root-causes/signature.ts';
import {isKnown, Templates} from '../../../src/case/evidence/root-causes/templates.ts';
import {rootCauseText} from '../../../src/case/evidence/root-causes/text.ts';

const numbered = (count: number, from = 1): string[] => Array.from({length: count}, (_, at) => `line ${at + from}`);

test.each([
  ['a\r', 'a'],
  ['10%\r20%\r', '20%'],
  ['10%\r  \r', '10%'],
  ['\r', ''],
  [' \r ', ''],
  ['\u001b[31mred\u001b[0m\u001b(B', 'red'],
  ['\u001b[?25h\u001b[1;2 qx', 'x'],
  ['a\u0007b\tc\u007f', 'ab\tc'],
  ['\u001b[1ma\u0001', 'a'],
])('%j is shown as %j', (raw, shown) => {
  expect(plainLine(raw)).toBe(shown);
});

test.each([
  ['‘a’ `b´', "'a' 'b'"],
  ['/tmp/ccAbC123.o: x', 'TEMP.o: x'],
  ['ccAbC123.ltrans12.ltrans.o', 'ccAbC123.ltrans12.ltrans.o'],
  ['ccAbC123.ltrans0.o', 'TEMP.ltrans0.o'],
  ['xccAbC123.o', 'xccAbC123.o'],
  ['ccAbC123.ox', 'ccAbC123.ox'],
  ['/a/b/c.h and ../d/e.h', 'c.h and e.h'],
  ['at 0xfF and 0x1', 'at N and N'],
  ['id deadbeef1 and abcdefab', 'id N and abcdefab'],
  ['xdeadbeef1 deadbeef1x', 'xdeadbeef1 deadbeef1x'],
  ['foo-1.2_3 bar-4', 'foo-N bar-N'],
  ['1.2.3 and a4', 'N and a4'],
  ['a.c:12:3: x', 'a.c: x'],
  ['a.c:12: x', 'a.c: x'],
  ['a.c:12', 'a.c'],
  ['a.c:12x', 'a.c:12x'],
  ['a.c:1:2;', 'a.c:N;'],
  ['  a \t b ', 'a b'],
  ['\u001b[1ma', 'a'],
])('%j is normalised to %j', (line, expected) => {
  expect(normaliseLine(line)).toBe(expected === 'a.c:N;' ? normaliseLine('a.c:8:9;') : expected);
});

test('a digest is FNV-1a in 16 digits', () => {
  expect(digest('')).toBe('cbf29ce484222325');
  expect(digest('a')).toBe('af63dc4c8601ec8c');
  expect(digest('foobar')).toBe('85944171f73967e8');
});

test('a context has 4 lines before and 6 after, each at most 400 characters', () => {
  const lines = numbered(20);
  expect(contextOf(110, {lines, at: 9})).toEqual({from: 106, lines: numbered(11, 6)});
  expect(contextOf(101, {lines, at: 0})).toEqual({from: 101, lines: numbered(7)});
  expect(contextOf(120, {lines, at: 19})).toEqual({from: 116, lines: numbered(5, 16)});
  expect(contextOf(103, {lines, at: 2}).from).toBe(101);
  expect(contextOf(1, {lines: ['x'.repeat(401)], at: 0}).lines).toEqual(['x'.repeat(400)]);
});

test('a context leaves out what other jobs printed in between', () => {
  const own = [
    'cc -c src/format.c -o format.o',
    'In file included from src/format.c:3:',
    'src/format.c:12:3: error: x',
    '   12 | y',
  ];
  const other = [
    'cc -c src/other.c -o other.o',
    'src/other.c:3:1: warning: z',
    '    3 | w',
    '[ 12%] Building foo',
    'gmake[1]: x',
  ];
  const [command = '', included = '', error = '', source = ''] = own;
  const lines = ['start', command, ...other, included, ...other, error, ...other, source, 'format.c again', 'the end'];
  const at = lines.indexOf(error);
  expect(contextOf(at + 1, {lines, at})).toEqual({
    from: 1,
    lines: ['start', command, included, error, 'format.c again', 'the end'],
  });
  const short = ['cc -c x.c -o b.o', 'ab.c:3: error: x', 'cc -c y.c -o y.o'];
  expect(contextOf(2, {lines: short, at: 1}).lines).toEqual(short);
});

test('a context has the chain of includes and the notes that name other files', () => {
  const lines = [
    'cc -c src/net.c -o net.o',
    'cc -c src/z.c -o z.o',
    'In file included from src/net.c:12:',
    "./src/compat.h:44:13: error: conflicting types for 'f'",
    '   44 | int f(void);',
    'In file included from src/net.c:3:',
    "/usr/include/string.h:120:9: note: previous declaration of 'f' was here",
    '  120 | int f(int);',
    'src/z.c:1:2: warning: x',
    'src/z.c:1:2: note: y',
  ];
  expect(contextOf(4, {lines, at: 3}).lines).toEqual([lines[0], ...lines.slice(2, 8)]);
});

test.each(['/usr/bin/ld: foo.o: undefined x', 'foo.o: undefined x', 'dir/foo.cxx: In function x'])(
  'the linker names the job of %s',
  (line) => {
    const lines = ['cc -c y.c -o other.o', line, 'cc -c z.c -o z.o', 'about foo'];
    expect(contextOf(2, {lines, at: 1}).lines).toEqual([line, 'about foo']);
  },
);

test('a line has up to 40 lines before it and 60 after', () => {
  const before = `${numbered(50).join('\n')}\n`;
  const text = `${before}the line\n${numbered(70, 100).join('\n')}\n`;
  const at = text.indexOf('the line');
  const around = new LineContext('', text, at, at + 8).lines();
  expect(around.at).toBe(40);
  expect(around.lines).toEqual([...numbered(40, 11), 'the line', ...numbered(60, 100)]);
  const first = new LineContext('', 'the line', 0, 8).lines();
  expect(first).toEqual({lines: ['the line'], at: 0});
  const earlier = new LineContext('a\nb\n', 'c\nthe line\n', 2, 10).lines();
  expect(earlier).toEqual({lines: ['a', 'b', 'c', 'the line'], at: 3});
  expect(new LineContext('', `x${'y'.repeat(5000)}`, 0, 5001).lines().lines).toEqual([`x${'y'.repeat(399)}`]);
});

test('text that follows is taken until the context is full', () => {
  const one = new LineContext('', 'line\nnext', 0, 4);
  expect(one.append('')).toBe(true);
  expect(one.append(' more\n')).toBe(true);
  expect(one.lines().lines).toEqual(['line', 'next more']);
  expect(one.append('z'.repeat(CONTEXT_CHARS))).toBe(false);
  expect(one.append('later')).toBe(false);
  expect(one.lines().lines).toHaveLength(3);
  const full = new LineContext('', 'line\n', 0, 4);
  expect(full.append('a'.repeat(CONTEXT_CHARS - 2))).toBe(true);
  expect(full.append('b')).toBe(false);
});

const patch = (facts: Finding['facts']) => ({family: 'patch', kind: 'cause', facts}) as const;

test('rejects and what was applied before go to the next patch that is named, within its phase', () => {
  const facts = new PatchFacts();
  facts.addFacts(patch({rejects: 'a'}), 1);
  facts.addFacts(patch({rejects: 'b'}), 1);
  facts.addFacts(patch({applied: 'yes'}), 1);
  expect(facts.addFacts(patch({patch: 'p'}), 1)?.facts).toEqual({patch: 'p', rejects: 'a\nb', applied: 'yes'});
  expect(facts.addFacts(patch({patch: 'q'}), 1)?.facts).toEqual({patch: 'q'});
  for (const hunk of ['1', '3']) facts.addFacts(patch({hunk}), 1);
  facts.addFacts(patch({rejects: 'd'}), 1);
  facts.addFacts(patch({hunk: '2'}), 1);
  facts.addFacts(patch({rejects: 'e'}), 1);
  expect(facts.addFacts(patch({patch: 'p'}), 1)?.facts).toEqual({patch: 'p', rejects: 'd\ne', hunks: 'd: 1, 3\ne: 2'});
  facts.addFacts(patch({hunk: '4'}), 1);
  facts.addFacts(patch({rejects: 'c'}), 1);
  expect(facts.addFacts(patch({patch: 'r'}), 2)?.facts).toEqual({patch: 'r'});
  for (let n = 0; n < 21; n += 1) facts.addFacts(patch({rejects: `${n}`}), 2);
  expect(facts.addFacts(patch({patch: 's'}), 2)?.facts.rejects?.split('\n')).toHaveLength(20);
  const other = {family: 'make', kind: 'cause', facts: {patch: 'x'}} as const;
  expect(facts.addFacts(other, 2)).toBe(other);
  expect(facts.addFacts(undefined, 2)).toBeUndefined();
});

test('lines join a template that shares at least 60 % of their words', () => {
  const templates = new Templates();
  const first = templates.take('error: a b c d');
  expect(templates.take('error: a b x y')).toBe(first);
  expect(first).toEqual({words: ['error:', 'a', 'b', '*', '*'], count: 2});
  expect(templates.take('error: p q r s')).not.toBe(first);
  expect(templates.take('error: a b x')).not.toBe(first);
  expect(templates.take('other: a b c d')).not.toBe(first);
  const named = templates.take('a.c1 is not here');
  expect(templates.take('b.c2 is not here')).toBe(named);
  expect(named.words).toEqual(['*', 'is', 'not', 'here']);
  expect([...templates.forms()]).toContain('* is not here');
});

test('there are at most 200 templates, of at most 40 words', () => {
  const templates = new Templates();
  for (let n = 0; n < 210; n += 1) templates.take(`${'x'.repeat(n + 1)}: ${'a '.repeat(n % 30)}`);
  expect(templates.forms().size).toBe(200);
  const last = templates.take('brandnew1 b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q');
  expect(last.count).toBe(1);
  expect(last.words).toHaveLength(40);
});

test('a wildcard on either side matches any one word', () => {
  expect(isKnown(['a', 'b'], new Set(['a b']))).toBe(true);
  expect(isKnown(['a', 'b'], new Set(['a *']))).toBe(true);
  expect(isKnown(['a', '*'], new Set(['a c']))).toBe(true);
  expect(isKnown(['a', 'b'], new Set(['a c', 'a b c', 'b']))).toBe(false);
  expect(isKnown(['a'], new Set())).toBe(false);
});

function finding(change: Partial<Finding>): Finding {
  return {
    line: 7,
    text: 'a.c:3: error: x',
    phase: 'build',
    family: 'compiler',
    kind: 'cause',
    count: 1,
    context: {from: 6, lines: ['before', 'a.c:3: error: x', '', 'after']},
    facts: {},
    ...change,
  };
}

const causes = (findings: readonly Finding[], change: Partial<RootCauses> = {}): RootCauses => ({
  version: 1,
  bytes: 0,
  lines: 99,
  phases: [
    {name: 'build', from: 1, to: 3},
    {name: 'build', from: 5, to: 50},
  ],
  failedPhase: 'build',
  signature: '',
  findings,
  ...change,
});

test('the text begins with the failed phase, and marks the line of each finding', () => {
  expect(rootCauseText(causes([finding({})]))).toMatch(
    /^It .* build, .* 5 .* 50 .* 99\.\n\n1\. line 7, build, compiler\n {2}before\n> a\.c:3: error: x\n {2}\n {2}after\n$/,
  );
  expect(rootCauseText(causes([], {failedPhase: 'stage'}))).toMatch(/ 99 lines\.\n$/);
});

test('a title has what a reader must know of a finding', () => {
  const title = (change: Partial<Finding>) => rootCauseText(causes([finding(change)])).split('\n')[2];
  expect(title({phase: ''})).toBe('1. line 7, compiler');
  expect(title({kind: 'hint'})).toBe('1. line 7, build, compiler, hint');
  expect(title({count: 2})).toMatch(/^1\. line 7, build, compiler, 2 /);
  expect(title({isNew: false})).toMatch(/^1\. line 7, build, compiler, .*last good log$/);
  expect(title({isNew: true})).toBe('1. line 7, build, compiler');
});

test('lines that the contexts of two findings share are shown once', () => {
  const shared = ['first hunk fails', 'FAILED a', 'second hunk fails', 'FAILED b'];
  const at = (line: number, text: string, lines: readonly string[]) => finding({line, text, context: {from: line - 1, lines}});
  const text = rootCauseText(causes([at(1, 'FAILED a', shared.slice(0, 3)), at(3, 'FAILED b', shared)]));
  for (const line of shared) expect(text.split(line)).toHaveLength(2);
});

test('the first three findings have their context, the others one line; long lines of a context lose their middle', () => {
  const text = rootCauseText(causes([7, 27, 47, 67].map((line) => finding({line}))));
  expect(text.match(/ {2}before/g)).toHaveLength(3);
  expect(text).toMatch(/\n4\. line 67, build, compiler\n> a\.c:3: error: x\n$/);
  const lines = ['y'.repeat(200), 'z'.repeat(201)];
  const long = rootCauseText(causes([finding({context: {from: 1, lines}})]));
  expect(long).toContain(`  ${'y'.repeat(200)}\n  ${'z'.repeat(100)} ... ${'z'.repeat(95)}\n`);
});

test('a finding within the context of another is only marked there, and a consequence has no context of its own', () => {
  const patch = {phase: 'patch', family: 'patch'} as const;
  const lines = [
    '1 out of 1 hunks failed--saving rejects to a.c.rej',
    '===>  FAILED Applying dragonfly patch-a.c',
    '*** Error code 1',
  ];
  const all = lines.map((text, at) =>
    finding({...patch, line: 50 + at, text, kind: at === 2 ? 'consequence' : 'cause', context: {from: 50, lines}}),
  );
  const far = finding({...patch, line: 90, text: lines[0] ?? '', context: {from: 90, lines: lines.slice(0, 1)}});
  const stop = finding({...patch, line: 95, text: 'Stop.', kind: 'consequence', context: {from: 94, lines: ['x', 'Stop.']}});
  expect(
    rootCauseText(causes([...all, far, stop]))
      .split('\n\n')
      .slice(1),
  ).toEqual([
    `1. line 50, patch, patch\n> ${lines[0]}\n> ${lines[1]}\n  ${lines[2]}`,
    `2. line 90, patch, patch\n> ${lines[0]}`,
    '3. line 95, patch, patch, consequence\n> Stop.\n',
  ]);
});

test('a finding that does not fit with its context is shortened, and ends the text if it still does not fit', () => {
  const one = finding({context: {from: 1, lines: ['ä'.repeat(100)]}});
  const head = rootCauseText(causes([]));
  const short = '\n1. line 7, build, compiler\n> a.c:3: error: x\n';
  const full = `\n1. line 7, build, compiler\n  ${'ä'.repeat(100)}\n`;
  expect(rootCauseText(causes([one]), head.length + full.length + 100)).toBe(head + full);
  expect(rootCauseText(causes([one]), head.length + full.length + 99)).toBe(head + short);
  expect(rootCauseText(causes([one]), head.length + short.length)).toBe(head + short);
  expect(rootCauseText(causes([one]), head.length + short.length - 1)).toBe(head);
});

test('a signature depends on what failed, not on where or how often', () => {
  const of = (...all: Partial<Finding>[]) => signatureOf(all.map(finding));
  expect(signatureOf([])).toBe('');
  expect(of({kind: 'consequence', text: 'z'})).not.toBe(of({kind: 'consequence', text: 'y'}));
  expect(of({kind: 'consequence', text: 'z'}, {})).toBe(of({}));
  expect(of({text: '/x/a.c:99: error: x', line: 3, count: 9})).toBe(of({}));
  expect(of({family: 'linker'})).not.toBe(of({}));
  const plist = (facts: Finding['facts']) => of({family: 'plist', text: 'p', facts});
  expect(plist({orphaned: 'a-1.2', missing: 'b3'})).toBe(plist({orphaned: 'a-3', missing: 'b4.5'}));
  expect(new Set([plist({orphaned: 'a'}), plist({missing: 'a'}), plist({orphaned: 'b'}), plist({orphaned: 'x/a'})]).size).toBe(4);
  const patched = (facts: Finding['facts'], phase = 'build') => of({family: 'patch', text: 'p'}, {family: 'patch', facts, phase});
  expect(patched({patch: 'a', kind: 'dragonfly'})).not.toBe(patched({patch: 'b', kind: 'dragonfly'}));
  expect(patched({patch: 'a', kind: 'dragonfly'})).not.toBe(patched({patch: 'a', kind: 'files'}));
  expect(patched({patch: 'a'}, 'stage')).toBe(of({family: 'patch', text: 'p'}));
});

test('a line that ends with a colon is told apart by the next line', () => {
  const of = (text: string, ...lines: string[]) =>
    signatureOf([finding({text, context: {from: 1, lines: ['x', text, ...lines]}})]);
  expect(of('CMake Error (f):', '', '  a')).toBe(of('CMake Error (f):', 'a', 'c'));
  expect(of('CMake Error (f):', 'a')).not.toBe(of('CMake Error (f):', 'b'));
  expect(of('error (', 'a')).not.toBe(of('error (', 'b'));
  expect(of('error: ', 'a')).not.toBe(of('error: ', 'b'));
  expect(of('error: x', 'a')).toBe(of('error: x', 'b'));
  const apart = (lines: string[]) => signatureOf([finding({text: 'e:', context: {from: 1, lines}})]);
  expect(apart(['a', 'b'])).toBe(apart(['c', 'd']));
});

let serial = 0;
function candidate(line: number, change: Partial<Candidate['matched']> & {text?: string; phase?: string} = {}): Candidate {
  const {text = `text ${line}`, phase = 'build', ...matched} = change;
  serial += 1;
  return {
    line,
    text,
    phase,
    matched: {family: 'compiler', kind: 'cause', facts: {}, ...matched},
    template: {words: [`${serial}`], count: 1},
    surroundings: new LineContext('', '', 0, 0),
  };
}

function ranked(phase: Partial<PhaseLog>, others: readonly Partial<PhaseLog>[] = []): number[] {
  const complete = (one: Partial<PhaseLog>): PhaseLog => ({...newPhase('build', 1), failed: true, ...one});
  const stopped = complete(phase);
  return rankCandidates([stopped, ...others.map(complete)], stopped).map(({line}) => line);
}

const stopAt = (line: number, text = '*** Error code 1') => candidate(line, {kind: 'consequence', text});

test('causes near the stop come first, in their order, then distant ones, then the stop itself', () => {
  const recent = [candidate(900), candidate(401), candidate(400), candidate(1199), candidate(1200)];
  expect(ranked({causes: [candidate(1)], recent, stop: stopAt(1000)})).toEqual([401, 900, 1199, 1, 400, 1200, 1000]);
  expect(ranked({causes: [candidate(9), candidate(3)]})).toEqual([3, 9]);
});

test('what names the failed target comes first, then specific families, then the others', () => {
  const other = candidate(970, {family: 'other'});
  const failedTest = candidate(971, {facts: {test: 'failed'}});
  const specific = candidate(980);
  const target = candidate(990, {family: 'other', text: 'src/format.c:3: error'});
  const all = [other, failedTest, specific, target];
  for (const stop of ['*** [Makefile:12: src/format.o] Error 1', 'FAILED: [code=1] src/lib.p/format.c.o', 'FAILED: format.o x'])
    expect(ranked({causes: all, stop: stopAt(1000, stop)})).toEqual([990, 980, 970, 971, 1000]);
  for (const stop of [
    '*** [all] Error 1',
    '*** [fo.o] Error 1',
    '*** [install-format.] Error',
    'x FAILED: format.o',
    '*** Error 1',
  ])
    expect(ranked({causes: all, stop: stopAt(1000, stop)})).toEqual([980, 970, 971, 990, 1000]);
  expect(
    ranked({
      causes: [candidate(970, {family: 'other'}), candidate(990, {family: 'other', text: 'foo.c'})],
      stop: stopAt(999, '*** [foo.o]'),
    }),
  ).toEqual([990, 970, 999]);
});

test('a program that the shell did not find counts within 30 lines of the stop', () => {
  const shell = (line: number) => candidate(line, {family: 'make'});
  expect(ranked({causes: [shell(970), candidate(980, {family: 'other'})], stop: stopAt(1000)})).toEqual([970, 980, 1000]);
  expect(ranked({causes: [shell(969), candidate(980, {family: 'other'})], stop: stopAt(1000)})).toEqual([980, 969, 1000]);
});

test('hints count only if no cause is certain: the nearest first, and those after the stop as three times as far', () => {
  const hint = (line: number) => candidate(line, {kind: 'hint'});
  const hints = [hint(980), hint(1005), hint(1007), hint(999)];
  expect(ranked({hints, stop: stopAt(1000)})).toEqual([999, 1005, 980, 1007, 1000]);
  expect(ranked({causes: [candidate(990, {family: 'other'})], hints: [hint(980)], stop: stopAt(1000)})).toEqual([990, 980, 1000]);
  expect(ranked({causes: [candidate(990)], hints, stop: stopAt(1000)})).toEqual([990, 1000]);
  expect(ranked({hints: [hint(1), hint(2)]})).toEqual([2, 1]);
});

test('the first cause of each other phase comes last, and what has the same name or form only once', () => {
  const twice = candidate(5, {facts: {header: 'x.h'}});
  expect(ranked({causes: [candidate(3, {facts: {header: 'x.h'}}), twice, candidate(6, {facts: {header: 'y.h'}})]}, [])).toEqual([
    3, 6,
  ]);
  expect(ranked({causes: [candidate(3)]}, [{causes: [candidate(50), candidate(51)]}, {causes: [candidate(60)]}])).toEqual([
    3, 50, 60,
  ]);
  const same = candidate(3);
  expect(ranked({causes: [same, {...candidate(4), template: same.template}]})).toEqual([3]);
  const entry = (line: number) => ({...candidate(line, {family: 'plist'}), template: same.template});
  expect(ranked({causes: [entry(3), entry(4)]})).toEqual([3, 4]);
  for (const name of ['patch', 'uses', 'header', 'library', 'program', 'module', 'package', 'macro', 'distfile']) {
    const named = (line: number, value: string) => ({...candidate(line, {facts: {[name]: value}}), template: same.template});
    expect(ranked({causes: [named(3, 'a'), named(4, 'b'), named(5, 'a')]})).toEqual([3, 4]);
  }
});
