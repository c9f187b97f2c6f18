import {hasEdScript} from '../../src/dops/apply/ed-script.ts';

const UNIFIED = '--- a\n+++ a\n@@ -1,2 +1,2 @@\n 1a\n-12d\n+3,4c\n';

test.each([
  ['a unified diff whose context resembles one', UNIFIED, false],
  ['a unified diff with one line', '--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n\\ No newline at end of file\n', false],
  ['a normal diff', '3c3\n< x\n---\n> y\n', false],
  ['an ed script', '1a\n!touch /tmp/x\n.\n', true],
  ['one with an indent and CRLF', '--- a\n  2,3d\r\n', true],
  ['one behind a unified diff', `${UNIFIED}1c\nx\n.\n`, true],
])('%s', (_name, patch, expected) => {
  expect(hasEdScript(patch)).toBe(expected);
});
