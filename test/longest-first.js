import {existsSync} from 'node:fs';
import {join} from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** The files that take longest, longest first. Jest sorts by the last run's durations, which a fresh clone has not, else by size. */
const LONGEST = [
  'integration/demo/demo',
  'integration/faults/kill-points',
  'integration/devenv/integrity',
  'integration/eval/eval',
  'integration/console/pages',
  'integration/workflows/core-faults',
  'integration/hostile/tools',
  'integration/devenv/effect',
  'integration/workflows/port-case',
  'integration/injection/injection',
  'integration/cli/no-worker',
  'integration/workflows/review',
  'devenv/proof',
  'integration/cli/operators',
  'integration/faults/server',
  'integration/devenv-linux/escape',
  'integration/workflows/guard-round',
  'integration/workflows/eval-run',
  'integration/faults/env-deleted',
  'integration/cli/guide',
  'integration/faults/ended',
  'integration/safety/secrets',
  'cli/import',
  'hooks/planted-files',
  'devenv/overlay-tricks',
].map((name) => join(import.meta.dirname, `${name}.test.ts`));

/** Starts the longest files first, so that no worker of Jest's is alone at the end with one of them. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const missing = LONGEST.filter((path) => !existsSync(path));
    if (missing.length > 0)
      throw new Error(`A listed test file does not exist; correct test/longest-first.js: ${missing.join(', ')}`);
    const rank = ({path}) => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
