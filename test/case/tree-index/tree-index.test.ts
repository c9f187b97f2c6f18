import {RootCauseScan} from '../../../src/case/evidence/root-causes/index.ts';
import {matchItem} from '../../../src/case/tree-index/excerpt.ts';
import {queryOf} from '../../../src/case/tree-index/query.ts';
import {TreeIndex, type TreeMatch} from '../../../src/case/tree-index/tree-index.ts';

const patch = (file: string, ...lines: readonly string[]): string =>
  [`--- ${file}.orig`, `+++ ${file}`, '@@ -1,3 +1,4 @@', ...lines, ''].join('\n');

/** A tree in which these files are the only ones about their names, among `others` that are about nothing. */
function treeOf(files: Readonly<Record<string, string>>, others = 400): TreeIndex {
  const index = new TreeIndex();
  for (let at = 0; at < others; at += 1)
    index.add({
      origin: `misc/x${at}y`,
      path: 'dragonfly/patch-main.c',
      text: patch('main.c', `+int other_name${at} = COMMON_NAME;`),
    });
  for (const [place, text] of Object.entries(files)) {
    const [category, name, ...path] = place.split('/');
    index.add({origin: `${category}/${name}`, path: path.join('/'), text});
  }
  return index;
}

function closest(
  index: TreeIndex,
  line: string,
  {origin = 'net/own', phase = 'build', rootCause = ''} = {},
): readonly TreeMatch[] {
  const scan = new RootCauseScan();
  scan.take(Buffer.from(`-- Phase: ${phase}\n${line}\n*** Error code 1\nFAILED 00:00:01\n`));
  return index.closest(queryOf(scan.finish(), origin, rootCause), [origin], 3);
}

const places = (matches: readonly TreeMatch[]): string[] => matches.map(({file}) => `${file.origin}/${file.path}`);

test.each([
  ["a.c:3:4: error: 'IFM_IEEE80211_11A' undeclared", ['net/exact/dragonfly/patch-if.c', 'net/family/dragonfly/patch-m.c']],
  ["a.c:3:4: error: 'IFM_IEEE80211_11AX' undeclared", ['net/family/dragonfly/patch-m.c', 'net/exact/dragonfly/patch-if.c']],
  [
    'a.c:3:10: fatal error: sys/capsicum.h: No such file or directory',
    ['net/caps/dragonfly/patch-c.c', 'net/option/overlay.dops'],
  ],
  ["a.c:(.text+0x1): undefined reference to `uu_lock'", ['net/lock/overlay.dops']],
  ["if.c:3:4: error: 'COMMON_NAME' undeclared", []],
  ["other.c:3:4: error: 'nowhere_else' undeclared", []],
  ['other.c:3:4: error: expected expression', []],
])('%s is close to %j', (line, wanted) => {
  const index = treeOf({
    'net/family/dragonfly/patch-m.c': patch('m.c', '+#ifdef IFM_IEEE80211_11NG'),
    'net/exact/dragonfly/patch-if.c': patch('if.c', '+#ifdef IFM_IEEE80211_11A'),
    'net/own/dragonfly/patch-if.c': patch('if.c', '+#ifdef IFM_IEEE80211_11A'),
    'net/caps/dragonfly/patch-c.c': patch('c.c', '-#include <sys/capsicum.h>'),
    'net/option/overlay.dops':
      'port net/option\ntype port\nreason "no capsicum here"\ntarget @any\nmk remove OPTIONS_DEFAULT CAPSICUM\n',
    'net/lock/overlay.dops': 'port net/lock\ntype port\nreason "x"\ntarget @any\nmk add CFLAGS "-Duu_lock=my_lock"\n',
  });
  expect(places(closest(index, line))).toEqual(wanted);
});

test('a patch of the same file in a variant of the software is close, and a file of that name elsewhere is not', () => {
  const index = treeOf({
    'lang/py311/dragonfly/patch-setup.py': patch('setup.py', '+x'),
    'net/b/dragonfly/patch-setup.py': patch('setup.py', '+y'),
  });
  const line = '1 out of 1 hunks failed--saving rejects to setup.py.rej\n===>  FAILED Applying dragonfly patch-setup.py';
  expect(places(closest(index, line, {origin: 'lang/py312', phase: 'patch'}))).toEqual(['lang/py311/dragonfly/patch-setup.py']);
});

test('equal patches, and those of variants of one software, are one match', () => {
  const text = patch('a.c', '+#ifdef RARE_NAME');
  const index = treeOf({
    'lang/a11/dragonfly/patch-a.c': text,
    'lang/a12/dragonfly/patch-a.c': `${text} `,
    'lang/b/dragonfly/patch-a.c': text,
    'net/c/dragonfly/patch-c.c': patch('c.c', '+RARE_NAME'),
  });
  const matches = closest(index, "a.c:3:4: error: 'RARE_NAME' undeclared");
  expect(matches.map(({file, alike}) => [file.origin, alike])).toEqual([
    ['lang/a11', ['lang/a12', 'lang/b']],
    ['net/c', []],
  ]);
});

test('the root cause of triage names what the log does not', () => {
  const index = treeOf({'net/a/dragonfly/patch-a.c': patch('a.c', '+#ifdef SO_REUSEPORT_LB')});
  const line = 'a.c:1:2: error: expected expression';
  expect(closest(index, line)).toEqual([]);
  expect(places(closest(index, line, {rootCause: 'DragonFly has no SO_REUSEPORT_LB.'}))).toEqual(['net/a/dragonfly/patch-a.c']);
});

test('a match is shown with its reasons and the hunk that has the names', () => {
  const filler = Array.from({length: 30}, (_, at) => ` line ${at}`);
  const text = [
    patch('x.c', '-first', '+second', ...filler).trimEnd(),
    '@@ -90,3 +91,4 @@',
    ' before',
    '+#ifdef RARE_NAME',
    ' after',
    '',
  ].join('\n');
  const [match] = closest(treeOf({'net/a/dragonfly/patch x.c': text}), "x.c:3:4: error: 'RARE_NAME' undeclared");
  expect(matchItem(match as TreeMatch)).toEqual({
    title: 'net/a/dragonfly/patch_x.c',
    text: 'It has RARE_NAME, other names RARE_*, a change of a file x.c:\n@@ -90,3 +91,4 @@\n before\n+#ifdef RARE_NAME\n after',
  });
  const long = matchItem({
    ...(match as TreeMatch),
    file: {...(match as TreeMatch).file, text: `+RARE_NAME ${'x'.repeat(500)}\n`.repeat(50)},
  });
  expect(long.text.length).toBeLessThan(1000);
});
