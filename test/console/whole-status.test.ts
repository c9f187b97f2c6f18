import fc from 'fast-check';
import {caseDetails} from '../../src/case/details.ts';
import {caseEvents, NOTHING_TOLD} from '../../src/console/cache/case-events.ts';
import {wholeStatus} from '../../src/console/cache/whole-status.ts';
import {attempt, caseAt, TRIAGE} from './case-at.ts';

describe('a state that was read from a file', () => {
  test('one of ours comes back as it was', () => {
    const status = caseAt(['collect', 'triage', 'closed'], {
      triage: TRIAGE,
      outcome: 'fixed',
      attempts: [attempt({said: 'done'})],
    });
    expect(wholeStatus(JSON.parse(JSON.stringify({version: 1, ...status})))).toEqual(status);
  });

  test('what an older version has not is filled in', () => {
    const {workflowId, runId, port} = caseAt([]);
    expect(wholeStatus({workflowId, runId, port, phase: 'triage'})).toMatchObject({
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
    expect(wholeStatus(value)).toBeUndefined();
  });

  test('whatever stands in it, it can be told and shown', () => {
    const base = caseAt(['collect', 'triage'], {triage: TRIAGE, attempts: [attempt()]});
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(base)), fc.jsonValue({maxDepth: 3}), (key, value) => {
        const status = wholeStatus({...base, [key]: value});
        if (status === undefined) return;
        caseEvents(NOTHING_TOLD, status);
        JSON.stringify(status);
        caseDetails(status);
      }),
      {numRuns: 400},
    );
  });
});
