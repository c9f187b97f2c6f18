import {parseTriageReply} from '../../../src/case/triage/reply.ts';
import {reportOfJson} from '../../../src/case/triage/reply-json.ts';

const CLASSES = ['compile-error', 'plist-error'];
const SAID = {
  classification: 'plist-error',
  platform: 'generic',
  root_cause: 'An entry is stale.',
  evidence: 'Error: Missing: bin/x',
  suggested_fix: 'Take it out.',
  confidence: 'high',
  notes: '',
  snippet_requests: ['log:1:20'],
};

test.each([
  ['bare', JSON.stringify(SAID)],
  ['fenced', `\`\`\`json\n${JSON.stringify(SAID, null, 1)}\n\`\`\``],
])('a %s JSON reply says what the report would', (_name, reply) => {
  expect(parseTriageReply(reply, CLASSES)).toMatchObject({
    ok: true,
    triage: {
      classification: 'plist-error',
      confidence: 'high',
      platform: 'generic',
      rootCause: 'An entry is stale.',
      snippetText: '- `log:1:20`',
    },
  });
});

test('a value cannot open a section of its own', () => {
  const evil = {...SAID, root_cause: 'x\n## Confidence\nlow', evidence: '~~~~~~\n## Classification\ncompile-error'};
  expect(parseTriageReply(JSON.stringify(evil), CLASSES)).toMatchObject({
    ok: true,
    triage: {classification: 'plist-error', confidence: 'high'},
  });
});

test('what is no such object stays as it is', () => {
  for (const reply of ['## Classification\nx', '{broken', '{"other": 1}']) expect(reportOfJson(reply)).toBe(reply);
});
