import {triageSummary} from '../../../src/case/prompt/triage-summary.ts';

const FINDINGS = "1. line 7, build, compiler\n  a.c: In function 'f':\n> a.c:3:4: error: 'X' undeclared\n      3 | X\n";

test('lines of the log that the findings show are left out of the report', () => {
  const report = (evidence: string) => `## Root Cause\nX is missing.\n\n## Evidence\n${evidence}\n\n## Confidence\nhigh\n`;
  const shown = report('(The lines are under Root Causes.)');
  expect(triageSummary(report("```\na.c:3:4: error: 'X' undeclared\n```"), FINDINGS)).toBe(shown);
  expect(triageSummary(report("~~~~ text\n7: a.c:3:4: error: 'X' undeclared\n\n  a.c: In function 'f':\n~~~~"), FINDINGS)).toBe(
    shown,
  );
  expect(triageSummary(report("```\na.c:3:4: error: 'X' undeclared\nconfig.h lacks it\n```"), FINDINGS)).toBe(
    report('```\nconfig.h lacks it\n```'),
  );
});

test('a report that quotes nothing of them is left as it is', () => {
  const report = '## Evidence\n```\n```\n3 | X\nhigh\n';
  expect(triageSummary(report, FINDINGS)).toBe(report);
});
