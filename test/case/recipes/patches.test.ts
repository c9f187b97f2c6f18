import {readFile} from 'node:fs/promises';
import {createTwoFilesPatch} from 'diff';
import fc from 'fast-check';
import {applyExactly, readPatches} from '../../../src/case/recipes/overlay.ts';
import {patchMoved} from '../../../src/case/recipes/patch-moved.ts';
import {patchUpstream} from '../../../src/case/recipes/patch-upstream.ts';
import {applied, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const SOURCE = [
  '#include <stdio.h>',
  '',
  'int',
  'init(void)',
  '{',
  '\tsetup_terminal();',
  '\treturn open_device();',
  '}',
  '',
  'int',
  'main(void)',
  '{',
  '\tinit();',
  '#ifdef __FreeBSD__',
  '\tuse_kqueue();',
  '#endif',
  '\treturn run_all();',
  '}',
  '',
].join('\n');
const FIXED = SOURCE.replace('#ifdef __FreeBSD__', '#if defined(__FreeBSD__) || defined(__DragonFly__)');
const diffOf = (before: string, after: string, file = 'src/main.c') =>
  createTwoFilesPatch(`${file}.orig`, file, before, after, '2024-01-01', undefined, {
    context: 3,
    headerOptions: {includeIndex: false, includeUnderline: false, includeFileHeaders: true},
  });
const PATCH = diffOf(SOURCE, FIXED);
const NAME = 'dragonfly/patch-src_main.c';
const facts = {patch: 'patch-src_main.c', kind: 'dragonfly', rejects: 'src/main.c.rej'};
const overlayOf = (patch = PATCH): Files => ({STATUS: 'PORT\n', [NAME]: patch});
const at = (text: string): Files => ({'src/main.c': text});
const FREEBSD = {Makefile: 'USES=\tgmake\n'};
const none = (recipe: typeof patchMoved, input: ReturnType<typeof inputOf>, sources: Files = {}) =>
  expect(recipe.fix(input, new Map(Object.entries(sources)))).toBeUndefined();
const apply = (text: string | undefined, source: string) => {
  const [patch] = readPatches(text ?? '') ?? [];
  return patch && applyExactly(source, patch);
};

describe('a patch that upstream has', () => {
  test('goes, and the reviewer is told', async () => {
    const input = inputOf(facts, overlayOf());
    expect(patchUpstream.wants(input)).toEqual(['src/main.c']);
    const fix = fixOf(patchUpstream, input, at(FIXED.replace('#include <stdio.h>\n', '#include <stdio.h>\n#include <new.h>\n')));
    expect(await applied(fix, overlayOf())).toEqual({STATUS: 'PORT\n'});
    expect(fix.review).toContain('patch-src_main.c');
    none(patchMoved, input, at(FIXED));
  });

  test('stays where only some hunks are there', () => {
    const both = FIXED.replace('setup_terminal()', 'setup_tty()');
    none(patchUpstream, inputOf(facts, overlayOf(diffOf(SOURCE, both))), at(FIXED));
    none(patchUpstream, inputOf(facts, overlayOf()), at(SOURCE));
    none(patchUpstream, inputOf(facts, overlayOf()), at(FIXED.replace('use_kqueue', 'use_poll')));
  });

  test('by the log alone only if it has one hunk', async () => {
    const log = {...facts, applied: 'yes'};
    expect(await applied(fixOf(patchUpstream, inputOf(log, overlayOf())), overlayOf())).toEqual({STATUS: 'PORT\n'});
    none(patchUpstream, inputOf(facts, overlayOf()));
    const far = SOURCE.replace('run_all();\n', `run_all();\n${'\tx();\n'.repeat(9)}`);
    const two = diffOf(far, far.replace('stdio', 'stdlib').replace('run_all', 'run_some'));
    expect(two.match(/^@@/gm)).toHaveLength(2);
    none(patchUpstream, inputOf(log, overlayOf(two)));
  });

  test('with overlay.dops goes together with its file materialize line', async () => {
    const dops = `port net/foo\ntarget @any\nfile materialize ${NAME} -> ${NAME}\nmk add USES ssl\n`;
    const overlay = {'overlay.dops': dops, [NAME]: PATCH};
    const input = inputOf(facts, overlay, composedByDops(FREEBSD, overlay), FREEBSD);
    const after = await applied(fixOf(patchUpstream, input, at(FIXED)), overlay);
    expect(after).toEqual({'overlay.dops': 'port net/foo\ntarget @any\nmk add USES ssl\n'});
    none(patchUpstream, inputOf(facts, {'overlay.dops': 'port net/foo\n', [NAME]: PATCH}, FREEBSD), at(FIXED));
    none(patchUpstream, inputOf(facts, {...overlay, 'dragonfly/patch-z': PATCH}, FREEBSD, {}), at(FIXED));
  });

  test('stays if the overlay speaks of it elsewhere, or patches of files/ failed too', () => {
    const named = {...overlayOf(), 'Makefile.DragonFly': 'EXTRA_PATCHES+=\t${.CURDIR}/dragonfly/patch-src_main.c\n'};
    none(patchUpstream, inputOf(facts, named), at(FIXED));
    none(patchUpstream, inputOf([facts, {patch: 'patch-b.c', kind: 'files'}], overlayOf()), at(FIXED));
    expect(patchUpstream.wants(inputOf({...facts, kind: 'files'}, overlayOf()))).toBeUndefined();
  });
});

describe('a patch that the source moved under', () => {
  test('is cut anew where lines around its change are others now; words above it and its names stay', async () => {
    const now = SOURCE.replace('\tinit();', '\tinit_all(0);').replace('return run_all()', 'return run_everything()');
    const overlay = overlayOf(`Needed for kqueue.\n\n${PATCH}`);
    const fix = fixOf(patchMoved, inputOf(facts, overlay), at(now));
    const after = await applied(fix, overlay);
    expect(apply(after[NAME], now)).toBe(now.replace('#ifdef __FreeBSD__', '#if defined(__FreeBSD__) || defined(__DragonFly__)'));
    expect(after[NAME]).toMatch(/^Needed for kqueue\.\n\n--- src\/main\.c\.orig\t2024-01-01\n\+\+\+ src\/main\.c\n@@ -1/);
    none(patchUpstream, inputOf(facts, overlay), at(now));
  });

  test('is regenerated in place with overlay.dops', async () => {
    const now = SOURCE.replace('\tinit();', '\tinit_all(0);');
    const overlay = {'overlay.dops': `port net/foo\nfile materialize ${NAME} -> ${NAME}\n`, [NAME]: PATCH};
    const after = await applied(fixOf(patchMoved, inputOf(facts, overlay, overlay, FREEBSD), at(now)), overlay);
    expect(after).toEqual({...overlay, [NAME]: expect.not.stringContaining(PATCH)});
    expect(apply(after[NAME], now)).toBe(now.replace('#ifdef __FreeBSD__', '#if defined(__FreeBSD__) || defined(__DragonFly__)'));
  });

  test('is left alone where its place is in doubt or it applies as it is', () => {
    const lost = SOURCE.replace('\tinit();', '\tinit_all(0);').replace('\tuse_kqueue();', '\tuse_poll();');
    none(patchMoved, inputOf(facts, overlayOf()), at(lost));
    const twice = SOURCE.replace('\tinit();\n', '\tinit2();\n#ifdef __FreeBSD__\n\tuse_kqueue();\n#endif\n');
    none(patchMoved, inputOf(facts, overlayOf()), at(twice.replace('return run_all', 'return run_none')));
    none(patchMoved, inputOf(facts, overlayOf()), at(SOURCE));
    none(patchMoved, inputOf(facts, overlayOf()), at(`${SOURCE}/* more */\n`));
    none(patchMoved, inputOf(facts, overlayOf()));
  });

  test('meets the source as the dragonfly patches before it left it', async () => {
    const first = {'dragonfly/patch-a.c': diffOf(SOURCE, SOURCE.replace('\tinit();', '\tinit_tty();'))};
    const patch = diffOf(SOURCE.replace('\tinit();', '\tinit_tty();'), FIXED.replace('\tinit();', '\tinit_tty();'));
    const now = SOURCE.replace('return run_all', 'return run_everything');
    const overlay = {...overlayOf(patch), ...first};
    const after = await applied(fixOf(patchMoved, inputOf(facts, overlay, overlay), at(now)), overlay);
    const met = now.replace('\tinit();', '\tinit_tty();');
    expect(apply(after[NAME], met)).toBe(met.replace('#ifdef __FreeBSD__', '#if defined(__FreeBSD__) || defined(__DragonFly__)'));
    const broken = {...overlay, 'dragonfly/patch-a.c': diffOf('no\nsuch\n', 'line\n')};
    none(patchMoved, inputOf(facts, broken, broken), at(now));
  });

  test('drops the hunks that are there already and says so', async () => {
    const far = SOURCE.replace(
      'run_all();\n}\n',
      `run_all();\n}\n${'\n/* long */\n'.repeat(5)}int last_one;\nint really_last;\n`,
    );
    const both = far.replace('#ifdef __FreeBSD__', '#if 1 /* all */').replace('int last_one', 'long last_one');
    const now = far.replace('int last_one', 'long last_one').replace('\tinit();', '\tinit_all(0);');
    const fix = fixOf(patchMoved, inputOf(facts, overlayOf(diffOf(far, both))), at(now));
    expect(apply((await applied(fix, overlayOf(diffOf(far, both))))[NAME], now)).toBe(
      now.replace('#ifdef __FreeBSD__', '#if 1 /* all */'),
    );
    expect(fix.review).toContain('1 of patch-src_main.c');
  });
});

test('a hunk with several places is not placed, though the others of its patch are', () => {
  const block = 'alpha_one();\nbeta_two();\nold_call();\ngamma_three();\ndelta_four();\nepsilon_five();\n';
  const before = `${block}${'filler();\n'.repeat(9)}${SOURCE}`;
  const patch = diffOf(before, before.replace('old_call', 'new_call').replace('#ifdef __FreeBSD__', '#if 1 /* all */'));
  expect(patch.match(/^@@/gm)).toHaveLength(2);
  const now = `${block}${before}`.replace('return run_all()', 'return run_everything()');
  none(patchMoved, inputOf(facts, overlayOf(patch)), at(now));
});

test('a line without context that is somewhere in the source is no proof that upstream has the patch', () => {
  const patch = '--- src/main.c.orig\n+++ src/main.c\n@@ -3 +3 @@\n-old_call();\n+return 0;\n';
  none(patchUpstream, inputOf(facts, overlayOf(patch)), at('int one;\nreturn 0;\n'));
});

test('the demo’s patch is none of these: what upstream has now is not what it says', async () => {
  const read = (path: string) => readFile(new URL(`../../../demo/ports/${path}`, import.meta.url), 'utf8');
  const files = {'files/patch-clockfmt.c': await read('freebsd-ports/sysutils/clockfmt/files/patch-clockfmt.c')};
  const input = inputOf({patch: 'patch-clockfmt.c', kind: 'files', rejects: 'clockfmt.c.rej'}, {}, files);
  const source = {'clockfmt.c': await read('src/clockfmt-2.0/clockfmt.c')};
  none(patchUpstream, input, source);
  none(patchMoved, input, source);
});

test('a patch cut anew applies with no fuzz and gives what the old one meant', async () => {
  const line = fc.stringMatching(/^[a-z]{5,9} [a-z]{1,4};$/);
  const body = fc.uniqueArray(line, {minLength: 14, maxLength: 24});
  const property = fc.asyncProperty(
    body,
    fc.nat(5),
    fc.nat(2),
    fc.integer({min: 0, max: 3}),
    async (all, offset, removed, added) => {
      const before = `${all.join('\n')}\n`;
      const place = 4 + offset;
      const change = (lines: string[], where: number) =>
        lines.toSpliced(where, removed, ...Array.from({length: added}, (_, index) => `dragonfly ${index};`));
      if (removed + added === 0) return;
      const patch = diffOf(before, `${change(all, place).join('\n')}\n`);
      const shifted = ['other above;', ...all.slice(0, place - 3), 'something else;', ...all.slice(place - 2)];
      const now = `${shifted.join('\n')}\n`;
      const fix = fixOf(patchMoved, inputOf(facts, overlayOf(patch)), at(now));
      const after = await applied(fix, overlayOf(patch));
      expect(apply(after[NAME], now)).toBe(`${change(shifted, place + 1).join('\n')}\n`);
    },
  );
  await fc.assert(property, {numRuns: 60});
});
