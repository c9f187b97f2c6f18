import type {ChatMessage} from '../../../src/case/attempt/conversation.ts';
import {parseTriageReply} from '../../../src/case/triage/reply.ts';
import {parseSnippetRequests} from '../../../src/case/triage/snippet-requests.ts';
import {readConversation} from '../../../src/demo/scripted-model/conversation.ts';
import {triageText} from '../../../src/demo/scripted-model/triages.ts';
import {CLASSES, ERRORS, triageMessages} from './prompts.ts';

function triaged(messages: readonly ChatMessage[]) {
  const text = triageText(readConversation(messages));
  const reading = parseTriageReply(text, CLASSES);
  if (!reading.ok) throw new Error(reading.problem);
  return {text, ...reading.triage};
}

/** With one snippet round where the script wants one. */
function triagedInTheEnd(origin: string) {
  const messages = triageMessages(origin);
  const first = triaged(messages);
  if (first.snippetText === undefined) return first;
  return triaged([...messages, {role: 'assistant', content: first.text}, {role: 'user', content: '## Extracted Snippets\n\n…'}]);
}

test.each([
  ['net/wifimedia', 'compile-error', 'high'],
  ['textproc/rangearg', 'link-error', 'high'],
  ['sysutils/clockfmt', 'patch-error', 'high'],
  ['sysutils/dfwho', 'plist-error', 'high'],
  ['devel/evloop', 'configure-error', 'high'],
  ['net/hopcount', 'compile-error', 'high'],
  ['sysutils/cpuload', 'patch-error', 'high'],
  ['www/tinyserve', 'plist-error', 'high'],
  ['security/sumtool', 'fetch-checksum', 'high'],
  ['devel/needlib', 'missing-dep', 'medium'],
])('%s is classified as %s, %s', (origin, classification, confidence) => {
  expect(triagedInTheEnd(origin)).toMatchObject({classification, confidence, rootCause: expect.stringMatching(/\w/)});
});

test.each(Object.keys(ERRORS))('%s: the evidence has lines of the failure and none of the prompt', (origin) => {
  const quoted = triagedInTheEnd(origin)
    .evidence.split('\n')
    .filter((line) => line !== '' && line !== '```');
  expect(quoted.length).toBeGreaterThan(0);
  for (const line of quoted) expect(ERRORS[origin]).toContain(line);
  expect(new Set(quoted).size).toBe(quoted.length);
});

test('one port gets a valid snippet request first, then the report', () => {
  const first = triaged(triageMessages('textproc/rangearg'));
  expect(first.confidence).toBe('low');
  expect(parseSnippetRequests(first.text)).toEqual([
    {raw: 'source:rangearg.c:1:30', type: 'source', path: 'rangearg.c', line: 1, context: 30},
  ]);
  expect(triagedInTheEnd('textproc/rangearg').snippetText).toBeUndefined();
});

test('an unknown port, or another failure of a known one: unknown, low, marked as a script', () => {
  for (const [origin, errors] of [
    ['www/other', ERRORS['net/wifimedia']],
    ['net/wifimedia', 'internal compiler error'],
    ['sysutils/dfwho', ''],
  ] as const)
    expect(triaged(triageMessages(origin, errors))).toMatchObject({
      classification: 'unknown',
      confidence: 'low',
      notes: expect.stringContaining('script'),
    });
});
