import {effectReport, readSnapshot, VARIABLES} from '../../../src/case/effect/index.ts';
import {readGraph} from '../../../src/case/effect/read-graph.ts';

const GRAPH = [
  'make: "x" line 3: hello',
  '#*** Input graph:',
  '# all, flags 47, type a010001, made 4',
  '#',
  '# *** MAIN TARGET ***',
  'all             : dep .PHONY ',
  '\t@echo a',
  '',
  '# dep, flags 0, type 1, made 0',
  '# other, flags 47, type a000004, made 4',
  'other           :: ',
  '\tc1',
  '# other#1, flags 41, type a004004, made 4',
  'other           :: .INVISIBLE ',
  '\tc2',
  '# other#1, flags 41, type a004004, made 4',
  'other           :: .INVISIBLE ',
  '\tc2',
  '# .BEGIN, flags 47, type 2009001, made 4',
  '.BEGIN          : .NOTMAIN ',
  '\t@evil',
  '# leaf, flags 47, type 2009001, made 4',
  'leaf            : ',
  '\t@: portwright-default',
  '#',
  '#   Files that are only sources:',
  '#*** Global Variables:',
  '.MAKEFLAGS       =  -k -d F/x/graph -d g2',
].join('\n');

test('the graph has sources and commands of each target once, without attributes and the rule of the snapshot', () => {
  expect(readGraph(GRAPH)).toEqual({
    all: {sources: ['dep'], commands: ['@echo a']},
    other: {sources: [], commands: ['c1', 'c2']},
    '.BEGIN': {sources: [], commands: ['@evil']},
    leaf: {sources: [], commands: []},
  });
});

test('a second graph, which the port has printed, makes both worthless', () => {
  expect(readGraph(`#*** Input graph:\n#   Files that are only sources:\n${GRAPH}`)).toBeUndefined();
  expect(readGraph('')).toBeUndefined();
});

const part = (name: string, text: string): string => `${name} ${text.length}\n${text}\n`;
const values = (prefix: string): string =>
  `${VARIABLES.map((name) => (name === 'WRKSRC' ? `${prefix}/a/b` : '')).join('\n')}\n/usr/share/mk/sys.mk /c/net/foo/Makefile /tmp/own/first.mk\n`;
const PARTS = [
  part('directory', '/c/net/foo'),
  part('aside', '/tmp/own'),
  part('files', '644 3 ./Makefile\n777 1 ./link\n644 0 /dev/null\n'),
  part('hashes', `${'0'.repeat(64)}  ./Makefile\n`),
  part('links', 'link /etc/passwd\n'),
  part('odd', ''),
  part('commands', 'uname -r\n'),
  ...['proof', 'bulk'].flatMap((one) => [
    part(`status:${one}`, '0\n'),
    part(`values:${one}`, values(one === 'proof' ? '/construction' : '/usr/obj/bulk-construction')),
    part(`errors:${one}`, ''),
    part(`graph:${one}`, GRAPH),
  ]),
  part('text:./Makefile', 'A=1\n'),
].join('');
const read = (output: string) => readSnapshot(output, 'n0');

test('a snapshot has files, links, texts, and values without the work tree of their surroundings', () => {
  const {files, texts, evaluations, commands, missing} = read(`n0 begin\n${PARTS}n0 end\n`);
  expect(missing).toEqual([]);
  expect(files).toEqual([
    {path: 'Makefile', kind: 'file', mode: '644', size: 3, sha256: '0'.repeat(64)},
    {path: 'link', kind: 'link', mode: '777', size: 0, sha256: '/etc/passwd'},
  ]);
  expect(texts).toEqual({Makefile: 'A=1\n'});
  expect(commands).toEqual(['uname -r']);
  expect(evaluations.bulk).toEqual(evaluations.proof);
  expect(evaluations.proof).toMatchObject({
    variables: {WRKSRC: '/construction/a/b', '.MAKEFLAGS': '-k  -d g2'},
    makefiles: ['/usr/share/mk/sys.mk', 'Makefile'],
  });
});

test.each([
  ['something before it', `x\nn0 begin\n${PARTS}n0 end\n`],
  ['something behind it', `n0 begin\n${PARTS}n0 end\nx`],
  ['another nonce', `n1 begin\n${PARTS}n1 end\n`],
  ['a part twice', `n0 begin\n${PARTS}${part('odd', '')}n0 end\n`],
  ['no end', `n0 begin\n${PARTS}`],
  ['a wrong length', `n0 begin\n${PARTS.replace('odd 0', 'odd 7')}n0 end\n`],
])('output with %s is no snapshot', (_name, output) => {
  expect(read(output)).toMatchObject({files: [], missing: [expect.stringContaining('not in its form')]});
});

test.each([
  ['make failed', PARTS.replace('status:bulk 2\n0', 'status:bulk 2\n1'), 'could not evaluate the variables (bulk)'],
  [
    'a value has a line more',
    PARTS.replace(part('values:proof', values('/construction')), part('values:proof', `x\n${values('/construction')}`)),
    'could not evaluate the variables (proof)',
  ],
  [
    'the graph is missing',
    PARTS.replace(part('graph:bulk', GRAPH), part('graph:bulk', '')).replace(part('graph:proof', GRAPH), part('graph:proof', '')),
    'did not print its targets',
  ],
  ['names are unusual', PARTS.replace(part('odd', ''), part('odd', './a b\n')), 'unusual characters: ./a b'],
])('%s: it is missing', (_name, parts, message) => {
  expect(read(`n0 begin\n${parts}n0 end\n`).missing.join()).toContain(message);
});

test('the report lists findings and changes as text that cannot format it', () => {
  const effect = {
    changes: [
      {kind: 'file', name: 'a`b', text: 'added'},
      {kind: 'variable', name: 'CC', text: 'CC: cc → true'},
      {kind: 'target', name: 'post-patch', text: '+@x\u202ey'},
    ] as const,
    findings: [],
    summary: 'These change.',
    missing: ['Before: no.'],
  };
  const text = effectReport(effect, [{rule: 'tools', severity: 'ask', path: '', reason: 'CC is true.'}]);
  const link = '[x](http://e) <b>';
  const evil = effectReport({...effect, summary: link, missing: [link]}, [
    {rule: 'tools', severity: 'ask', path: link, reason: `${link}\n# h`},
  ]);
  expect(evil.match(/\\\[x\\\]\(http\\:\/\/e\) \\<b\\>/g)).toHaveLength(4);
  expect(evil).not.toMatch(/^# h/m);
  expect(text).toContain('- ask (tools): CC is true.');
  expect(text).toContain("- `a'b`: added");
  expect(text).toContain('- `CC: cc → true`');
  expect(text).toContain('- `post-patch`: `+@x y`');
  expect(text).toContain('## Not evaluated\n\n- Before: no.');
});
