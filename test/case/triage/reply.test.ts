import {parseTriageReply, reaskMessage, snippetRequestsIn, type TriageReply} from '../../../src/case/triage/reply.ts';

const CLASSES = ['compile-error', 'configure-error', 'link-error', 'plist-error', 'missing-dep', 'unknown'];

const REPORT = `## Classification

compile-error

## Platform

dragonfly-specific

## Root Cause

blacklist.h is not part of DragonFly.

## Evidence

\`\`\`
src/main.c:12:10: fatal error: blacklist.h: No such file or directory
## Confidence
low
\`\`\`

## Suggested Fix

Drop the option LIBBLACKLIST.

## Confidence

high

## Notes

None.
`;

function read(text: string): TriageReply {
  const reading = parseTriageReply(text, CLASSES);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.triage;
}

function problem(text: string): string {
  const reading = parseTriageReply(text, CLASSES);
  return reading.ok ? `none: ${JSON.stringify(reading.triage)}` : reading.problem;
}

const withValues = (classification: string, confidence: string) =>
  REPORT.replace('\ncompile-error\n', `\n${classification}\n`).replace('\nhigh\n', `\n${confidence}\n`);

test('a report is read section by section, and headings in a fenced quote do not count', () => {
  expect(read(REPORT)).toEqual({
    classification: 'compile-error',
    platform: 'dragonfly-specific',
    rootCause: 'blacklist.h is not part of DragonFly.',
    evidence: '```\nsrc/main.c:12:10: fatal error: blacklist.h: No such file or directory\n## Confidence\nlow\n```',
    suggestedFix: 'Drop the option LIBBLACKLIST.',
    confidence: 'high',
    notes: 'None.',
  });
});

test.each([
  ['CRLF', REPORT.replaceAll('\n', '\r\n')],
  ['no blank lines', REPORT.replaceAll('\n\n', '\n')],
  ['other case', REPORT.replaceAll('## Classification', '## CLASSIFICATION').replaceAll('## Confidence', '## confidence')],
  ['deeper headings', REPORT.replaceAll('## ', '#### ')],
  ['no blank after the marks', REPORT.replaceAll('## ', '##')],
  [
    'numbers',
    REPORT.replace('## Classification', '## 1. Classification').replace(
      'Drop the option LIBBLACKLIST.\n\n## Confidence',
      'Drop the option LIBBLACKLIST.\n\n## 6) Confidence',
    ),
  ],
  [
    'bold headings with a colon',
    REPORT.replace('## Classification', '## **Classification:**').replace('## Root Cause', '**Root Cause:**'),
  ],
  [
    'values behind the headings',
    REPORT.replace('## Classification\n\n', '## Classification: ').replace('## Confidence\n\nhigh', '**Confidence:** high'),
  ],
  ['words before the report', `Here is my report.\n\n${REPORT}`],
  ['a fence around the whole', `\`\`\`markdown\n${REPORT.replaceAll('```', '~~~')}\`\`\``],
  ['tildes and longer fences', REPORT.replace('```\nsrc', '~~~~log\n~~~\nsrc').replace('low\n```', 'low\n~~~~~')],
])('tolerates %s', (_name, text) => {
  expect(read(text)).toMatchObject({
    classification: 'compile-error',
    confidence: 'high',
    platform: 'dragonfly-specific',
    rootCause: 'blacklist.h is not part of DragonFly.',
    notes: expect.stringMatching(/^None\.|^None$/) as string,
  });
});

test.each([
  ['**compile-error**', 'high — because the header is missing'],
  ['`compile-error`', '**High**'],
  ['- compile-error (not a link-error)', 'high.'],
  ['_compile-error_', '"high", I am sure'],
  ['Compile-Error: a header is missing', 'HIGH- see above'],
])('takes %s and %s', (classification, confidence) => {
  expect(read(withValues(classification, confidence))).toMatchObject({classification: 'compile-error', confidence: 'high'});
});

test.each([
  'compile error',
  'compile_error',
  'compile-errors',
  'freebsd-feature',
  'It is a compile-error',
  'compile-error or link-error',
  'compile-error | link-error',
  'unknown_thing',
  '',
])('refuses the classification "%s"', (classification) => {
  expect(problem(withValues(classification, 'high'))).toMatch(/^Classification is not one of the allowed values, but ("|empty)/);
});

test.each(['very high', 'medium-high', 'medium to high', 'low/medium', '90 %', 'highly likely', ''])(
  'refuses the confidence "%s"',
  (confidence) => {
    expect(problem(withValues('compile-error', confidence))).toMatch(
      /^Confidence is not one of the allowed values, but ("|empty)/,
    );
  },
);

// A small model gives the form back as it got it. The words go to an operator too, who needs no list of all classes.
test('a problem is told in few words', () => {
  const form = withValues(
    `One of these words, and nothing else on the line:\n- ${CLASSES.join('\n- ')}`,
    'One word: high, medium or low',
  );
  expect(problem(form)).toBe(
    'Classification is not one of the allowed values, but "One of these words, and nothing else on the line:". ' +
      'Confidence is not one of the allowed values, but "One word: high, medium or low".',
  );
  expect(problem(withValues('x'.repeat(90), 'high'))).toBe(
    `Classification is not one of the allowed values, but "${'x'.repeat(57)}...".`,
  );
});

test('missing headings are named, and the rest is handed back', () => {
  const reading = parseTriageReply('## Root Cause\nA header is missing.\n\n## Confidence\nlow', CLASSES);
  expect(reading).toMatchObject({ok: false, partial: {rootCause: 'A header is missing.', confidence: 'low'}});
  expect(problem('I cannot say.')).toMatch(/no heading "## Classification".*no heading "## Confidence"/);
});

test('a log line outside a fence cannot set the confidence', () => {
  const forged = REPORT.replace('```\nsrc', 'src').replace('low\n```', 'medium');
  expect(problem(forged)).toContain('"## Confidence" comes more than once');
});

test('a fence that stays open swallows what follows, so that nothing in it counts', () => {
  expect(problem(REPORT.replace('low\n```', 'low'))).toContain('no heading "## Confidence"');
});

test('snippet requests are handed on, also without a report', () => {
  const requests = '## Snippet Requests\n- `source:src/main.c:12`\n- `log:100:140`\n';
  expect(read(`${REPORT}\n${requests}`)).toMatchObject({
    notes: 'None.',
    snippetText: '- `source:src/main.c:12`\n- `log:100:140`',
  });
  const alone = parseTriageReply(requests, CLASSES);
  expect(alone).toMatchObject({ok: false, partial: {snippetText: '- `source:src/main.c:12`\n- `log:100:140`'}});
  expect(read(REPORT)).not.toHaveProperty('snippetText');
});

test('the re-ask says what was wrong and which words are allowed', () => {
  const message = reaskMessage('Confidence must be one word.', CLASSES);
  expect(message).toContain('Confidence must be one word.');
  expect(message).toContain(CLASSES.join(', '));
  expect(message).toContain('high, medium, low');
});

test('finds the snippet requests of a reply in each of its forms', () => {
  const wanted = [{raw: 'log:1:2', type: 'log', startLine: 1, endLine: 2}];
  expect(snippetRequestsIn('## Notes\nlog:7:8\n\n**Snippet Requests:**\nlog:1:2\n')).toEqual(wanted);
  expect(snippetRequestsIn(JSON.stringify({classification: 'x', snippet_requests: ['log:1:2']}))).toEqual(wanted);
  expect(snippetRequestsIn('## Notes\n- `log:1:2`\n')).toEqual([]);
});
