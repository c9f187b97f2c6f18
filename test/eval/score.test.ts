import type {AttemptEnd} from '../../src/case/status.ts';
import {countLostToLimits, scoreCase, touchedFiles} from '../../src/eval/score.ts';
import {diffOf, end, known} from './made.ts';

describe('scoreCase', () => {
  test('a proved fix in the right file is right', () => {
    expect(scoreCase(known(), end())).toMatchObject({
      classRight: true,
      rootCauseAt: 1,
      labelled: true,
      proved: true,
      wrong: [],
      touched: ['Makefile.DragonFly'],
      tokens: 700,
    });
  });

  test('a proved fix outside the right files is a false one, with the path', () => {
    const {wrong} = scoreCase(known(), end({diff: diffOf('Makefile.DragonFly', 'x') + diffOf('diffs/Makefile.diff', 'y')}));
    expect(wrong).toEqual(['diffs/Makefile.diff is not one of the right files (Makefile.DragonFly, dragonfly/*)']);
  });

  test('a final star matches any suffix of a path, and only that', () => {
    const judged = (file: string): number =>
      scoreCase(known({rightFiles: ['dragonfly/*']}), end({diff: diffOf(file, 'x')})).wrong.length;
    expect([judged('dragonfly/patch-a'), judged('files/dragonfly/patch-a')]).toEqual([0, 1]);
  });

  test('a forbidden line that is added is a false fix; one that is only context is not', () => {
    expect(scoreCase(known(), end({diff: diffOf('Makefile.DragonFly', 'CFLAGS+= -Wno-error')})).wrong).toEqual([
      'no warning is switched off',
    ]);
    const context = diffOf('Makefile.DragonFly', 'x').replace('\n a\n', '\n CFLAGS+= -Wno-error\n');
    expect(scoreCase(known(), end({diff: context})).wrong).toEqual([]);
  });

  test('a forbidden file is a false fix, a deleted one too', () => {
    const forbidden = [{why: 'still needed', file: '^dragonfly/patch-cku'}];
    const path = 'ports/comms/kermit/dragonfly/patch-ckufio.c';
    const diff = `diff --git a/${path} b/${path}\ndeleted file mode 100644\n--- a/${path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n`;
    expect(scoreCase(known({forbidden}), end({diff})).wrong).toEqual(['still needed']);
  });

  test('any proved fix is false where an operator should decide', () => {
    expect(scoreCase(known({expectedOutcome: 'operator'}), end()).wrong).toHaveLength(1);
  });

  test('without a proof no diff is false', () => {
    const judged = scoreCase(known(), end({outcome: 'needs-help', diff: diffOf('STATUS', '-Wno-x')}));
    expect(judged).toMatchObject({proved: false, wrong: [], touched: []});
  });

  test('an acceptable class is right, no triage is not', () => {
    const judged = (classification: string | null): boolean =>
      scoreCase(known({acceptableClasses: ['patch-error']}), end({classification})).classRight;
    expect([judged('patch-error'), judged('configure-error'), judged('unknown'), judged(null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('the rank of the first labelled line among the findings', () => {
    const at = (...texts: string[]): number | null =>
      scoreCase(known(), end({findings: texts.map((text) => ({text}))})).rootCauseAt;
    expect([at('x', '  Unknown USES=alias'), at('x'), at()]).toEqual([2, null, null]);
  });
});

test('an attempt is lost to a limit if the limit ended it without a proof', () => {
  const ended = (end: AttemptEnd, rebuildOk = false) => ({end, findings: [], proof: {rebuildOk, diffSha256: ''}});
  const attempts = [ended('turn-limit'), ended('turn-limit', true), ended('no-edit'), ended('gave-up'), ended('reported')];
  expect(countLostToLimits(attempts)).toBe(2);
});

test('a path with blanks is one path, and a renamed file is two', () => {
  const diff = 'diff --git a/ports/x/y/files/a b b/ports/x/y/files/a b\ndiff --git a/ports/x/y/c b/ports/x/z/c\n';
  expect(touchedFiles(diff, 'x/y')).toEqual(['files/a b', 'c', 'ports/x/z/c']);
});
