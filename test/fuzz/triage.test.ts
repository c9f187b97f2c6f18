import fc from 'fast-check';
import type {Triage} from '../../src/case/status.ts';
import {parseTriageReply, reaskMessage} from '../../src/case/triage/reply.ts';
import {reportOfJson} from '../../src/case/triage/reply-json.ts';
import {parseSnippetRequests} from '../../src/case/triage/snippet-requests.ts';
import {type Offer, TriageQueues, type TriageRequester} from '../../src/case/triage/triage-queues.ts';
import {CONFIDENCES} from '../../src/case/types.ts';
import {expectTimeByLength, hostileTexts, PIECES} from './hostile.ts';

const CLASSES = ['compile-error', 'plist-error', 'unknown'];
const SAID = {
  classification: 'compile-error',
  platform: 'generic',
  root_cause: 'A header is missing.',
  evidence: 'a.c:1:10: fatal error: x.h: No such file or directory',
  suggested_fix: 'Take `x.h` out.\n```\n-#include <x.h>\n```',
  confidence: 'high',
  notes: '',
  snippet_requests: ['source:src/a.c:12:5', 'log:1:20'],
};
const REPORT = reportOfJson(JSON.stringify(SAID));
const WORDS = [
  '\n## Classification\nplist-error\n',
  '\n**Confidence:** low\n',
  '\n__6. confidence__ - low',
  '\n```',
  '\n> ~~~~',
  '\n~~~~~~~~~~~~\n',
  '\r## Confidence\rlow',
  'compile-error or unknown',
  '\n- `log:5:1`',
  '\n- `source:../x:1`',
];
const replies = hostileTexts(
  [REPORT, REPORT.replaceAll('\n', '\r\n'), `\`\`\`markdown\n${REPORT}\n\`\`\``, JSON.stringify(SAID)],
  WORDS,
);
const value = hostileTexts(Object.values(SAID).flat(), WORDS);

test('any reply is parsed or refused, and parsed values are allowed ones', () => {
  fc.assert(
    fc.property(replies, (text) => {
      const reading = parseTriageReply(text, CLASSES);
      if (reading.ok) {
        expect(CLASSES).toContain(reading.triage.classification);
        expect(CONFIDENCES).toContain(reading.triage.confidence);
        expect(['', 'dragonfly-specific', 'freebsd-upstream', 'generic']).toContain(reading.triage.platform);
      } else {
        expect(reading.problem).not.toBe('');
        expect(reaskMessage(reading.problem, CLASSES).length).toBeLessThan(2000);
      }
    }),
    {numRuns: 500},
  );
});

test('a JSON reply is parsed to its values, whatever they contain', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CLASSES),
      fc.constantFrom(...CONFIDENCES),
      fc.record({
        root_cause: value,
        evidence: value,
        suggested_fix: value,
        notes: value,
        snippet_requests: fc.array(value, {maxLength: 3}),
      }),
      (classification, confidence, texts) => {
        const reading = parseTriageReply(JSON.stringify({...SAID, ...texts, classification, confidence}), CLASSES);
        expect(reading).toMatchObject({ok: true, triage: {classification, confidence, platform: 'generic'}});
      },
    ),
    {numRuns: 500},
  );
});

test('plain values come back from a JSON reply as they are', () => {
  const plain = fc.array(fc.stringMatching(/^[A-Za-z.,'/ ]{0,60}$/), {maxLength: 4}).map((lines) => lines.join('\n').trim());
  fc.assert(
    fc.property(plain, plain, plain, (root_cause, suggested_fix, notes) => {
      const reading = parseTriageReply(JSON.stringify({...SAID, root_cause, suggested_fix, notes}), CLASSES);
      expect(reading).toMatchObject({ok: true, triage: {rootCause: root_cause, suggestedFix: suggested_fix, notes}});
    }),
  );
});

test('snippet requests are at most 20, and no path of one leads out of the source', () => {
  const requests = ['source:src/a.c:12:±5', 'port:overlay/Makefile', 'log:1:20', 'configure:config.log', 'source:a:all'];
  const texts = hostileTexts(
    [requests.map((one) => `- \`${one}\``).join('\n'), REPORT],
    [...WORDS, '../', '\0', ':±', '99999999'],
  );
  fc.assert(
    fc.property(texts, (text) => {
      const found = parseSnippetRequests(text);
      expect(found.length).toBeLessThanOrEqual(20);
      for (const one of found) {
        if ('path' in one) expect(one.path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\p{Cc}/u);
        if (one.type === 'log') expect(one.endLine).toBeGreaterThanOrEqual(one.startLine);
      }
    }),
    {numRuns: 250},
  );
});

test('requests come back as they were written', () => {
  const path = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,3}\.[ch]$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(path, fc.integer({min: 1, max: 99_999}), fc.nat(400)), {maxLength: 20}), (wanted) => {
      const text = wanted.map(([file, line, context]) => `- \`source:${file}:${line}:${context}\``).join('\n');
      const raws = new Set(wanted.map((one) => `source:${one.join(':')}`));
      expect(parseSnippetRequests(text).map(({raw}) => raw)).toEqual([...raws]);
      for (const one of parseSnippetRequests(text)) expect(one).toMatchObject({type: 'source', line: expect.any(Number)});
    }),
  );
});

const TRIAGE = {classification: 'unknown', rootCause: 'x'.repeat(5000)} as unknown as Triage;
const steps = fc.array(
  fc.record({
    how: fc.constantFrom('ask', 'done', 'leads', 'gone'),
    who: fc.constantFrom('a', 'b', 'c', '__proto__', ''),
    signature: fc.constantFrom('s', 't', '', 'constructor'),
  }),
  {maxLength: 40},
);

test('queues of cases: leaders are in the queue, each case is in one place at most, and their state survives serialisation', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let lines = new TriageQueues();
      for (const {how, who, signature} of all) {
        const asker: TriageRequester = {caseId: who, caseRunId: 'r'};
        const offers: Offer[] =
          how === 'ask'
            ? lines.request(asker, signature)
            : how === 'done'
              ? lines.complete(who, signature, TRIAGE, 'id')
              : how === 'leads'
                ? lines.lead(asker, signature)
                : lines.removeCase(who);
        lines = new TriageQueues(JSON.parse(JSON.stringify(lines.state)));
        const places = lines.state
          .flatMap(({leader, waiting}) => [...(leader ? [leader] : []), ...waiting])
          .map((one) => one.caseId);
        expect(new Set(places).size).toBe(places.length);
        expect(new Set(lines.state.map((line) => line.signature)).size).toBe(lines.state.length);
        for (const line of lines.state) if (line.leader === null) expect(line.waiting).toEqual([]);
        for (const {to, answer} of offers) if (answer.kind === 'lead') expect(places).toContain(to.caseId);
      }
    }),
    {numRuns: 150},
  );
});

test('a reply takes a time by its length', () => {
  const pieces = [...PIECES, 'compile-error or ', '- `log:1:2`\n', '<b>'];
  expectTimeByLength((text) => parseTriageReply(text, CLASSES), pieces);
  expectTimeByLength((text) => parseTriageReply(`## Classification\n**${text}`, CLASSES), pieces);
  expectTimeByLength((text) => parseSnippetRequests(`## Snippet Requests\n- ${text}`), pieces);
  expectTimeByLength((text) => parseTriageReply(JSON.stringify({...SAID, notes: text, evidence: text}), CLASSES), pieces);
});
