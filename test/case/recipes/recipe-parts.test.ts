import {parsePatch, type StructuredPatch} from 'diff';
import {composedFileBase, composedFileChanges} from '../../../src/case/recipes/composed-file.ts';
import {failedPatches, isReferencedElsewhere, sourceFor} from '../../../src/case/recipes/dragonfly-patches.ts';
import {factsOf} from '../../../src/case/recipes/facts.ts';
import {appendWords, insertBeforeTargets, removeWords} from '../../../src/case/recipes/fragment.ts';
import {freebsdOption} from '../../../src/case/recipes/freebsd-option.ts';
import {gitDiff, overlayOf, patchedFile, readPatches, unified} from '../../../src/case/recipes/overlay.ts';
import {patchState} from '../../../src/case/recipes/patch-hunks.ts';
import {
  editPlist,
  findEntry,
  isDir,
  isEntry,
  matchesPath,
  otherSpelling,
  pathOf,
  restoreLines,
} from '../../../src/case/recipes/plist-lines.ts';
import {readMakefile} from '../../../src/dops/makefile/read-makefile.ts';
import {assignedWords} from '../../../src/dops/makefile/value-words.ts';
import {type Files, inputOf} from './support.ts';

const lines = (...all: string[]): string => `${all.join('\n')}\n`;

function patchOf(...hunks: string[]): StructuredPatch {
  const [patch] = parsePatch(`--- a.c.orig\n+++ a.c\n${hunks.join('')}`);
  return patch as StructuredPatch;
}

/** A hunk whose header counts its lines; `at` is where it claims to be. */
function hunk(at: number, ...body: string[]): string {
  const count = (sign: string) => body.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
  return `@@ -${at},${count('-')} +${at},${count('+')} @@\n${lines(...body)}`;
}

describe('the state of a patch', () => {
  const SOURCE = lines('alpha', 'bravo', 'charlie', 'delta', 'echo echo', 'foxtrot', 'golf golf');

  test('a patch applies where it says', () => {
    expect(patchState(SOURCE, patchOf(hunk(1, ' alpha', '-bravo', '+BRAVO', ' charlie')))).toEqual({kind: 'applies'});
  });

  test('two distinctive lines show that a source contains a change, one does not', () => {
    const of = (...body: string[]) => patchState(SOURCE, patchOf(hunk(2, ...body)))?.kind;
    expect(of(' bravo', '-x', '+charlie', ' {}')).toBeUndefined();
    expect(of(' bravo', '-x', '+charlie')).toBe('upstream');
    expect(patchState(lines('abc', 'charlie'), patchOf(hunk(1, ' abc', '-x', '+charlie')))).toBeUndefined();
    expect(patchState(lines('abcd', 'charlie'), patchOf(hunk(1, ' abcd', '-x', '+charlie')))?.kind).toBe('upstream');
  });

  test('a change that only removes needs four distinctive lines around it', () => {
    const of = (...body: string[]) => patchState(SOURCE, patchOf(hunk(1, ...body)))?.kind;
    expect(of(' alpha', ' bravo', '-gone', ' charlie')).toBeUndefined();
    expect(of(' alpha', ' bravo', '-gone', ' charlie', ' delta')).toBe('upstream');
    expect(of(' alpha', ' bravo', '-gone', '+', ' charlie')).toBeUndefined();
  });

  test('a patch that applies at another line applies', () => {
    expect(patchState(`new\n${SOURCE}`, patchOf(hunk(1, ' delta', '-echo echo', '+ECHO', ' foxtrot')))).toEqual({
      kind: 'applies',
    });
  });

  test('changed lines with two distinctive lines in or around them are found where the context has changed', () => {
    const state = (source: string, ...body: string[]) => patchState(source, patchOf(hunk(20, ...body)));
    const source = lines('other', 'bravo', 'charlie', 'delta', 'other');
    const wanted = (text: string) => ({kind: 'moved', text, dropped: 0, reworded: 0});
    expect(state(source, ' alpha', ' bravo', '-charlie', '+CHARLIE', ' echo')).toEqual(
      wanted(source.replace('charlie', 'CHARLIE')),
    );
    expect(state(source, ' alpha', ' none', '-charlie', '+CHARLIE', ' delta', ' echo')).toEqual(
      wanted(source.replace('charlie', 'CHARLIE')),
    );
    expect(state(source, ' alpha', ' none', '-charlie', '+CHARLIE', ' none', ' delta')).toBeUndefined();
    expect(state(source, ' bravo', ' none', '-charlie', '+CHARLIE', ' none')).toBeUndefined();
    expect(state(source, ' alpha', '-charlie', '-delta', '+CHARLIE', ' echo')).toEqual(
      wanted(source.replace('charlie\ndelta', 'CHARLIE')),
    );
    expect(state(lines('{', 'abc', '}'), ' alpha', ' {', '-abc', '+ABC', ' }', ' echo')).toBeUndefined();
    expect(state(lines('charlie', 'x', 'charlie'), ' alpha', '-charlie', '+CHARLIE', ' echo')).toBeUndefined();
  });

  test('an insertion needs the line above and the line below it, once and next to each other', () => {
    const state = (source: string, ...body: string[]) => patchState(source, patchOf(hunk(20, ...body)));
    const source = lines('other', 'bravo', 'charlie', 'other');
    expect(state(source, ' alpha', ' bravo', '+new', ' charlie', ' delta')).toEqual({
      kind: 'moved',
      text: lines('other', 'bravo', 'new', 'charlie', 'other'),
      dropped: 0,
      reworded: 0,
    });
    expect(state(source, ' alpha', ' bravo', '+new')).toBeUndefined();
    expect(state(source, '+new', ' charlie', ' delta')).toBeUndefined();
    expect(state(lines('other', 'bravo', 'x', 'charlie'), ' alpha', ' bravo', '+new', ' charlie', ' delta')).toBeUndefined();
    expect(state(lines('{', '}'), ' alpha', ' {', '+new', ' }', ' delta')).toBeUndefined();
    const around = lines('zulu', 'abcd', '{', '}', 'efgh', 'yankee');
    expect(state(around, ' none', ' abcd', ' {', '+new', ' }', ' efgh', ' none')).toEqual({
      kind: 'moved',
      text: lines('zulu', 'abcd', '{', 'new', '}', 'efgh', 'yankee'),
      dropped: 0,
      reworded: 0,
    });
    expect(state(around, ' none', ' none', ' {', '+new', ' }', ' efgh', ' none')).toBeUndefined();
  });

  test('hunks that are there already are dropped, and the others are applied from the last to the first', () => {
    const first = hunk(30, ' alpha', '-bravo', '+BRAVO', '+new', ' charlie');
    const there = hunk(40, ' delta', '-gone', '+echo echo', ' foxtrot');
    const last = hunk(50, ' foxtrot', '-golf golf', '+GOLF');
    expect(patchState(SOURCE, patchOf(first, there, last))).toEqual({
      kind: 'moved',
      text: lines('alpha', 'BRAVO', 'new', 'charlie', 'delta', 'echo echo', 'foxtrot', 'GOLF'),
      dropped: 1,
      reworded: 0,
    });
    expect(patchState(SOURCE, patchOf(first, hunk(40, ' none', '-gone', '+nowhere', ' none')))).toBeUndefined();
    const overlapping = patchOf(hunk(30, '-alpha', '-bravo', '+A'), hunk(40, '-bravo', '-charlie', '+C'));
    expect(patchState(SOURCE, overlapping)).toBeUndefined();
  });

  test('a patch of a file without a newline at its end is not relocated', () => {
    const open = patchOf('@@ -30,1 +30,1 @@\n-golf golf\n\\ No newline at end of file\n+GOLF GOLF\n');
    expect(patchState(SOURCE, open)).toBeUndefined();
  });
});

describe('lines of a plist', () => {
  test.each([
    ['bin/x', 'bin/x'],
    ['@dir share/x', 'share/x'],
    ['@sample(root,wheel,755) etc/x.sample', 'etc/x.sample'],
    ['@(root,wheel) bin/x', 'bin/x'],
    ['@shell  bin/sh', 'bin/sh'],
    [' bin/x ', 'bin/x'],
    ['x @dir y', 'x @dir y'],
  ])('%j is of %j', (entry, path) => {
    expect(pathOf(entry)).toBe(path);
  });

  test.each([
    ['bin/x', 'bin/x', true],
    ['bin/x', 'bin/y', false],
    ['lib/libx.so.%%VER%%', 'lib/libx.so.1', true],
    ['lib/libx.so.%%VER%%', 'lib/libxxso.1', false],
    ['lib/libx.so.%%VER%%', 'lib/libx.so.1/y', false],
    ['%%DOCSDIR%%/a', 'share/doc/a', true],
    ['${DATADIR}/a', 'share/x/a', true],
    ['%%PORTDOCS%%%%DOCSDIR%%/a', 'share/doc/a', true],
    ['%%X%%@dir share/x', '@dir share/x', true],
    ['%%A%%%%X%%@dir share/x', '@dir share/x', true],
    ['%%A%%', 'anything', false],
    ['%%A%%b', 'ab', false],
    ['%%A%%bc', 'abc', true],
    ['a+%%B%%', 'a+c', true],
    ['a+%%B%%', 'aac', false],
    ['%%DIRS%%/a', 'x/y/a', false],
    ['x%%A%%y%%B%%z', 'x1y2z', true],
  ])('%s may be %s: %s', (entry, path, expected) => {
    expect(matchesPath(entry, path)).toBe(expected);
  });

  test('an exact entry wins, and one of several is none', () => {
    expect(findEntry(['bin/%%X%%', 'bin/a'], 'bin/a')).toBe('bin/a');
    expect(findEntry(['bin/%%X%%'], 'bin/a')).toBe('bin/%%X%%');
    expect(findEntry(['bin/%%X%%', 'bin/%%Y%%'], 'bin/a')).toBeUndefined();
    expect(findEntry(['bin/a', 'bin/a'], 'bin/a')).toBeUndefined();
    expect(findEntry(['@dir share/x', 'share/x'], 'share/x')).toBe('share/x');
    expect(findEntry(['share/%%X%%'], '@dir share/x')).toBeUndefined();
  });

  test.each([
    ['@dir x', true, true],
    ['@dirrm x', true, false],
    ['%%A%%@dirrmtry x', true, true],
    ['@director x', false, false],
    ['x@dir y', false, true],
    ['@sample x', false, true],
    ['@shell x', false, true],
    ['@info x', false, true],
    ['@(a,b,c) x', false, true],
    ['@exec x', false, false],
    ['@comment x', false, false],
    ['%%A%%@comment x', false, false],
    ['  ', false, false],
    ['bin/x', false, true],
  ])('%j: directory %s, entry %s', (line, dir, entry) => {
    expect(isDir(line)).toBe(dir);
    if (!/dirrm x|director/.test(line)) expect(isEntry(line)).toBe(entry);
  });

  test('a path has two spellings', () => {
    expect([otherSpelling('/etc/x'), otherSpelling('etc/x')]).toEqual(['etc/x', '/etc/x']);
  });

  const edit = (text: string, orphaned: string[], missing: string[] = []) => editPlist(text, {orphaned, missing});

  test('an orphan goes before the first file that sorts after it, a directory to the end', () => {
    expect(edit(lines('bin/a', 'bin/c', '@dir x'), ['bin/b']).text).toBe(lines('bin/a', 'bin/b', 'bin/c', '@dir x'));
    expect(edit(lines('bin/a', 'bin/c', '@dir x'), ['bin/d']).text).toBe(lines('bin/a', 'bin/c', 'bin/d', '@dir x'));
    expect(edit(lines('bin/a', '@dir x'), ['@dir b']).text).toBe(lines('bin/a', '@dir x', '@dir b'));
    expect(edit(lines('@dir x'), ['bin/a']).text).toBe(lines('bin/a', '@dir x'));
    expect(edit(lines('%%A%%zz', 'bin/c'), ['bin/b']).text).toBe(lines('%%A%%zz', 'bin/b', 'bin/c'));
    expect(edit(lines('@comment zz', 'bin/c'), ['bin/b']).text).toBe(lines('@comment zz', 'bin/b', 'bin/c'));
  });

  test('nothing is put below a line that sets mode, owner, group or root', () => {
    for (const setting of ['@mode 755', '@owner x', '@group y', '@cwd /']) {
      expect(edit(lines('bin/a', setting, 'bin/c'), ['bin/d', '@dir e']).text).toBe(
        lines('bin/a', 'bin/d', '@dir e', setting, 'bin/c'),
      );
      expect(edit(lines(setting, 'bin/a'), ['bin/b']).text).toBe(lines('bin/b', setting, 'bin/a'));
    }
    expect(edit(lines('bin/a', '@modern x', 'bin/c'), ['bin/d']).text).toBe(lines('bin/a', '@modern x', 'bin/c', 'bin/d'));
  });

  test('a missing entry goes; one that is not found is reported', () => {
    expect(edit(lines('bin/a', 'bin/b'), [], ['bin/b', 'bin/z'])).toEqual({
      text: lines('bin/a'),
      removed: ['bin/b'],
      added: [],
      notFound: ['bin/z'],
    });
  });

  test('an entry that is orphaned under its other spelling is rewritten in place, with its own directory', () => {
    const text = lines('/etc/x/a', 'bin/b', '@dir /etc/x', '@dir /etc/y');
    expect(edit(text, ['etc/x/a'], ['/etc/x/a'])).toEqual({
      text: lines('etc/x/a', 'bin/b', '@dir etc/x', '@dir /etc/y'),
      removed: ['/etc/x/a', '@dir /etc/x'],
      added: ['etc/x/a', '@dir etc/x'],
      notFound: [],
    });
    const shared = lines('/etc/x/a', '/etc/x/b', '@dir /etc/x');
    expect(edit(shared, ['etc/x/a'], ['/etc/x/a']).text).toBe(lines('etc/x/a', '/etc/x/b', '@dir /etc/x'));
    const variable = edit(lines('%%ETCDIR%%/a'), ['/etc/x/a'], ['etc/x/a']);
    expect(variable).toMatchObject({text: lines('/etc/x/a'), removed: ['%%ETCDIR%%/a'], added: ['/etc/x/a']});
  });

  test('orphans that the plist had before the overlay’s diff come back to their places', () => {
    const base = lines('bin/a', 'bin/b', 'bin/c', '@exec x');
    expect(restoreLines(lines('bin/a', 'bin/c'), base, ['bin/b', 'bin/z'])).toEqual({
      text: lines('bin/a', 'bin/b', 'bin/c'),
      left: ['bin/z'],
    });
    expect(restoreLines(lines('bin/b'), base, ['bin/a'])).toEqual({text: lines('bin/a', 'bin/b'), left: []});
    expect(restoreLines(lines('bin/a'), base, ['bin/a'])).toEqual({text: lines('bin/a'), left: ['bin/a']});
  });
});

describe('Makefiles', () => {
  const values = (text: string, name = 'A') =>
    assignedWords(readMakefile(text), name).map((one) => [one.operator, one.isConditional, ...one.words]);

  test('each assignment has its operator, its values and whether it is conditional', () => {
    expect(values('A=b c\n  A+=\td # e\nAB=x\n\tA=y\nA ?= f\nA:=g\nA!=h\n')).toEqual([
      ['=', false, 'b', 'c'],
      ['+=', false, 'd'],
      ['?=', false, 'f'],
      [':=', false, 'g'],
      ['!=', false, 'h'],
    ]);
    expect(values('.if x\nA=1\n.for y in z\nA=2\n.endfor\nA=3\n.endif\nA=4\n').map(([, conditional]) => conditional)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    for (const open of ['.ifdef x', '.ifndef x', '.  ifmake x', '.for x'])
      expect(values(`${open}\nA=1\n`)).toEqual([['=', true, '1']]);
  });

  test('values are joined by quotes and continuations, and ended by a comment', () => {
    expect(values('A=a"b c"d \\\n\te \'f g\' h\\ i # j\nk\n')).toEqual([['=', false, 'a"b c"d', 'e', "'f g'", 'h\\ i']]);
    expect(values('A=a" b\n')).toEqual([['=', false, 'a"', 'b']]);
    expect(values('A=\n')).toEqual([['=', false]]);
    expect(values('A=b')).toEqual([['=', false, 'b']]);
    expect(values('A=b\\')).toEqual([['=', false, 'b']]);
  });

  const remove = (text: string, ...unwanted: string[]) => removeWords(text, 'A', (value) => unwanted.includes(value));

  test('unwanted values go, and so does an assignment that has no other', () => {
    expect(remove('A=b c d\n', 'c')).toBe('A=b d\n');
    expect(remove('A=\tb c d\n', 'b')).toBe('A=\tc d\n');
    expect(remove('A=b c d # x\n', 'd')).toBe('A=b c # x\n');
    expect(remove('X=1\nA=b\nY=1\n', 'b')).toBe('X=1\nY=1\n');
    expect(remove('A=b \\\n\tc \\\n\td\n', 'c')).toBe('A=b \\\n\td\n');
    expect(remove('A=b \\\n\tc\n', 'c')).toBe('A=b\n');
    expect(remove('A=b c\nA+=c\nA?=c d\n', 'c')).toBe('A=b\nA?=d\n');
    expect(remove('A:=c\nA!=c\n', 'c')).toBeUndefined();
    expect(remove('A=b\n', 'c')).toBeUndefined();
  });

  test('values are added to the last += outside of conditionals, or before the first target', () => {
    expect(appendWords('A+=b\nA+=c # x\nA=d\n', 'A', ['e', 'f'])).toBe('A+=b\nA+=c \\\n\t\te \\\n\t\tf # x\nA=d\n');
    expect(appendWords('.if x\nA+=b\n.endif\n', 'A', ['c'])).toBe('.if x\nA+=b\n.endif\nA+=\tc\n');
    expect(appendWords('A+=\nx:\n', 'A', ['c'])).toBe('A+=\nA+=\tc\n\nx:\n');
  });

  test('lines go before the first target and its comment', () => {
    const insert = (text: string) => insertBeforeTargets(text, 'N=1');
    expect(insert('')).toBe('N=1\n');
    expect(insert('A=1')).toBe('A=1\nN=1\n');
    expect(insert('A=1\n\n\npost-patch:\n\tx\n')).toBe('A=1\nN=1\n\npost-patch:\n\tx\n');
    expect(insert('A=1\n# one\n# two\nx: y\n')).toBe('A=1\nN=1\n\n# one\n# two\nx: y\n');
    expect(insert('# one\nA=1\nx:\n')).toBe('# one\nA=1\nN=1\n\nx:\n');
    expect(insert('.if x\ny:\n.endif\n')).toBe('.if x\ny:\n.endif\nN=1\n');
    expect(insert('.if x\nB=1\n.endif\ny:\n')).toBe('.if x\nB=1\n.endif\nN=1\n\ny:\n');
    expect(insert('.for x in y\n.endfor\ny z  ::\n')).toBe('.for x in y\n.endfor\nN=1\n\ny z  ::\n');
    for (const none of ['A:=1\n', '\tx: y\n', 'A?=b:c\n', '.x: y\n']) expect(insert(none)).toBe(`${none}N=1\n`);
  });
});

describe('overlays', () => {
  const overlay = (files: Files, port: Files = {}) => overlayOf(inputOf({}, files, port));

  test('an overlay with a truncated or binary file is not edited; such a file of the port is left out', () => {
    expect(overlay({a: 'x'.repeat(65_535)})).toBeDefined();
    for (const text of ['x'.repeat(65_536), 'a\0', 'a\uFFFD', 'ä'.repeat(32_768)]) {
      expect(overlay({a: text})).toBeUndefined();
      expect(overlay({a: 'b'}, {c: text, d: 'e'})?.composed).toEqual(new Map([['d', 'e']]));
    }
    expect(overlay({'overlay.dops': 'x', a: 'b'}, {c: 'd'})).toEqual({
      origin: 'net/foo',
      files: new Map([
        ['overlay.dops', 'x'],
        ['a', 'b'],
      ]),
      composed: new Map([['c', 'd']]),
      target: '@2026Q2',
      freebsd: new Map([['c', 'd']]),
      form: 'dops',
    });
  });

  test('a diff has new, deleted and changed files by path; without a change, or with an odd path, there is none', () => {
    const own = overlay({a: 'one\n', b: 'two\n', e: ''});
    if (own === undefined) throw new Error('no overlay');
    const diff = gitDiff(
      own,
      new Map([
        ['c/d', 'new\n'],
        ['b', undefined],
        ['a', 'ONE\n'],
        ['e', undefined],
      ]),
    );
    expect(diff?.split('\n')).toEqual([
      'diff --git a/ports/net/foo/a b/ports/net/foo/a',
      '--- a/ports/net/foo/a',
      '+++ b/ports/net/foo/a',
      '@@ -1,1 +1,1 @@',
      '-one',
      '+ONE',
      'diff --git a/ports/net/foo/b b/ports/net/foo/b',
      'deleted file mode 100644',
      '--- a/ports/net/foo/b',
      '+++ /dev/null',
      '@@ -1,1 +0,0 @@',
      '-two',
      'diff --git a/ports/net/foo/c/d b/ports/net/foo/c/d',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/ports/net/foo/c/d',
      '@@ -0,0 +1,1 @@',
      '+new',
      'diff --git a/ports/net/foo/e b/ports/net/foo/e',
      'deleted file mode 100644',
      '',
    ]);
    expect(gitDiff(own, new Map([['a', 'one\n']]))).toBeUndefined();
    for (const path of ['a b', 'a/', '/a', 'a//b', 'ä', 'x"']) expect(gitDiff(own, new Map([[path, 'x\n']]))).toBeUndefined();
    expect(gitDiff(own, new Map([['a+%@~,=-._/b', 'x\n']]))).toBeDefined();
  });

  test('a patch has 3 lines of context, and the name of its file without ./ and .orig', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    expect(unified('x.orig', 'x', lines(...all), lines(...all).replace('e', 'E'))).toContain('@@ -2,7 +2,7 @@');
    const named = (old: string, fresh: string) => patchedFile({oldFileName: old, newFileName: fresh, hunks: []} as never);
    expect(named('a.orig', '././b.c')).toBe('b.c');
    expect(named('a.orig', '/dev/null')).toBe('a');
    expect(named('a', 'b.c.orig')).toBe('b.c');
    expect(named('a', 'x/./b.orig.c')).toBe('x/./b.orig.c');
    const hunkText = '@@ -1 +1 @@\n-a\n+b\n';
    expect(readPatches(`--- a\n+++ a\n${hunkText}`)).toHaveLength(1);
    expect(readPatches(`--- a\n+++ a\n--- b\n+++ b\n${hunkText}`)).toBeUndefined();
    expect(readPatches('')).toBeUndefined();
    expect(readPatches('--- a\n+++ a\n@@ -1,3 +1 @@\n-a\n')).toBeUndefined();
  });

  const diff = (name: string, before: string, after: string) => unified(`${name}.orig`, name, before, after);
  const changes = (files: Files, port: Files, name: string, wanted: string) => {
    const own = overlay(files, port);
    const found = own && composedFileChanges(own, name, wanted);
    return found && Object.fromEntries(found);
  };

  test('a composed file is changed by its diff: a new one, a changed one, or none any more', () => {
    const port = {Makefile: 'b\n', 'x/y': 'b\n'};
    expect(changes({}, port, 'Makefile', 'c\n')).toEqual({'diffs/Makefile.diff': diff('Makefile', 'b\n', 'c\n')});
    expect(changes({STATUS: ' PORT 1\n'}, port, 'x/y', 'c\n')).toEqual({'diffs/x_y.diff': diff('x/y', 'b\n', 'c\n')});
    const own = {'diffs/m.diff': diff('Makefile', 'a\n', 'b\n'), 'diffs/m.diff.txt': 'Makefile'};
    expect(changes(own, port, 'Makefile', 'c\n')).toEqual({'diffs/m.diff': diff('Makefile', 'a\n', 'c\n')});
    expect(changes(own, port, 'Makefile', 'a\n')).toEqual({'diffs/m.diff': undefined});
    expect(composedFileBase(overlay(own, port) as never, 'Makefile')).toBe('a\n');
    expect(composedFileBase(overlay({}, port) as never, 'Makefile')).toBeUndefined();
  });

  test('a composed file is left alone where the way to it is not certain', () => {
    const port = {Makefile: 'b\n'};
    expect(changes({}, port, 'Makefile', 'b\n')).toBeUndefined();
    expect(changes({}, port, 'none', 'b\n')).toBeUndefined();
    expect(changes({STATUS: 'MASK'}, port, 'Makefile', 'c\n')).toBeUndefined();
    const two = {'diffs/a.diff': diff('Makefile', 'a\n', 'b\n'), 'diffs/b.diff': diff('Makefile', 'a\n', 'b\n')};
    expect(changes(two, port, 'Makefile', 'c\n')).toBeUndefined();
    expect(composedFileBase(overlay(two, port) as never, 'Makefile')).toBeUndefined();
    expect(changes({'diffs/a.diff': 'odd Makefile'}, port, 'Makefile', 'c\n')).toBeUndefined();
    expect(changes({'diffs/Makefile.diff': 'odd'}, port, 'Makefile', 'c\n')).toBeUndefined();
    expect(changes({'diffs/a.diff': diff('Makefile', 'x\n', 'y\n')}, port, 'Makefile', 'c\n')).toBeUndefined();
    const both = {'diffs/a.diff': diff('Makefile', 'a\n', 'b\n') + diff('other', 'a\n', 'b\n')};
    expect(changes(both, port, 'Makefile', 'c\n')).toBeUndefined();
  });

  test('a port that only DeltaPorts has is changed below newport/', () => {
    const port = {Makefile: 'b\n'};
    const own = {STATUS: 'DPORT\n', 'newport/Makefile': 'b\n'};
    expect(changes(own, port, 'Makefile', 'c\n')).toEqual({'newport/Makefile': 'c\n'});
    expect(changes({...own, 'newport/Makefile': 'x\n'}, port, 'Makefile', 'c\n')).toBeUndefined();
    const patched = {...own, 'diffs/a.diff': diff('Makefile', 'a\n', 'b\n')};
    expect(changes(patched, port, 'Makefile', 'c\n')).toEqual({'diffs/a.diff': diff('Makefile', 'a\n', 'c\n')});
  });
});

test('facts are those of causes, each once, if the first cause has one of the kinds', () => {
  const input = inputOf([{header: ' a.h \nb.h'}, {symbol: 'x'}, {header: 'a.h'}, {header: 'c.h\n'}], {});
  expect(factsOf(input, 'header')).toEqual(['a.h', 'b.h', 'c.h']);
  expect(factsOf(input, 'symbol')).toEqual([]);
  expect(factsOf(input, 'symbol', ['symbol', 'header'])).toEqual(['x']);
  expect(factsOf(inputOf([], {}), 'header')).toEqual([]);
  const [first, ...others] = input.causes.findings;
  if (first === undefined) throw new Error('no finding');
  const hinted = {...input, causes: {...input.causes, findings: [{...first, kind: 'hint'} as const, ...others]}};
  expect(factsOf(hinted, 'header')).toEqual([]);
});

describe('options that need FreeBSD', () => {
  const PAIRS: readonly (readonly [header: string, option: string])[] = [
    ['blacklist.h', 'BLACKLISTD'],
    ['blocklist.h', 'LIBBLOCKLIST'],
    ['sys/capsicum.h', 'CAPSICUM'],
    ['capsicum_helpers.h', 'CASPER'],
    ['casper/cap_dns.h', 'CASPER'],
    ['bsm/audit.h', 'BSM_AUDIT'],
    ['bsm/libbsm.h', 'BSMAUDIT'],
    ['bsm/libbsm.h', 'AUDIT'],
    ['libudev.h', 'LIBUDEV'],
    ['netinet/sctp.h', 'SCTP'],
    ['netinet/sctp_uio.h', 'SCTP'],
    ['systemd/sd-bus.h', 'SDBUS'],
    ['pulse/simple.h', 'PULSEAUDIO'],
    ['pulse/a-b.h', 'PULSE'],
    ['sys/jail.h', 'JAILS'],
    ['jail.h', 'JAIL'],
    ['sys/rctl.h', 'RCTL'],
    ['dtrace.h', 'DTRACE'],
    ['sys/sdt.h', 'DTRACE'],
    ['libgeom.h', 'GEOM'],
    ['geom/gate.h', 'GEOM'],
    ['libzfs.h', 'ZFS'],
    ['net/netmap.h', 'NETMAP'],
    ['net/netmap_user.h', 'NETMAP'],
    ['infiniband/verbs.h', 'OFED'],
    ['bluetooth.h', 'BLUETOOTH'],
    ['pmc.h', 'HWPMC'],
  ];
  const wants = (header: string, defaults: string, more = '') =>
    freebsdOption.wants(inputOf({header}, {}, {Makefile: `OPTIONS_DEFAULT=${defaults}\n${more}`})) !== undefined;

  test.each(PAIRS)('%s is of %s', (header, option) => {
    expect(wants(header, `DOCS ${option} NLS`)).toBe(true);
    expect(wants(header, `X${option} ${option}X`)).toBe(false);
    expect(wants(`x${header}`, option)).toBe(false);
    expect(wants(`x/${header}`, option)).toBe(false);
    expect(wants(`${header}x`, option)).toBe(false);
  });

  test('an option that belongs to a choice, one of several, or one by := is left alone', () => {
    expect(wants('libudev.h', 'UDEV')).toBe(true);
    expect(wants('libudev.h', 'UDEV UDEV')).toBe(true);
    expect(wants('libudev.h', 'UDEV LIBUDEV')).toBe(false);
    expect(wants('libudev.h', 'UDEV', 'OPTIONS_SINGLE_X=UDEV OTHER\n')).toBe(false);
    expect(wants('libudev.h', 'UDEV', 'OPTIONS_MULTI_X+=UDEV OTHER\n')).toBe(false);
    expect(wants('libudev.h', 'UDEV', 'OPTIONS_SINGLE_X=OTHER\nOPTIONS_GROUP_X=UDEV\n')).toBe(true);
    expect(freebsdOption.wants(inputOf({header: 'libudev.h'}, {}, {Makefile: 'OPTIONS_DEFAULT:=UDEV\n'}))).toBeUndefined();
  });
});

describe('failed patches of the overlay', () => {
  const PATCH = '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-a\n+b\n';
  const failed = (facts: Record<string, string>[], overlay: Files) => failedPatches(inputOf(facts, overlay));
  const own = {'dragonfly/patch-a': PATCH};

  test('only patches of dragonfly/ that the snapshot has', () => {
    const found = failed([{patch: 'x/patch-a', kind: 'dragonfly'}], own);
    expect(found?.failed).toMatchObject([{name: 'patch-a', path: 'dragonfly/patch-a', text: PATCH, statement: undefined}]);
    expect(failed([{patch: 'dragonfly/patch-a'}], own)?.failed).toHaveLength(1);
    expect(failed([{patch: 'patch-a', kind: 'files'}], own)).toBeUndefined();
    expect(failed([{patch: 'files/patch-a'}], own)).toBeUndefined();
    expect(failed([{patch: 'patch-b', kind: 'dragonfly'}], own)).toBeUndefined();
    expect(
      failed(
        [
          {patch: 'patch-a', kind: 'dragonfly'},
          {patch: 'patch-b', kind: 'dragonfly'},
        ],
        own,
      ),
    ).toBeUndefined();
    expect(failed([{rejects: 'a.c', patch: ''}], own)).toBeUndefined();
    expect(failed([{patch: 'patch-a', kind: 'dragonfly'}], {'dragonfly/@2026Q2/patch-a': PATCH})?.failed[0]?.path).toBe(
      'dragonfly/@2026Q2/patch-a',
    );
    const both = {...own, 'dragonfly/@2026Q2/patch-a': PATCH};
    expect(failed([{patch: 'patch-a', kind: 'dragonfly'}], both)).toBeUndefined();
  });

  test.each([
    ['creates a file', PATCH.replace('a.c.orig', '/dev/null')],
    ['deletes a file', PATCH.replace('+++ a.c', '+++ /dev/null')],
    ['leaves the source', PATCH.replaceAll('a.c', '../a.c')],
    ['names an absolute path', PATCH.replaceAll('a.c', '/a.c')],
    ['is none', 'text'],
    ['has a part that leaves the source', PATCH + PATCH.replaceAll('a.c', '../a.c')],
  ])('a patch that %s is left to a model', (_what, text) => {
    expect(failed([{patch: 'patch-a', kind: 'dragonfly'}], {'dragonfly/patch-a': text})).toBeUndefined();
  });

  test('with overlay.dops the patch is the one that it materializes', () => {
    const facts = [{patch: 'patch-a', kind: 'dragonfly'}];
    const line = 'file materialize p/x -> dragonfly/patch-a\n';
    const found = failed(facts, {'overlay.dops': `port net/foo\n${line}`, 'p/x': PATCH});
    expect(found?.failed).toMatchObject([{path: 'p/x', statement: {kind: 'file.materialize', place: {line: 2}}}]);
    expect(failed(facts, {'overlay.dops': 'port net/foo\n', ...own})).toBeUndefined();
    expect(failed(facts, {'overlay.dops': `port net/foo\ntarget @main\n${line}`, 'p/x': PATCH})).toBeUndefined();
    expect(failed(facts, {'overlay.dops': `port net/foo\n${line}${line}`, 'p/x': PATCH})).toBeUndefined();
  });

  test('a source is seen with the patches before this one', () => {
    const change = (from: string, to: string) => `--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-${from}\n+${to}\n`;
    const port = {
      'dragonfly/patch-b': change('2', '3'),
      'dragonfly/patch-a': change('1', '2'),
      'dragonfly/patch-z': change('3', '4'),
      'dragonfly/patch-a/x': change('1', '9'),
      'x/dragonfly/patch-a': change('1', '9'),
    };
    const all = failedPatches(inputOf([{patch: 'patch-c', kind: 'dragonfly'}], {'dragonfly/patch-c': PATCH}, port));
    if (all === undefined) throw new Error('no failed patch');
    expect(sourceFor(all, 'patch-c', 'a.c', new Map([['a.c', '1\n']]))).toBe('3\n');
    expect(sourceFor(all, 'patch-b', 'a.c', new Map([['a.c', '1\n']]))).toBe('2\n');
    expect(sourceFor(all, 'patch-c', 'a.c', new Map([['a.c', '7\n']]))).toBeUndefined();
    expect(sourceFor(all, 'patch-c', 'b.c', new Map([['b.c', '1\n']]))).toBe('1\n');
    expect(sourceFor(all, 'patch-c', 'b.c', new Map())).toBeUndefined();
  });

  test('a patch that another file names is not deleted alone', () => {
    const named = (files: Files) => {
      const all = failed([{patch: 'patch-a', kind: 'dragonfly'}], files);
      const [first] = all?.failed ?? [];
      return all && first && isReferencedElsewhere(all, first);
    };
    expect(named({...own, 'Makefile.DragonFly': 'X=patch-a\n'})).toBe(true);
    expect(named({...own, 'Makefile.DragonFly': 'X=patch-ab xpatch-a\n'})).toBe(false);
    expect(named({...own, 'dragonfly/README': 'patch-a'})).toBe(false);
    const dops = (text: string) =>
      named({'overlay.dops': `port net/foo\n${text}file materialize p/x -> dragonfly/patch-a\n`, 'p/x': PATCH, z: 'patch-a'});
    expect(dops('')).toBe(false);
    expect(dops('# see patch-a\n')).toBe(true);
    expect(dops('mk set A "x"\n')).toBe(false);
  });
});
