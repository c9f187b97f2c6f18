import fc from 'fast-check';
import {caseDetails} from '../../src/case/review/case-details.ts';
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
    const base = caseAt(['collect', 'triage'], {triage: TRIAGE, attempts: [attempt()]});
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
