import fc from 'fast-check';
import type {CaseQuestion} from '../../src/case/question.ts';
import {caseDetails} from '../../src/case/review/case-details.ts';
import {NO_USAGE} from '../../src/case/types.ts';
import {parseArchivedStatus} from '../../src/console/cache/archived-status.ts';
import {caseEvents, NOTHING_EMITTED} from '../../src/console/cache/case-events.ts';
import {attempt, caseAt, TRIAGE} from './case-at.ts';

const REVIEWED = {kind: 'dead', path: 'p', reason: 'r'};
const FINDING = {rule: 'large', severity: 'ask', path: 'p', reason: 'r'} as const;

describe('a state that was read from a file', () => {
  test('one of ours comes back as it was', () => {
    const status = caseAt(['collect', 'triage', 'closed'], {
      triage: TRIAGE,
      outcome: 'fixed',
      accepted: {
        by: 'ann',
        login: {method: 'oidc', issuer: 'https://id.example', subject: '12'},
        atUtc: '2026-03-01T12:00:00.000Z',
      },
      operatorLog: [
        {atUtc: '2026-03-01T11:00:00.000Z', by: 'ann', login: {method: 'proxy'}, did: 'asked for another attempt'},
        {atUtc: '2026-03-01T12:00:00.000Z', by: 'bo', did: 'accepted the fix'},
      ],
      master: {origin: 'net/bar', overlay: 'compat', slaves: ['net/baz'], isInScope: true},
      attempts: [
        attempt({said: 'done', bundle: {runId: 'run-Live-1', bundleId: 'net_foo-20260301-100000Z'}}),
        attempt({
          effect: 'Only files change.',
          guardRound: {raised: [FINDING], turns: 2, insists: 'it must'},
          findings: [FINDING],
        }),
        attempt({guardRound: {raised: [], turns: 1}}),
        attempt({diffReview: {findings: [REVIEWED], conversation: 'c', turns: 2, answer: 'no', isTakenBack: true}}),
        attempt({diffReview: {findings: [], skipped: 'it is small', turns: 0}}),
        attempt({diffReview: {findings: [], conversation: 'c', problem: 'no JSON', turns: 0}}),
        attempt({
          proof: {
            rebuildOk: false,
            diffSha256: 'd',
            others: [
              {origin: 'net/bar', result: 'left-out', reason: 'IGNORE: x'},
              {origin: 'net/baz', result: 'failed'},
            ],
            failure: {origin: 'net/baz', step: 'build', isWithoutDeveloper: true, tail: 't', signature: 's'},
          },
        }),
      ],
    });
    expect(parseArchivedStatus(JSON.parse(JSON.stringify({version: 1, ...status})))).toEqual(status);
    const citation = {artifact: 'attempt-1/transcript', from: 3, to: 4, lines: ['a', 'b'], turn: 2};
    const questions: CaseQuestion[] = [
      {
        ...{number: 1, by: 'ann', atUtc: '2026-03-01T10:00:00.000Z', text: 'Why?', state: 'answered', usage: NO_USAGE},
        ...{answeredUtc: '2026-03-01T10:00:04.000Z', conversation: 'c', record: 'r', bundle: {runId: 'run-1', bundleId: 'b'}},
        answer: {text: 'So [^1].', citations: [citation], dropped: [{text: '[[x:1]]', reason: 'no'}]},
      },
      {number: 2, by: 'bo', atUtc: '2026-03-01T11:00:00.000Z', text: 'And?', state: 'failed', usage: NO_USAGE, problem: 'closed'},
    ];
    expect(parseArchivedStatus(JSON.parse(JSON.stringify({...status, questions})))).toEqual({...status, questions});
  });

  test('what an older version has not is filled in', () => {
    const {workflowId, runId, port} = caseAt([]);
    expect(parseArchivedStatus({workflowId, runId, port, phase: 'triage'})).toMatchObject({
      phase: 'triage',
      attempts: [],
      context: [],
      granted: {tokens: 0},
    });
  });

  test.each([
    [null],
    [[]],
    ['text'],
    [{}],
    [{workflowId: 'a', runId: 'b'}],
    [{workflowId: 'a', runId: 'b', port: {origin: '../etc', target: '@a'}}],
  ])('no case: %j', (value) => {
    expect(parseArchivedStatus(value)).toBeUndefined();
  });

  test('whatever stands in it, it can be told and shown', () => {
    const base = caseAt(['collect', 'triage'], {triage: TRIAGE, attempts: [attempt()], questions: []});
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(base)), fc.jsonValue({maxDepth: 3}), (key, value) => {
        const status = parseArchivedStatus({...base, [key]: value});
        if (status === undefined) return;
        caseEvents(NOTHING_EMITTED, status);
        JSON.stringify(status);
        caseDetails(status);
      }),
      {numRuns: 400},
    );
  });
});
