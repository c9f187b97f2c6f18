import {parsePatch, type StructuredPatch} from 'diff';
import {obsoleteReason} from '../../../src/case/recipes/obsolete-reason.ts';
import {patchState} from '../../../src/case/recipes/patch-hunks.ts';
import {patchMoved} from '../../../src/case/recipes/patch-moved.ts';
import {patchObsolete} from '../../../src/case/recipes/patch-obsolete.ts';
import {rewordLine} from '../../../src/case/recipes/patch-words.ts';
import {applied, composedByDops, fixOf, inputOf} from './support.ts';

const FREEBSD = 'defined(__FreeBSD__)';
const DRAGONFLY = 'defined(__DragonFly__)';

test.each([
  ['#if A', '#if A || D', '#if A || B', '#if A || D || B'],
  [
    `#if ${FREEBSD}`,
    `#if ${FREEBSD} || ${DRAGONFLY}`,
    `#if ${FREEBSD} || defined(__x__)`,
    `#if ${FREEBSD} || ${DRAGONFLY} || defined(__x__)`,
  ],
  [
    `#if ${FREEBSD}`,
    `#if ${FREEBSD} || ${DRAGONFLY}`,
    `#if defined(__x__) || ${FREEBSD}`,
    `#if defined(__x__) || ${FREEBSD} || ${DRAGONFLY}`,
  ],
  [`#if ${FREEBSD}`, `#if ${DRAGONFLY} || ${FREEBSD}`, `#if ${FREEBSD} || B`, `#if ${DRAGONFLY} || ${FREEBSD} || B`],
  ['for x in ["a", "b"]:', 'for x in ["a", "b", "d"]:', 'for x in ["a", "b", "c"]:', 'for x in ["a", "b", "d", "c"]:'],
  ['call(old, 1);', 'call(new, 1);', 'call(old, 1, 2);', 'call(new, 1, 2);'],
  [
    `#if ${FREEBSD}`,
    `#if ${FREEBSD} || ${DRAGONFLY}`,
    `#if ${FREEBSD} || B || ${DRAGONFLY}`,
    `#if ${FREEBSD} || B || ${DRAGONFLY}`,
  ],
])('the words of %j → %j on %j', (old, updated, source, expected) => {
  expect(rewordLine(old, updated, source)).toBe(expected);
});

test('a change whose words are gone has no place', () => {
  expect(rewordLine('call(old, 1);', 'call(new, 1);', 'call(other, 1);')).toBeUndefined();
});

function patchOf(...body: string[]): string {
  const count = (sign: string) => body.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
  return `--- a.c.orig\n+++ a.c\n@@ -1,${count('-')} +1,${count('+')} @@\n${body.join('\n')}\n`;
}
const parsed = (patch: string) => parsePatch(patch)[0] as StructuredPatch;
const GUARD = patchOf(
  ' first_line();',
  `-#if ${FREEBSD} || defined(__a__)`,
  `+#if ${FREEBSD} || ${DRAGONFLY} || defined(__a__)`,
  ' second_line();',
);
const GROWN = `int x;\nfirst_line();\n#if ${FREEBSD} || defined(__a__) || defined(__b__)\nother_line();\n`;

test('a hunk is applied by words to the line that grew upstream', () => {
  expect(patchState(GROWN, parsed(GUARD))).toEqual({
    kind: 'moved',
    text: GROWN.replace(FREEBSD, `${FREEBSD} || ${DRAGONFLY}`),
    dropped: 0,
    reworded: 1,
  });
});

test.each([
  ['without its context', GROWN.replace('first_line', 'another_one')],
  ['with two lines like it', GROWN + GROWN],
  ['with a line that is not like it', `first_line();\n#if defined(__FreeBSD_kernel__)\n`],
])('no place %s', (_what, source) => {
  expect(patchState(source, parsed(GUARD))).toBeUndefined();
});

test('no place for a hunk that also adds lines', () => {
  const patch = patchOf(
    ' first_line();',
    `-#if ${FREEBSD} || defined(__a__)`,
    `+#if ${FREEBSD} || ${DRAGONFLY}`,
    '+#include <x.h>',
  );
  expect(patchState(GROWN, parsed(patch))).toBeUndefined();
});

const NAME = 'dragonfly/patch-a.c';
const OVERLAY = {'overlay.dops': `port net/foo\ntarget @any\nfile materialize ${NAME} -> ${NAME}\n`, [NAME]: GUARD};
const PORT = {Makefile: 'USES=\tgmake\n'};
const input = inputOf({patch: 'patch-a.c', kind: 'dragonfly', rejects: 'a.c'}, OVERLAY, composedByDops(PORT, OVERLAY), PORT);

test('the patch is regenerated, for review', async () => {
  const fix = fixOf(patchMoved, input, {'a.c': GROWN});
  expect(fix.review).toContain('1 of patch-a.c');
  const after = await applied(fix, OVERLAY);
  expect(after[NAME]).toContain(`+#if ${FREEBSD} || ${DRAGONFLY} || defined(__a__) || defined(__b__)\n`);
});

test('a patch whose words upstream has in a line that grew is removed', async () => {
  const source = GROWN.replace('defined(__b__)', DRAGONFLY);
  expect(obsoleteReason(parsed(GUARD), source, false)).toBe('superseded');
  expect(patchMoved.fix(input, new Map([['a.c', source]]))).toBeUndefined();
  expect(await applied(fixOf(patchObsolete, input, {'a.c': source}), OVERLAY)).toEqual({
    'overlay.dops': 'port net/foo\ntarget @any\n',
  });
});

const GONE = {patch: 'patch-a.c', kind: 'dragonfly', gone: 'yes'};
const HERE = `first_line();\n#if ${FREEBSD} || defined(__a__)\nsecond_line();\n`;
const moved = (lines: readonly string[]) => {
  const failure = inputOf(GONE, OVERLAY, composedByDops(PORT, OVERLAY), PORT);
  const [search] = patchMoved.searches?.(failure) ?? [];
  expect(search?.pattern).toBe('#if defined\\(__FreeBSD__\\) \\|\\| defined\\(__a__\\)');
  return {...failure, matches: [{pattern: search?.pattern ?? '', path: '', lines}]};
};

test('a patch whose lines are in another file now is regenerated for that one', async () => {
  const failure = moved(['lib/new.c:2:#if']);
  expect(patchMoved.wants(failure)).toEqual(['a.c', 'lib/new.c']);
  const fix = fixOf(patchMoved, failure, {'lib/new.c': `int x;\n${HERE}`});
  expect(fix.review).toContain('patch-a.c to lib/new.c');
  const patch = (await applied(fix, OVERLAY))[NAME] ?? '';
  expect(patch).toMatch(/^--- lib\/new\.c\.orig\n\+\+\+ lib\/new\.c\n@@ /);
  expect(patch).toContain(`+#if ${FREEBSD} || ${DRAGONFLY} || defined(__a__)\n`);
  expect(patchObsolete.fix(failure, new Map([['lib/new.c', HERE]]))).toBeUndefined();
});

test('no fix where two files have the lines, or none has the place', () => {
  const failure = moved(['lib/new.c:2:#if', 'lib/old.c:2:#if']);
  const both = new Map([
    ['lib/new.c', HERE],
    ['lib/old.c', HERE],
  ]);
  expect(patchMoved.fix(failure, both)).toBeUndefined();
  expect(patchMoved.fix(failure, new Map([['lib/new.c', 'x\n']]))).toBeUndefined();
});
