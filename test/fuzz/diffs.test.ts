import fc from 'fast-check';
import {guardDiff as guard, passes} from '../../src/case/guard/index.ts';
import {applyExactly, type Changes, gitDiff, readPatches, unified} from '../../src/case/recipes/overlay.ts';
import type {Finding} from '../../src/case/types.ts';
import {expectTimeByLength, hostileTexts, PIECES} from './hostile.ts';

const ORIGIN = 'net/foo';
const HOME = `ports/${ORIGIN}`;
const NAMES = [
  'Makefile.DragonFly',
  'overlay.dops',
  'diffs/Makefile.diff',
  'diffs/REMOVE',
  'dragonfly/patch-a.c',
  'pkg-plist',
  'STATUS',
];

const guardDiff = (diff: string): Finding[] => guard(diff, ORIGIN, {failedPatches: new Set()});

/** A diff as git writes it. */
function written(before: Readonly<Record<string, string>>, changes: Changes): string {
  return gitDiff({origin: ORIGIN, files: new Map(Object.entries(before))}, changes) ?? '';
}

const added = (name: string, text: string): string => written({}, new Map([[name, `${text}\n`]]));

const EXAMPLES = [
  added('Makefile.DragonFly', 'CFLAGS+=\t-DX\n\ndfly-patch:\n\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/x'),
  added('dragonfly/patch-a.c', '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-int a\n+int b'),
  added(
    'overlay.dops',
    'mk set X "a\\"b"\ntext line-replace file Makefile line "a" to "b"\nfile materialize dragonfly/patch-a -> dragonfly/patch-a',
  ),
  written(
    {'Makefile.DragonFly': 'A=1\nB=2\nC=3\n', 'diffs/x.diff': 'old\n'},
    new Map([
      ['Makefile.DragonFly', 'A=1\nB=3\nC=3'],
      ['diffs/x.diff', undefined],
    ]),
  ),
];
const WORDS = [
  'BROKEN=\tyes',
  '+BROKEN=\tyes',
  '\n@@ -1 +1 @@\n',
  '\n@@',
  '\n--- a/x',
  '\n+++ b/x',
  '\n\\ No newline at end of file\n',
  'Binary files /dev/null and b/x differ\n',
  'diff --git ',
  'diff --git "a/x" "b/x"\n',
  '\nrename from ../x\n',
  'new file mode 120000',
  '/dev/null',
  '../',
];
const diffs = hostileTexts(EXAMPLES, WORDS);

test('the guard judges any text: anything but a complete git diff is refused', () => {
  fc.assert(
    fc.property(diffs, (text) => {
      const findings = guardDiff(text);
      for (const {rule, severity, reason} of findings) {
        expect(['refuse', 'ask', 'note']).toContain(severity);
        expect(rule).toMatch(/^[a-z-]+$/);
        expect(reason).toMatch(/\S/);
      }
      if (!/^diff --git /m.test(text)) expect(passes(findings)).toBe(false);
    }),
    {numRuns: 300},
  );
});

const line = fc.oneof(
  fc.stringMatching(/^[ -~]{0,30}$/),
  fc.constantFrom(
    '--- a',
    '+++ b',
    '-- x',
    '++ x',
    '@@ -1 +1 @@',
    'diff --git a/x b/x',
    'Binary files a and b differ',
    '\\ x',
    '\ud83d\ude00',
    '',
  ),
);
const body = fc.array(line, {maxLength: 8}).map((lines) => lines.map((one) => `${one}\n`).join(''));

test('a text that cannot do harm passes as it is written, and the same with one line that hides a failure does not', () => {
  fc.assert(
    fc.property(fc.constantFrom('Makefile.DragonFly', 'overlay.dops'), body, body, fc.nat(), (name, before, after, at) => {
      const lines = after.split('\n');
      lines.splice(at % lines.length, 0, 'BROKEN=\tyes');
      const hidden = lines.join('\n');
      fc.pre(!/\\\n/.test(hidden));
      const files = before === '' ? {} : {[name]: before};
      expect(guardDiff(written(files, new Map([[name, hidden]])))).toContainEqual(
        expect.objectContaining({rule: 'hiding', severity: 'refuse'}),
      );
      for (const {rule} of guardDiff(written(files, new Map([[name, after]]))))
        expect(['unreadable', 'outside', 'file-kind']).not.toContain(rule);
    }),
    {numRuns: 200},
  );
});

test.each([
  ['distinfo', 'distinfo'],
  ['STATUS', 'status'],
])('no text makes a change of %s pass', (name, rule) => {
  fc.assert(
    fc.property(fc.oneof(body, hostileTexts(['TIMESTAMP = 1\nSHA256 (a.tar.gz) = 0\nSIZE (a.tar.gz) = 1\n'])), (text) => {
      fc.pre(text !== '');
      const findings = guardDiff(written({}, new Map([[name, text]])));
      expect(findings.some((one) => one.severity === 'refuse' && [rule, 'unreadable'].includes(one.rule))).toBe(true);
    }),
    {numRuns: 250},
  );
});

test('a file outside of the port is refused, whatever surrounds it', () => {
  const outside = (text: string): string => written({}, new Map([['x', text]])).replaceAll(HOME, 'ports/net/bar');
  fc.assert(
    fc.property(fc.constantFrom(...EXAMPLES), body, fc.boolean(), (example, text, first) => {
      fc.pre(text !== '');
      const both = first ? outside(text) + example : example + outside(text);
      expect(passes(guardDiff(both))).toBe(false);
    }),
    {numRuns: 250},
  );
});

test('a patch that is written comes back: it is read in full and leads from the one text to the other', () => {
  fc.assert(
    fc.property(body, body, (before, after) => {
      fc.pre(before !== after);
      const patches = readPatches(unified('a.c.orig', 'a.c', before, after));
      expect(patches).toHaveLength(1);
      expect(patches?.map((patch) => applyExactly(before, patch))).toEqual([after]);
    }),
    {numRuns: 250},
  );
  fc.assert(
    fc.property(diffs, (text) => void readPatches(text)),
    {numRuns: 250},
  );
});

test('a diff takes a time by its length', () => {
  expectTimeByLength(guardDiff, [...PIECES, ...WORDS]);
  expectTimeByLength(readPatches, PIECES);
  const heads = NAMES.map((name) => added(name, 'x').replace(/^@@[\s\S]*/m, '@@ -0,0 +1 @@\n'));
  expectTimeByLength((text) => {
    const lines = `+CFLAGS=\t${text.slice(-text.length / heads.length).replaceAll('\n', '\n+')}\n`;
    guardDiff(heads.map((head) => head + lines).join(''));
  });
});
