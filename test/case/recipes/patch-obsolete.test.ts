import {parsePatch, type StructuredPatch} from 'diff';
import {obsoleteReason} from '../../../src/case/recipes/obsolete-reason.ts';
import {patchObsolete} from '../../../src/case/recipes/patch-obsolete.ts';
import {applied, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const FREEBSD = {Makefile: 'USES=\tgmake\n'};

function patchOf(file: string, ...body: string[]): string {
  const count = (sign: string) => body.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
  return `--- ${file}.orig\n+++ ${file}\n@@ -1,${count('-')} +1,${count('+')} @@\n${body.join('\n')}\n`;
}

function reasonOf(patch: string, source: string | undefined, isGone = false): string | undefined {
  return obsoleteReason(parsePatch(patch)[0] as StructuredPatch, source, isGone);
}

const GUARD = patchOf(
  'a.c',
  ' first_line();',
  '-#ifdef __FreeBSD__',
  '+#if defined(__FreeBSD__) || defined(__DragonFly__)',
  ' call();',
);

describe('why a patch is no longer needed', () => {
  test('its file is gone, by the log and the source', () => {
    expect(reasonOf(GUARD, undefined, true)).toBe('file gone');
    expect(reasonOf(GUARD, undefined)).toBeUndefined();
  });

  test('the condition that it extends is gone, and the lines around it are there', () => {
    expect(reasonOf(GUARD, 'int x;\nfirst_line();\ncall();\n')).toBe('guard gone');
    expect(reasonOf(GUARD, 'int x;\nother();\n')).toBeUndefined();
    expect(reasonOf(GUARD, '#if defined(__FreeBSD__) || defined(__NetBSD__)\nfirst_line();\ncall();\n')).toBeUndefined();
    const filler = 'int filler;\n'.repeat(12);
    const elsewhere = (lines: string) => `${lines}${filler}#ifdef __FreeBSD__\nint x;\n#endif\n`;
    expect(reasonOf(GUARD, elsewhere('int x;\nfirst_line();\ncall();\n'))).toBe('guard gone');
    expect(reasonOf(GUARD, elsewhere('int x;\nfirst_line();\nother();\n'))).toBeUndefined();
    const more = patchOf('a.c', ' first_line();', '-#ifdef __FreeBSD__', '+#ifdef __DragonFly__', '+#include <x.h>', ' call();');
    expect(reasonOf(more, 'int x;\nfirst_line();\ncall();\n')).toBeUndefined();
    const other = patchOf('a.c', ' first_line();', '-#ifdef __linux__', '+#ifdef __DragonFly__', ' call();');
    expect(reasonOf(other, 'int x;\nfirst_line();\ncall();\n')).toBeUndefined();
  });

  test('the source has its lines, in other places', () => {
    const patch = patchOf('a.c', ' int one;', '-#include <malloc.h>', '+#include <stdlib.h>', ' int two;');
    expect(reasonOf(patch, '#include <stdlib.h>\n#include <unistd.h>\nint three;\n')).toBe('superseded');
    expect(reasonOf(patch, '#include <stdlib.h>\n#include <malloc.h>\nint three;\n')).toBeUndefined();
    expect(reasonOf(patch, '#include <unistd.h>\nint three;\n')).toBeUndefined();
    const removing = patchOf('a.c', ' int one;', '-#include <malloc.h>', ' int two;');
    expect(reasonOf(removing, '#include <unistd.h>\nint three;\n')).toBeUndefined();
  });

  test('config.guess and config.sub know DragonFly', () => {
    for (const file of ['config.guess', 'build/config.sub']) {
      const patch = patchOf(file, ' case x in', '+    *:DragonFly:*:*)', '+	echo dragonfly', ' esac');
      expect(reasonOf(patch, 'case y in\n    *:DragonFly:*:*)\n	echo ${UNAME}-dragonfly;;\n')).toBe('known by config.guess');
      expect(reasonOf(patch, 'case y in\n    *:FreeBSD:*:*)\n')).toBeUndefined();
    }
  });
});

const NAME = 'dragonfly/patch-a.rs';
const PATCH = patchOf('src/a.rs', ' match os {', '-    "freebsd" => 1,', '+    "freebsd" | "dragonfly" => 1,', ' }');
const GONE = {patch: 'patch-a.rs', kind: 'dragonfly', gone: 'yes'};
const DOPS = {
  'overlay.dops': `port net/foo\ntarget @any\nfile materialize ${NAME} -> ${NAME}\n`,
  [NAME]: PATCH,
};

function inputFor(facts: Record<string, string>[], overlay: Files = DOPS): ReturnType<typeof inputOf> {
  return inputOf(facts, overlay, composedByDops(FREEBSD, overlay), FREEBSD);
}

function noFix(facts: Record<string, string>[], overlay: Files, sources: Files): void {
  expect(patchObsolete.fix(inputFor(facts, overlay), new Map(Object.entries(sources)))).toBeUndefined();
}

test('a patch of a file that is gone is removed for review, unless the file has only moved', async () => {
  expect(patchObsolete.wants(inputFor([GONE]))).toEqual(['src/a.rs']);
  const fix = fixOf(patchObsolete, inputFor([GONE]));
  expect(await applied(fix, DOPS)).toEqual({'overlay.dops': 'port net/foo\ntarget @any\n'});
  expect(fix.note).toBe('No longer needed, and removed: patch-a.rs (its file is gone).');
  expect(fix.review).toContain('patch-a.rs');
  noFix([GONE], DOPS, {'src/a/mod.rs': 'x'});
  noFix([GONE], DOPS, {'lib/a.rs': 'x'});
  noFix([{...GONE, gone: ''}], DOPS, {});
});

test('another patch of the same failure is regenerated or removed with it; one in doubt leaves all to the model', async () => {
  const other = 'dragonfly/patch-b.c';
  const patch = patchOf('b.c', ' first_line();', '-second_line();', '+second_for_dragonfly();', ' third_line();');
  const overlay = {...DOPS, 'overlay.dops': `${DOPS['overlay.dops']}file materialize ${other} -> ${other}\n`, [other]: patch};
  const facts = [GONE, {patch: 'patch-b.c', kind: 'dragonfly', rejects: 'b.c'}];
  const moved = {'b.c': 'new_line();\nsecond_line();\nthird_line();\n'};
  const after = await applied(fixOf(patchObsolete, inputFor(facts, overlay), moved), overlay);
  expect(Object.keys(after).sort()).toEqual([other, 'overlay.dops']);
  expect(after['overlay.dops']).toBe(`port net/foo\ntarget @any\nfile materialize ${other} -> ${other}\n`);
  expect(after[other]).toContain(' new_line();\n-second_line();\n+second_for_dragonfly();\n');
  noFix(facts, overlay, {'b.c': 'other_line();\n'});
});

test('patches that upstream has are left to their own recipe', () => {
  const source = 'match os {\n    "freebsd" | "dragonfly" => 1,\n}\n';
  noFix([{patch: 'patch-a.rs', kind: 'dragonfly', applied: 'yes'}], DOPS, {'src/a.rs': source});
});
