import {bundleOfAttempt, severalBundles} from '../../../src/case/review/attempt-bundle.ts';
import {attempt, caseAt} from '../../console/case-at.ts';

const FIRST = {runId: 'run-1', bundleId: 'net_foo-1'};
const SECOND = {runId: 'run-2', bundleId: 'net_foo-2'};

describe('the bundle of an attempt', () => {
  const joined = caseAt(['awaiting-operator'], {
    bundles: [FIRST, SECOND],
    bundle: SECOND,
    attempts: [attempt({bundle: FIRST})],
  });

  it('is the one that the attempt recorded, also after another failure joined', () => {
    expect(bundleOfAttempt(joined)).toEqual(FIRST);
    expect(bundleOfAttempt(joined, joined.attempts[0])).toEqual(FIRST);
  });

  it('is that of the last attempt unless one is given', () => {
    const attempts = [attempt({bundle: FIRST}), attempt({attempt: 2, bundle: SECOND})];
    expect(bundleOfAttempt({...joined, attempts})).toEqual(SECOND);
    expect(bundleOfAttempt({...joined, attempts}, attempts[0])).toEqual(FIRST);
  });

  it('is the one that is worked on for an archive whose attempts name none, and for a case without attempts', () => {
    expect(bundleOfAttempt({...joined, attempts: [attempt()]})).toEqual(SECOND);
    expect(bundleOfAttempt({...joined, attempts: []})).toEqual(SECOND);
    expect(bundleOfAttempt({...joined, attempts: [], bundle: null})).toEqual(SECOND);
    expect(bundleOfAttempt({...joined, attempts: [], bundle: null, bundles: []})).toBeUndefined();
  });

  it('is named, with the others, only if the case has several', () => {
    expect(severalBundles(joined, FIRST)).toBe('The case has 2 bundles; this is from net_foo-1, not from net_foo-2.');
    expect(severalBundles({bundles: [FIRST]}, FIRST)).toBeUndefined();
  });
});
