import {performance} from 'node:perf_hooks';
import fc from 'fast-check';
import {render} from 'preact-render-to-string';
import {guardDiff} from '../../src/case/guard/index.ts';
import type {Finding} from '../../src/case/types.ts';
import {changedRanges} from '../../src/console/attempt/changed-words.ts';
import {DiffView} from '../../src/console/attempt/diff-view.tsx';
import {languageOf, Painter} from '../../src/console/attempt/highlight.ts';
import {type Line, readDiff} from '../../src/console/attempt/read-diff.ts';
import {visible} from '../../src/console/attempt/visible.ts';
import {HOSTILE, repeatedIds, tagsOf, textOf} from './attempt-html.ts';

const HOME = 'ports/net/foo';

/** A diff of one file, as git writes it. Lines are with their marks. */
function fileDiff(path: string, lines: readonly string[], notes: readonly string[] = []): string {
  const old = lines.filter((line) => !line.startsWith('+')).length;
  const fresh = lines.filter((line) => !line.startsWith('-')).length;
  return [
    `diff --git a/${path} b/${path}`,
    ...notes,
    'index 1111111..2222222 100644',
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,${old} +1,${fresh} @@`,
    ...lines,
    '',
  ].join('\n');
}

const MAKE = fileDiff(`${HOME}/Makefile.DragonFly`, [
  ' USES+=\tgmake',
  '-CFLAGS+=\t-O2 -DOLD',
  '+CFLAGS+=\t-O2 -DNEW',
  '+CFLAGS+=\t-Wno-error',
  ' .endif',
]);

const shown = (diff: string, findings: readonly Finding[] = []): string => render(<DiffView diff={diff} findings={findings} />);

/** Lines of one side of a diff as it was read, with their marks. */
function side(diff: string, of: 'before' | 'after'): string[] {
  const read = readDiff(diff, [], 'x');
  if (read === undefined) throw new Error('not read');
  const mark = {same: ' ', old: '-', new: '+'};
  const lines = read.files.flatMap(({hunks}) =>
    hunks.flatMap(({blocks}) => blocks.flatMap(({pairs}) => pairs.map((pair) => pair[of]))),
  );
  return lines.flatMap((line) => (line === undefined ? [] : [`${line.number}${mark[line.kind]}${line.text}`]));
}

/** Cells of lines that are marked by a finding: their text, and where their link goes. */
function markedLines(html: string): {text: string; to: string[]}[] {
  return [...html.matchAll(/<td class="line [^"]* found">(.*?)<\/td>/gs)].map(([, cell = '']) => ({
    text: textOf(/<code>(.*?)<\/code>/s.exec(cell)?.[1] ?? ''),
    to: [...cell.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? ''),
  }));
}

test('both sides have their lines, numbers and marks', () => {
  expect(side(MAKE, 'before')).toEqual(['1 USES+=\tgmake', '2-CFLAGS+=\t-O2 -DOLD', '3 .endif']);
  expect(side(MAKE, 'after')).toEqual(['1 USES+=\tgmake', '2+CFLAGS+=\t-O2 -DNEW', '3+CFLAGS+=\t-Wno-error', '4 .endif']);
  const text = textOf(shown(MAKE)).replace(/\s+/g, ' ');
  expect(text).toContain('1 file, 2 lines added, 1 removed');
  expect(text).toMatch(/2-CFLAGS\+= -O2 -DOLD ?2\+CFLAGS\+= -O2 -DNEW ?3\+CFLAGS\+= -Wno-error/);
});

test('a table has a caption and heads, and files have addresses', () => {
  const html = shown(MAKE + fileDiff(`${HOME}/x.c`, [' a', '+b']));
  expect(textOf(html.match(/<caption.*?<\/caption>/)?.[0] ?? '')).toBe(`Changes of ${HOME}/Makefile.DragonFly`);
  expect(html.match(/<th scope="col"/g)).toHaveLength(4);
  expect(repeatedIds(html)).toEqual([]);
  expect(repeatedIds(shown(MAKE) + shown(`${MAKE}${fileDiff('b', ['+x'])}`))).toEqual([]);
  expect(render(<DiffView diff={MAKE} findings={[]} id="diff-3" />)).toContain('<details class="diff-file" id="diff-3-1" open');
});

test('a file with lines on one side only takes one column', () => {
  expect(shown(fileDiff('a', ['+b'], ['new file mode 100644']))).toContain('<table class="diff-lines only-after">');
  expect(shown(fileDiff('a', ['-b'], ['deleted file mode 100644']))).toContain('<table class="diff-lines only-before">');
  expect(shown(MAKE)).toContain('<table class="diff-lines">');
});

test('what git says of a file is there: modes, renames, binary files, a missing newline', () => {
  const binary = `diff --git a/x.png b/x.png\nnew file mode 100755\nindex 0000000..1111111\nBinary files /dev/null and b/x.png differ\n`;
  const renamed = 'diff --git a/old.c b/new.c\nsimilarity index 100%\nrename from old.c\nrename to new.c\n';
  const text = textOf(shown(`${binary}${renamed}${fileDiff('a', ['-b', '+c', '\\ No newline at end of file'])}`));
  for (const words of [
    'new file mode 100755',
    'Binary files /dev/null and b/x.png differ',
    'rename from old.c',
    'new.c',
    'no newline at its end',
  ])
    expect(text).toContain(words);
});

test('words that changed are marked inside a pair of lines, and cut the colours where they must', () => {
  const html = shown(fileDiff('a.c', ['-int x = compute(1, "old");', '+int x = compute(2, "old");']));
  const marked = [...html.matchAll(/<span class="([^"]*changed-word)">([^<]*)</g)].map(([, classes, text]) => [classes, text]);
  expect(marked).toEqual([
    ['hljs-number changed-word', '1'],
    ['hljs-number changed-word', '2'],
  ]);
  const inside = shown(fileDiff('a.c', ['-char *s = "one two";', '+char *s = "one three";']));
  expect(inside).toContain('<span class="hljs-string">&quot;one </span><span class="hljs-string changed-word">two</span>');
});

test('lines that have nothing in common are not marked word by word', () => {
  expect(changedRanges('CFLAGS+= -Wno-error', 'post-patch:')).toBeUndefined();
  expect(changedRanges('a b c', 'a x c')).toEqual({before: [[2, 3]], after: [[2, 3]]});
  expect(changedRanges(`a ${'x'.repeat(2000)}`, `b ${'x'.repeat(2000)}`)).toBeUndefined();
});

test.each([
  ['ports/a/b/Makefile.DragonFly', 'makefile'],
  ['ports/a/b/newport/Makefile', 'makefile'],
  ['ports/a/b/bsd.foo.mk', 'makefile'],
  ['ports/a/b/diffs/Makefile.diff', 'diff'],
  ['ports/a/b/dragonfly/patch-src_main.c', 'diff'],
  ['ports/a/b/files/patch-CMakeLists.txt', 'diff'],
  ['ports/a/b/dragonfly/extra', 'diff'],
  ['ports/a/b/files/x.c', 'c'],
  ['ports/a/b/files/x.cc', 'cpp'],
  ['ports/a/b/pkg-install', 'bash'],
  ['ports/a/b/files/x.py', 'python'],
  ['ports/a/b/files/x.xml', 'xml'],
  ['ports/a/b/CMakeLists.txt', 'cmake'],
  ['ports/a/b/overlay.dops', 'plaintext'],
  ['ports/a/b/pkg-plist', 'plaintext'],
])('%s is coloured as %s', (path, language) => {
  expect(languageOf(path)).toBe(language);
});

test('lines are coloured, and each piece of them stays', () => {
  const line = 'static const char *s = "a<b&\'c\'"; /* <i> */';
  const pieces = new Painter().pieces(line, 'c');
  expect(pieces.map(({text}) => text).join('')).toBe(line);
  expect(pieces).toContainEqual({text: '/* <i> */', scope: 'hljs-comment'});
  expect(shown(fileDiff(`${HOME}/dragonfly/patch-a.c`, ['++#ifdef X']))).toContain(
    '<span class="hljs-addition">+#ifdef X</span>',
  );
});

test('a painter stops after enough work, and long lines are left as they are', () => {
  const painter = new Painter();
  expect(painter.pieces('x = "y"', 'c')).not.toHaveLength(1);
  expect(painter.left).toBe(false);
  const long = `"${'a'.repeat(2000)}"`;
  expect(painter.pieces(long, 'c')).toEqual([{text: long, scope: ''}]);
  expect(painter.left).toBe(true);
  for (let at = 0; at < 200; at += 1) painter.pieces(`"${at}${'_'.repeat(1900)}"`, 'cpp');
  expect(painter.pieces('"y"', 'c')).toEqual([{text: '"y"', scope: ''}]);
  expect(textOf(shown(fileDiff('a.c', [`+${long}`])))).toContain('shown without colours');
  expect(textOf(shown(MAKE))).not.toContain('shown without colours');
});

test('hostile lines are coloured in bounded time', () => {
  const lines = Array.from({length: 480}, (_none, at) => `+${at}${'_'.repeat(1990)}`);
  const began = performance.now();
  shown(fileDiff('a.cpp', lines));
  expect(performance.now() - began).toBeLessThan(5000);
});

const silenced = {
  rule: 'compiler-silenced',
  severity: 'ask',
  path: `${HOME}/Makefile.DragonFly`,
  reason: 'This silences the compiler: CFLAGS+=\t-Wno-error',
} as const;

test('a finding is below the first line that it is about; further lines lead to it', () => {
  const html = shown(MAKE, [silenced]);
  const id = /<div class="finding warn" id="([^"]+)"/.exec(html)?.[1] ?? '';
  expect(id).not.toBe('');
  expect(markedLines(html)).toEqual([{text: 'CFLAGS+=\t-Wno-error', to: []}]);
  expect(html.match(/class="finding/g)).toHaveLength(1);
  const cell = textOf(/<td class="line [^"]* found">(.*?)<\/td>/s.exec(html)?.[1] ?? '');
  expect(cell).toContain('Guard asks you:');
  expect(cell).toContain('compiler-silenced');
  const twice = shown(fileDiff(`${HOME}/Makefile.DragonFly`, ['+CFLAGS+=\t-Wno-error', '+CFLAGS+=\t-Wno-error']), [silenced]);
  expect(markedLines(twice).map(({to}) => to.length)).toEqual([0, 1]);
});

test('a finding that is about no line is in front of its file', () => {
  const html = shown(MAKE, [{...silenced, reason: 'The file is large.'}]);
  const file = html.slice(html.indexOf('<details class="diff-file"'), html.indexOf('<table'));
  expect(textOf(file)).toContain('The file is large.');
});

test('findings of no file in the diff stand over the whole', () => {
  const findings: Finding[] = [
    {rule: 'empty', severity: 'refuse', path: '', reason: 'of all'},
    {rule: 'outside', severity: 'refuse', path: 'elsewhere', reason: 'of another'},
  ];
  const before = textOf(shown(MAKE, findings).split('<details')[0] ?? '');
  expect(before).toContain('of all');
  expect(before).toMatch(/elsewhere\s+of another\s+outside/);
});

/** What the guard itself says of a diff, and the lines that are marked for it. */
test.each<[string, string, string, string[]]>([
  [
    'a line of a Makefile that goes on in the next',
    fileDiff(`${HOME}/Makefile.DragonFly`, [' A=\tb', '+CFLAGS+=\t-DLONG_ENOUGH \\', '+\t\t-Wno-error=foo', '+OTHER=\tx']),
    'compiler-silenced',
    ['CFLAGS+=\t-DLONG_ENOUGH \\', '\t\t-Wno-error=foo'],
  ],
  [
    'a line that a patch adds',
    fileDiff(
      `${HOME}/dragonfly/patch-a.c`,
      ['+--- a.c.orig', '++++ a.c', '+@@ -1 +1,2 @@', '+ int x;', '++#pragma GCC diagnostic ignored "-Wall"'],
      ['new file mode 100644'],
    ),
    'compiler-silenced',
    ['+#pragma GCC diagnostic ignored "-Wall"'],
  ],
  [
    'an operation of overlay.dops',
    fileDiff(`${HOME}/overlay.dops`, [' port net/foo', '+mk set BROKEN "does not build"', '+mk add USES gmake']),
    'hiding',
    ['mk set BROKEN "does not build"'],
  ],
  [
    'a patch that overlay.dops drops',
    fileDiff(`${HOME}/overlay.dops`, [' port net/foo', '+file remove dragonfly/patch-b.c', '+mk add USES gmake']),
    'patch-deleted',
    ['file remove dragonfly/patch-b.c'],
  ],
  [
    'text that is hidden',
    fileDiff(`${HOME}/Makefile.DragonFly`, [' A=\tb', '+C=\td\u202ee', '+D=\te']),
    'hidden-text',
    ['C=\td‹U+202E›e'],
  ],
  [
    'a secret',
    fileDiff(`${HOME}/Makefile.DragonFly`, [' A=\tb', `+TOKEN=\tghp_${'a1B2'.repeat(9)}`, '+D=\te']),
    'secret',
    [`TOKEN=\tghp_${'a1B2'.repeat(9)}`],
  ],
  ['nothing where the reason quotes nothing', fileDiff(`${HOME}/STATUS`, ['-PORT', '+MASK']), 'status', []],
])('the guard’s word marks %s', (_name, diff, rule, lines) => {
  const findings = guardDiff(diff, 'net/foo', {failedPatches: new Set()}).filter((one) => one.rule === rule);
  expect(findings).toHaveLength(1);
  expect(markedLines(shown(diff, findings)).map(({text}) => text)).toEqual(lines);
});

test.each([
  ['no diff at all', 'hello\n'],
  ['a diff without the line of git', '--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n'],
  ['a hunk with more lines than it says', MAKE.replace('@@ -1,3 +1,4 @@', '@@ -1,3 +1,3 @@')],
  ['a hunk that lacks lines, before another', MAKE.replace(' .endif\n', '@@ -9 +10 @@\n-a\n+b\n')],
  ['a file that lacks lines, before another', MAKE.replace(' .endif\n', '') + MAKE],
  ['a line that is of no hunk', MAKE.replace(' .endif\n', ' .endif\nhidden words\n')],
  ['a line that has lost its blank', MAKE.replace(' .endif', '')],
  ['a hunk without a readable head', MAKE.replace('@@ -1,3 +1,4 @@', '@@ nonsense @@')],
])('%s is shown as text, with a word', (_name, diff) => {
  const text = textOf(shown(diff, [silenced]));
  expect(text).toContain('it is shown as it is');
  expect(text).toContain(diff);
  expect(text).toContain('This silences the compiler');
});

test('a diff that is cut at its end is set out as far as it goes', () => {
  const text = textOf(shown(MAKE.slice(0, MAKE.indexOf('+CFLAGS+=\t-Wno'))));
  expect(text).toContain('The diff is cut here');
  expect(text).toContain('-DNEW');
  expect(textOf(shown(MAKE))).not.toContain('The diff is cut here');
});

test('what stands before the first file is not lost', () => {
  expect(textOf(shown(`Subject: a mail\n\n${MAKE}`))).toContain('Subject: a mail');
});

test('an empty diff says so', () => {
  expect(textOf(shown('\n'))).toContain('nothing was changed');
});

test.each([
  ['lines', Array.from({length: 5001}, () => '+a')],
  ['characters', [`+${'a'.repeat(1_000_001)}`]],
])('a diff of too many %s is shown as text', (_name, lines) => {
  const html = shown(fileDiff('a.c', lines));
  expect(html).not.toContain('<table');
  expect(textOf(html)).toContain(lines.join('\n'));
  expect(textOf(html)).toContain('are not set out');
});

test('nothing in a diff or a finding becomes markup', () => {
  const findings: Finding[] = [{rule: HOSTILE, severity: 'ask', path: 'a.c', reason: HOSTILE}];
  const line = HOSTILE.replace('\u0000', '');
  for (const path of ['a.c', 'a.xml', 'Makefile', 'patch-a', 'a.py', 'a.sh', 'a.txt', `<b onclick=x>.c`]) {
    for (const html of [shown(fileDiff(path, [` ${line}`, `-${line}`, `+${line} x`]), findings), shown(HOSTILE, findings)]) {
      expect(tagsOf(html).filter(({name}) => ['script', 'img', 'b'].includes(name))).toEqual([]);
      expect(html).not.toMatch(/\u202e/);
    }
  }
});

test('each line of a diff is shown, whatever is in it', () => {
  const word = fc.oneof(
    fc.constantFrom('diff --git a/x b/x', '@@ -1 +1 @@', '--- a', '+++ b', '\\ x', 'Binary files', '', '\t', '"', '/*', '<'),
    fc.string(),
  );
  const line = fc.tuple(fc.constantFrom(' ', '+', '-'), word).map(([mark, text]) => mark + text.replace(/[\n\r]/g, ' '));
  const marked = (lines: readonly (Line | undefined)[], mark: string) =>
    lines.flatMap((one) => (one === undefined ? [] : [mark + one.text]));
  fc.assert(
    fc.property(fc.array(line, {minLength: 1, maxLength: 30}), (lines) => {
      const read = readDiff(fileDiff('a.c', lines), [], 'x');
      const pairs = read?.files.flatMap(({hunks}) => hunks.flatMap(({blocks}) => blocks.flatMap((block) => block.pairs))) ?? [];
      const old = marked(
        pairs.map(({before}) => (before?.kind === 'old' ? before : undefined)),
        '-',
      );
      const fresh = marked(
        pairs.map(({after}) => (after?.kind === 'new' ? after : undefined)),
        '+',
      );
      const same = marked(
        pairs.map(({after}) => (after?.kind === 'same' ? after : undefined)),
        ' ',
      );
      const of = (mark: string) => lines.filter((one) => one.startsWith(mark)).map(visible);
      expect([old, fresh, same]).toEqual([of('-'), of('+'), of(' ')]);
      const painter = new Painter();
      for (const one of lines)
        expect(
          painter
            .pieces(one, 'c')
            .map(({text}) => text)
            .join(''),
        ).toBe(one);
    }),
  );
});
