import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {classesOf, type Policy} from '../case/policy/policy.ts';
import {installRoot} from '../setup/paths.ts';

/**
 * Writes the demo's policy below `dir` and returns its path: the shipped one, but ports may fail any number of times, and
 * without an operator (`--once`) a proved fix closes its case at once. `modelOnly` disables rules and recipes.
 */
export async function demoPolicy(dir: string, operator: boolean, modelOnly = false): Promise<string> {
  const shipped = JSON.parse(await readFile(join(installRoot(), 'policy', 'policy.json'), 'utf8')) as Policy;
  const repeats = {attempts: 1_000_000, same_signature: 1_000_000, bundles: 1_000_000};
  const policy = {
    ...shipped,
    ...(modelOnly ? {recipes: false, second_opinion: classesOf(shipped)} : {}),
    repeats,
    waiting: {...shipped.waiting, ...(operator ? {} : {review_hours: 0})},
  };
  const path = join(dir, 'policy.json');
  await writeFile(path, `${JSON.stringify(policy, null, 2)}\n`, {mode: 0o600});
  return path;
}
