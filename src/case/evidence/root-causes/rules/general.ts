import {rulesOf} from './rule.ts';

/** Failed tests, and libraries that the loader does not find. */
export const TESTS = rulesOf('runtime', [
  {
    form: /^(?:FAIL|FAILED):? [\w./]+|^not ok \d+(?!.*# (?:TODO|SKIP))/,
    extraFacts: {test: 'failed'},
    examples: ['FAIL: test_overflow', 'FAIL: 01-basic', 'FAILED tests/test_a.py::test_x', 'not ok 3 - opens the file'],
  },
  {
    form: /^(?:FAIL|ERROR|FAILED):? \S|^not ok \d+|\bFAILED\s*\*?$|[1-9]\d* (?:tests? )?(?:failed|FAILED)\b/,
    kind: 'hint',
    examples: ['test_all ... FAILED', '3 tests failed'],
  },
  {
    form: /^Assertion failed|[Aa]ssertion [`'"(].*failed|ld-elf\.so\.\d+: |Shared object "\S+" not found|error while loading shared libraries: (\S+):/,
    facts: ['library'],
    examples: [
      'Assertion failed: (x), function f, file a.c, line 3.',
      "a: a.c:3: f: Assertion `x' failed.",
      '/usr/libexec/ld-elf.so.2: /usr/local/lib/liba.so: Undefined symbol "x"',
      'Shared object "liba.so.3" not found, required by "b"',
      'b: error while loading shared libraries: liba.so.3: cannot open shared object file',
    ],
  },
]);

/** Words that mean an error in any tool's message. */
export const GENERAL = rulesOf('other', [
  {
    form: /^(?:\S+: )?(?:[Ee]rror|ERROR|[Ff]atal(?: error)?|FATAL)(?:\(s\))?[:!] /,
    weak: true,
    examples: ['error: something odd happened', 'tool: Fatal error: x', 'frob: ERROR: x', 'frob: FATAL: x', 'Error! Not built.'],
  },
  {
    form: /\b(?:[Ee]rror|ERROR|fatal|FATAL|[Ff]ailed|FAILED|[Cc]annot|[Cc]an't|[Uu]nable to|No such file|not found|[Ii]nvalid|required|undefined)\b/,
    kind: 'hint',
    examples: ['the frob is undefined'],
  },
]);
