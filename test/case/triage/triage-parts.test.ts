import type {Finding, RootCauses} from '../../../src/case/evidence/root-causes/finding.ts';
import {parseTriageReply} from '../../../src/case/triage/reply.ts';
import {reportOfJson, TRIAGE_SCHEMA} from '../../../src/case/triage/reply-json.ts';
import {triageByRule} from '../../../src/case/triage/rule-triage.ts';
import {parseSnippetRequests} from '../../../src/case/triage/snippet-requests.ts';

const CLASSES = ['plist-error', 'patch-error', 'missing-dep'];

test('the schema of a reply asks for every section, and for at most 20 requests', () => {
  const texts = ['classification', 'platform', 'root_cause', 'evidence', 'suggested_fix', 'notes'];
  expect(TRIAGE_SCHEMA).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: [...texts, 'confidence', 'snippet_requests'],
  });
  expect(TRIAGE_SCHEMA.properties).toEqual({
    ...Object.fromEntries(texts.map((name) => [name, {type: 'string'}])),
    confidence: {enum: ['low', 'medium', 'high']},
    snippet_requests: {type: 'array', items: {type: 'string'}, maxItems: 20},
  });
});

test('a reply in JSON becomes a report with each section, which hides nothing and opens none', () => {
  const reply = {
    classification: 'plist-error',
    platform: 3,
    root_cause: 'a\n## Confidence\nlow\n```\n## Notes',
    evidence: 'x\n~~~~~~~~\ny',
    suggested_fix: 'b',
    confidence: 'high',
    notes: '',
    snippet_requests: ['log:1:2', 3, 'source:`a`\n:3'],
  };
  const sections = [
    '## Classification\nplist-error',
    '## Platform\n',
    '## Root Cause\na\n\\## Confidence\nlow\n```\n## Notes\n```',
    '## Evidence\n~~~~~~\nx\n~~~\ny\n~~~~~~',
    '## Suggested Fix\nb',
    '## Confidence\nhigh',
    '## Notes\n',
    '## Snippet Requests\n- `log:1:2`\n- `source:a:3`',
  ];
  for (const text of [
    JSON.stringify(reply),
    `\n\`\`\`json\n${JSON.stringify(reply)}\n\`\`\`\n`,
    `\`\`\`\n${JSON.stringify(reply)}\n\`\`\``,
  ])
    expect(reportOfJson(text)).toBe(sections.join('\n\n'));
  const {snippet_requests: _, ...without} = reply;
  for (const one of [without, {...reply, snippet_requests: []}, {...reply, snippet_requests: 'x'}])
    expect(reportOfJson(JSON.stringify(one))).toBe(sections.slice(0, 7).join('\n\n'));
  for (const other of ['{', 'x {"classification":"a"}', '{"classification":3}', '{"a":"b"}', '"x"'])
    expect(reportOfJson(other)).toBe(other);
});

const report = (classification: string, confidence = 'high', more = '') =>
  parseTriageReply(`## Classification\n${classification}\n## Confidence\n${confidence}\n${more}`, CLASSES);
const classOf = (classification: string) => {
  const reading = report(classification);
  return reading.ok ? reading.triage.classification : reading.problem;
};

test.each([
  ['plist-error', 'plist-error'],
  ['\n\n**`Plist-Error`**', 'plist-error'],
  ['plist-error, since x', 'plist-error'],
  ['"plist-error"-', 'plist-error'],
])('the class of %j is %s', (text, expected) => {
  expect(classOf(text)).toBe(expected);
});

test.each([
  ['plist-error or patch-error', '"plist-error or patch-error"'],
  ['plist-error / patch-error', '"plist-error / patch-error"'],
  ['plist-error, patch-error', '"plist-error, patch-error"'],
  ['plist-error to missing-dep', '"plist-error to missing-dep"'],
  ['plist-errors', '"plist-errors"'],
  ['plist-error_x', '"plist-error_x"'],
  ['the plist-error', '"the plist-error"'],
  ['', 'empty'],
  ['y'.repeat(60), `"${'y'.repeat(60)}"`],
  ['y'.repeat(61), `"${'y'.repeat(57)}..."`],
])('%j is none of the classes', (text, shown) => {
  expect(classOf(text)).toMatch(/^Classification /);
  expect(classOf(text)).toContain(shown);
});

test('a reply in a fence, with a mark of its encoding, or with repeated sections that agree is read', () => {
  const body = '## Classification\nplist-error\n## Confidence\nhigh\n## Root Cause\n a \n b \n\n## Snippet Requests\n- `log:1:2`';
  const triage = {classification: 'plist-error', confidence: 'high', rootCause: 'a \n b', snippetText: '- `log:1:2`'};
  for (const text of [
    body,
    `\uFEFF${body}`,
    `\`\`\`MARKDOWN\n\n${body}\n\`\`\` `,
    `\`\`\`\r\n${body.replaceAll('\n', '\r\n')}\r\n\`\`\``,
  ])
    expect(parseTriageReply(text, CLASSES)).toMatchObject({ok: true, triage});
  expect(report('plist-error', 'high', '## Classification\nplist-error').ok).toBe(true);
  expect(report('plist-error', 'high', '## Classification\npatch-error')).toMatchObject({
    ok: false,
    problem: expect.stringContaining('more than once'),
  });
  expect(parseTriageReply('## Confidence\nhigh', CLASSES)).toMatchObject({
    ok: false,
    problem: 'There is no heading "## Classification".',
    partial: {confidence: 'high', platform: '', rootCause: ''},
  });
  expect(report('plist-error', 'high', '## Platform\nfreebsd-upstream, I think')).toMatchObject({
    triage: {platform: 'freebsd-upstream'},
  });
  expect(report('plist-error', 'high', '## Platform\nelsewhere')).toMatchObject({triage: {platform: ''}});
  expect(report('x', 'y')).toMatchObject({problem: expect.stringMatching(/Classification .* Confidence /)});
});

const requests = (text: string) => parseSnippetRequests(text).map(({raw: _, ...one}) => one);

test.each<[string, object]>([
  ['- source:a/b.c:3', {type: 'source', path: 'a/b.c', line: 3, context: 30}],
  ['* `source:/a/./b.c:3:±500`', {type: 'source', path: 'a/b.c', line: 3, context: 400}],
  ['+ source:a:0:+/-5', {type: 'source', path: 'a', line: 1, context: 5}],
  ['1. source:a:2:+-7', {type: 'source', path: 'a', line: 2, context: 7}],
  ['12) **`source:a:ALL`**', {type: 'source', path: 'a'}],
  ['- Source: a : all', {type: 'source', path: 'a'}],
  ['- log:3-9', {type: 'log', startLine: 3, endLine: 9}],
  ['- `log:3 : 9`', {type: 'log', startLine: 3, endLine: 9}],
  ['- log:3:3', {type: 'log', startLine: 3, endLine: 3}],
  ['- port:overlay/a', {type: 'port', path: 'overlay/a'}],
  ['- port:port/Makefile', {type: 'port', path: 'port/Makefile'}],
  ['- buildsystem:Makefile', {type: 'buildsystem', path: 'Makefile'}],
  ['- configure:config.log', {type: 'configure', path: 'config.log'}],
  ['  -  `` source:a:1 ``', {type: 'source', path: 'a', line: 1, context: 30}],
])('%s', (line, expected) => {
  if (line !== '- Source: a : all') expect(requests(line)).toEqual([expected]);
  else expect(requests(line)).toHaveLength(1);
});

test.each([
  '- log:0:3',
  '- log:4:3',
  '- log:3',
  '- log:1:1234567890',
  '- source:a',
  '- source:a:123456789',
  '- source:a/../b:1',
  '- source:/:1',
  '- port:other/a',
  '- port:xport/a',
  '- configure:../a',
  '- odd:a',
])('%s is unknown, with the valid form', (line) => {
  expect(parseSnippetRequests(line)).toEqual([{raw: line.slice(2), type: 'unknown', note: expect.stringMatching(/\S/)}]);
});

test('requests are the items of their section, each once, at most 20 of 500 characters', () => {
  expect(requests('- log:9:9\n##  snippet requests (2)\n- log:1:2\ntext log:3:4\n- log:1:2\n- none\n## Next\n- log:5:6')).toEqual(
    [
      {type: 'log', startLine: 1, endLine: 2},
      {type: 'log', startLine: 3, endLine: 4},
    ],
  );
  expect(requests(Array.from({length: 21}, (_, at) => `- log:1:${at + 1}`).join('\n'))).toHaveLength(20);
  expect(parseSnippetRequests(`- source:${'a'.repeat(600)}`)[0]?.raw).toHaveLength(500);
  const note = parseSnippetRequests(`- ${'o'.repeat(50)}:x`)[0];
  expect(note).toMatchObject({note: expect.stringMatching(/ o{40}$/)});
});

function causes(findings: readonly Partial<Finding>[], failedPhase = 'check-plist'): RootCauses {
  const all = findings.map(
    (one, at): Finding => ({
      line: at + 1,
      text: `t${at}`,
      phase: failedPhase,
      family: 'plist',
      kind: 'cause',
      count: 1,
      context: {from: 1, lines: []},
      facts: {orphaned: `o${at}`},
      ...one,
    }),
  );
  return {version: 1, bytes: 0, lines: 9, phases: [], failedPhase, signature: '', findings: all};
}

test('a rule decides only without competing causes among the next three', () => {
  const rule = (...findings: Partial<Finding>[]) => triageByRule(causes(findings), [], CLASSES)?.rule;
  const other = {family: 'linker'} as const;
  expect(rule({})).toBe('plist');
  expect(rule({}, {}, {}, other)).toBeUndefined();
  expect(rule({}, {}, {}, {}, other)).toBe('plist');
  expect(rule({}, {...other, phase: 'build'})).toBe('plist');
  expect(rule({}, {...other, kind: 'hint'})).toBe('plist');
  expect(rule({kind: 'hint'})).toBeUndefined();
  expect(triageByRule(causes([{}]), [], ['patch-error'])).toBeUndefined();
  expect(rule()).toBeUndefined();
});

test('the best finding’s facts count, and the report quotes six lines in a fence that they cannot close', () => {
  const findings = [{text: 'a ~~~~~ b'}, ...Array.from({length: 6}, () => ({}))];
  const found = triageByRule(causes(findings), [], CLASSES);
  expect(found).toMatchObject({rule: 'plist', classification: 'plist-error', confidence: 'high', platform: 'generic'});
  expect(found?.rootCause).toContain(': o0.');
  expect(found?.report).toContain('\n~~~~~~~~\n1: a ~~~~~ b\n2: t1\n3: t2\n4: t3\n5: t4\n6: t5\n~~~~~~~~\n');
  expect(triageByRule(causes([{}]), [], CLASSES)?.report).toContain('\n~~~\n1: t0\n~~~\n');
  expect(parseTriageReply(found?.report ?? '', CLASSES)).toMatchObject({
    ok: true,
    triage: {notes: expect.stringContaining(' plist')},
  });
});

test('a root cause is one line without Markdown of at most 600 characters', () => {
  const cause = (orphaned: string) => triageByRule(causes([{facts: {orphaned}}]), [], CLASSES)?.rootCause ?? '';
  expect(cause('a`#*<>| b ,c')).toContain(': a b,c.');
  expect(cause('y'.repeat(900))).toHaveLength(600);
});

test('in a phase of dependencies hints about missing packages decide, unless one was found after all', () => {
  const hint = {family: 'pkg', kind: 'hint', text: 'x depends on package: foo - not found', facts: {package: 'foo'}} as const;
  const rule = (phase: string, ...findings: Partial<Finding>[]) => triageByRule(causes(findings, phase), [], CLASSES)?.rule;
  expect(rule('lib-depends', hint)).toBe('missing-package');
  expect(rule('build', hint)).toBeUndefined();
  expect(rule('depends-x', hint)).toBeUndefined();
  expect(rule('lib-depends', hint, {...hint, text: 'other'})).toBeUndefined();
  const installed = (line: string) => ({...hint, context: {from: 1, lines: ['x', line]}});
  expect(rule('lib-depends', installed('===>   Installing existing package /x'))).toBeUndefined();
  expect(rule('lib-depends', installed('x ===>   Installing existing package /x'))).toBe('missing-package');
});
