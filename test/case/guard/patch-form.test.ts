import {patchProblem} from '../../../src/case/guard/patch-form.ts';

const HEAD = '--- src/a.c.orig\n+++ src/a.c\n';

test.each([
  ['one hunk', `${HEAD}@@ -1,3 +1,4 @@\n one\n-two\n+2\n+2b\n three\n`],
  ['a hunk of one line', `${HEAD}@@ -1 +1 @@\n-one\n+two\n`],
  ['an empty line of context without its blank', `${HEAD}@@ -1,3 +1,3 @@\n one\n\n-two\n+2\n`],
  ['words before it, and no newline at the end', `why\n\n${HEAD}@@ -1,1 +1,1 @@ f(\n-one\n\\ No newline at end of file\n+two`],
  ['a new file', '--- /dev/null\n+++ b.c\n@@ -0,0 +1,2 @@\n+one\n+two\n'],
  ['two files', `${HEAD}@@ -1 +1 @@\n-one\n+two\n${HEAD}@@ -5,0 +6 @@\n+x\n`],
])('%s is a patch', (_what, text) => {
  expect(patchProblem(text)).toBeUndefined();
});

test.each([
  ['no hunk', `${HEAD}`, /must be a unified diff/],
  ['no headers', '@@ -1 +1 @@\n-one\n+two\n', /line 1: a hunk must come after/],
  [
    'too few lines',
    `${HEAD}@@ -1,3 +1,4 @@\n one\n-two\n+2\n three\n`,
    /line 3: the hunk's header announces 3 old and 4 new lines; it has 3 and 3/,
  ],
  [
    'context that lost its blank',
    `${HEAD}@@ -1,3 +1,3 @@\n one\n-two\n+2\nthree\n`,
    /announces 3 old and 3 new lines; it has 2 and 2/,
  ],
])('%s is none', (_what, text, problem) => {
  expect(patchProblem(text)).toMatch(problem);
});
