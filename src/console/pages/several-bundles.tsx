import type {VNode} from 'preact';
import {bundleOfAttempt, severalBundles} from '../../case/review/attempt-bundle.ts';
import type {AttemptResult, CaseStatus} from '../../case/status.ts';
import {bundlePath} from './components.tsx';

/** Which of a case's bundles has an attempt, if there are several. */
export function SeveralBundles({status, attempt}: {status: CaseStatus; attempt: AttemptResult}): VNode | null {
  const used = bundleOfAttempt(status, attempt);
  const text = used && severalBundles(status, used);
  if (used === undefined || text === undefined) return null;
  return (
    <p class="dim">
      Attempt {attempt.attempt}: {text} <a href={bundlePath(used.bundleId)}>Its evidence</a>
    </p>
  );
}
