import {parseSnippetRequests} from '../../../src/case/triage/snippet-requests.ts';

test('knows the forms of the contract', () => {
  const text = [
    '- `source:src/a.c:10`',
    '- `source:src/a.c:10:5`',
    '* `source:src/a.c:10:±7`',
    '1. `source:src/b.c:20:+/-9` because of X',
    '- **`source:src/b.c:all`**',
    '- `buildsystem:CMakeLists.txt`',
    '- configure:/configure.ac',
    '- `log:100:200`',
  ].join('\r\n');
  expect(parseSnippetRequests(text).map(({raw: _, ...rest}) => rest)).toEqual([
    {type: 'source', path: 'src/a.c', line: 10, context: 30},
    {type: 'source', path: 'src/a.c', line: 10, context: 5},
    {type: 'source', path: 'src/a.c', line: 10, context: 7},
    {type: 'source', path: 'src/b.c', line: 20, context: 9},
    {type: 'source', path: 'src/b.c'},
    {type: 'buildsystem', path: 'CMakeLists.txt'},
    {type: 'configure', path: 'configure.ac'},
    {type: 'log', startLine: 100, endLine: 200},
  ]);
});

test.each([
  ['source:src/a.c:10', [{type: 'source', path: 'src/a.c', line: 10, context: 30}]],
  ['Please show source:src/b.c:all first.', [{type: 'source', path: 'src/b.c'}]],
  [
    '`log:1:2` and `list:src`',
    [
      {type: 'log', startLine: 1, endLine: 2},
      {type: 'list', path: 'src'},
    ],
  ],
  ['```\nlog:1:2\n```', [{type: 'log', startLine: 1, endLine: 2}]],
  ['- `list:.`', [{type: 'list', path: ''}]],
  ['list:x', [{type: 'list', path: 'x'}]],
  ['list:', [{type: 'list', path: ''}]],
  ['- `grep:IFM_[A-Z]+`', [{type: 'grep', pattern: 'IFM_[A-Z]+', path: ''}]],
  ['grep:static int  foo:src/net/', [{type: 'grep', pattern: 'static int  foo', path: 'src/net'}]],
  ['grep:std::string', [{type: 'grep', pattern: 'std::string', path: ''}]],
  ['grep:a[:]b:src/a.c', [{type: 'grep', pattern: 'a[:]b', path: 'src/a.c'}]],
  ['grep:a:(b|c)', [{type: 'grep', pattern: 'a:(b|c)', path: ''}]],
])('%j is understood', (text, wanted) => {
  expect(parseSnippetRequests(text).map(({raw: _, ...rest}) => rest)).toEqual(wanted);
});

test.each(['None.', '- none', 'No more is needed for src/a.c.', 'N/A', '', '---', 'The evidence suffices'])(
  '%j requests nothing',
  (text) => {
    expect(parseSnippetRequests(text)).toEqual([]);
  },
);

test.each(['- the file config.log', 'Show me lib/poll.c please', '* `Makefile.in`', 'file:src/a.c'])(
  '%j is reported as not understood',
  (text) => {
    expect(parseSnippetRequests(text)).toEqual([
      {raw: expect.any(String), type: 'unknown', note: expect.stringMatching(/^not understood: .*grep:/)},
    ]);
  },
);

test('takes the section only, when there is one', () => {
  const text =
    '## Evidence\n- `source:evidence.c:1`\n\n## Snippet Requests\n- `source:a.c:1`\n\n## Notes\n- `source:notes.c:1`\n';
  expect(parseSnippetRequests(text).map((one) => one.raw)).toEqual(['source:a.c:1']);
});

test.each([
  'source:../../etc/passwd:1',
  'source:a/../../b.c:all',
  'source:a.c',
  'source::1',
  'log:0:5',
  'log:9:5',
  'log:x:y',
  'file:a.c',
  'buildsystem:..',
  'list:../..',
  'grep:x:a/../../b',
  'grep:',
  `grep:${'x'.repeat(201)}`,
])('reports what is wrong with %s', (raw) => {
  expect(parseSnippetRequests(`- \`${raw}\``)).toEqual([{raw, type: 'unknown', note: expect.stringMatching(/\w/)}]);
});

test('each once, and a bounded number of them', () => {
  expect(parseSnippetRequests('- `log:1:2`\n- `log:1:2`\n')).toHaveLength(1);
  expect(parseSnippetRequests(Array.from({length: 100}, (_, index) => `- \`log:1:${index + 1}\``).join('\n'))).toHaveLength(20);
  expect(parseSnippetRequests(`- \`source:a.c:1:999999\``)).toMatchObject([{context: 400}]);
  expect(parseSnippetRequests('')).toEqual([]);
});
