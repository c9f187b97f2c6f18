import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';

const HEADER = 'port net/foo\n';

function errors(text: string): string[] {
  return parseOverlay(text).diagnostics.map(({code, line, column}) => `${line}:${column} ${code}`);
}

function parsed(text: string): object[] {
  return parseOverlay(text).statements.map(({place: _place, ...fields}) => fields);
}

test('each statement has its kind and fields', () => {
  const text = [
    'port net/foo',
    'type dport',
    'reason "why \\"so\\""',
    'maintainer "a@example.org"',
    'target @main,,@2026Q3',
    'mk set A "1" on-missing WARN',
    'mk eval A "${B}"',
    'mk shell A "date"',
    'mk unset A',
    'mk add USES ssl',
    'mk remove USES "gl ut"',
    'mk disable-if condition "x" contains "y" on-missing noop',
    'mk replace-if from "x" to "y"',
    'mk block set condition "x" <<\'E\'\nA=1\n\nE',
    'mk ensure-include bsd.port.options.mk',
    "mk target set t <<'E'\n\tx\nE",
    "mk target append t <<'E'\nE",
    'mk target remove t',
    'mk target rename a->b',
    'file copy "a b" -> c',
    'file materialize dragonfly/p -> dragonfly/p',
    'file remove x on-missing noop',
    'text line-remove file f exact "x"',
    'text line-insert-after file f anchor "x" line "y"',
    'text replace-once file f from "x" to ""',
    'patch apply p.diff',
  ].join('\n');
  expect(parseOverlay(text).diagnostics).toEqual([]);
  expect(parsed(text)).toEqual([
    {kind: 'port', origin: 'net/foo'},
    {kind: 'type', type: 'dport'},
    {kind: 'reason', text: 'why "so"'},
    {kind: 'maintainer', text: 'a@example.org'},
    {kind: 'target', selectors: ['@main', '@2026Q3']},
    {kind: 'mk.var.set', name: 'A', value: '1', onMissing: 'warn'},
    {kind: 'mk.var.eval', name: 'A', value: '${B}'},
    {kind: 'mk.var.shell', name: 'A', value: 'date'},
    {kind: 'mk.var.unset', name: 'A'},
    {kind: 'mk.var.token_add', name: 'USES', value: 'ssl'},
    {kind: 'mk.var.token_remove', name: 'USES', value: 'gl ut'},
    {kind: 'mk.block.disable', condition: 'x', contains: 'y', onMissing: 'noop'},
    {kind: 'mk.block.replace_condition', from: 'x', to: 'y'},
    {kind: 'mk.block.set', condition: 'x', recipe: ['A=1', ''], heredocTag: 'E'},
    {kind: 'mk.include.ensure', name: 'bsd.port.options.mk'},
    {kind: 'mk.target.set', name: 't', recipe: ['\tx'], heredocTag: 'E'},
    {kind: 'mk.target.append', name: 't', recipe: [], heredocTag: 'E'},
    {kind: 'mk.target.remove', name: 't'},
    {kind: 'mk.target.rename', old: 'a', new: 'b'},
    {kind: 'file.copy', src: 'a b', dst: 'c'},
    {kind: 'file.materialize', src: 'dragonfly/p', dst: 'dragonfly/p'},
    {kind: 'file.remove', path: 'x', onMissing: 'noop'},
    {kind: 'text.line_remove', file: 'f', exact: 'x'},
    {kind: 'text.line_insert_after', file: 'f', anchor: 'x', line: 'y'},
    {kind: 'text.replace_once', file: 'f', from: 'x', to: ''},
    {kind: 'patch.apply', path: 'p.diff'},
  ]);
});

test('a statement includes its continued lines and its heredoc, and ends before the newline', () => {
  const text = "  mk add \\\n  A b # why\nmk target set t <<'E'\n\tx\nE\nmk unset B";
  const sources = parseOverlay(text).statements.map(({place}) => text.slice(place.start, place.end));
  expect(sources).toEqual(['mk add \\\n  A b', "mk target set t <<'E'\n\tx\nE", 'mk unset B']);
});

test.each([
  ['a wrong port, and the statement goes on', 'port a/b/c d\n', ['1:6 E_PARSE_EXPECTED_TOKEN', '1:12 E_PARSE_EXPECTED_NEWLINE']],
  [
    'an invalid first selector, twice',
    `${HEADER}target bad,@main\n`,
    ['2:8 E_PARSE_EXPECTED_TOKEN', '2:8 E_PARSE_EXPECTED_TOKEN'],
  ],
  ['a later invalid selector, once', `${HEADER}target @main,bad\n`, ['2:8 E_PARSE_EXPECTED_TOKEN']],
  ['a string as selector, once', `${HEADER}target "@any"\n`, ['2:8 E_PARSE_EXPECTED_TOKEN']],
  ['a word where a string is due', 'mk set A b\n', ['1:10 E_PARSE_EXPECTED_TOKEN']],
  ['a wrong keyword', 'mk block put\n', ['1:10 E_PARSE_EXPECTED_TOKEN']],
  ['a verb of text, behind its file', 'text frob file\n', ['1:15 E_PARSE_EXPECTED_TOKEN']],
  ['an unknown verb of text', 'text frob file f\n', ['1:6 E_PARSE_UNEXPECTED_TOKEN']],
  [
    'an unknown verb and the body behind it',
    "mk frob x <<'E'\nA\nE\n",
    ['1:4 E_PARSE_UNEXPECTED_TOKEN', '2:1 E_PARSE_EXPECTED_STATEMENT'],
  ],
  ['on-missing without value', 'mk unset A on-missing\n', ['1:22 E_PARSE_EXPECTED_TOKEN']],
  ['an unknown value of on-missing', 'mk unset A on-missing no\n', ['1:23 E_PARSE_INVALID_ON_MISSING']],
  ['options in another order', 'mk disable-if condition "x" on-missing noop contains "y"\n', ['1:45 E_PARSE_EXPECTED_NEWLINE']],
])('grammar: %s', (_name, text, expected) => {
  expect(errors(text)).toEqual(expected);
});

test.each([
  [
    'no port, last and at the first statement',
    '# c\n mk eval A "1" on-missing warn\n',
    ['2:2 E_SEM_INVALID_OPERATION_STATE', '2:2 E_SEM_MISSING_PORT'],
  ],
  ['an empty file', '\n\n', ['3:1 E_SEM_MISSING_PORT']],
  ['a directive twice', `${HEADER}reason "a"\nreason "b"\n`, ['3:1 E_SEM_DUPLICATE_REASON']],
  ['@any in a list', `${HEADER}target @any,@main\n`, ['2:1 E_SEM_INVALID_TARGET_SCOPE']],
  ['a pattern to materialize', `${HEADER}file materialize d/* -> d\n`, ['2:1 E_SEM_INVALID_OPERATION_STATE']],
  [
    'an empty path',
    `${HEADER}text line-remove file "" exact "x"\npatch apply ""\n`,
    ['2:1 E_SEM_INVALID_OPERATION_STATE', '3:1 E_SEM_INVALID_OPERATION_STATE'],
  ],
])('semantics: %s', (_name, text, expected) => {
  expect(errors(text)).toEqual(expected);
});

test('lexical errors hide those of grammar, and those of grammar hide semantics', () => {
  expect(errors("mk frob 'x\n")).toEqual(['1:9 E_PARSE_UNEXPECTED_CHAR']);
  expect(errors('mk frob x\n')).toEqual(['1:4 E_PARSE_UNEXPECTED_TOKEN']);
});

test('what this engine does not know is an unknown statement with its heredoc, and the rest is read', () => {
  const text = "port net/foo\nmk prepend A <<'E'\nx\nE\ncheck x\nmk set A b\nmk unset B\n";
  expect(parsed(text)).toEqual([
    {kind: 'port', origin: 'net/foo'},
    {kind: 'unknown', problem: 'operation'},
    {kind: 'unknown', problem: 'operation'},
    {kind: 'unknown', problem: 'malformed'},
    {kind: 'mk.var.unset', name: 'B'},
  ]);
  const [, unknown] = parseOverlay(text).statements;
  expect(text.slice(unknown?.place.start, unknown?.place.end)).toBe("mk prepend A <<'E'\nx\nE");
});
