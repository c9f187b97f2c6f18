/** Measures the guard on a file of hostile diffs, a JSON object a line with `name` and `diff`: node test/measure-shared-diffs.ts [FILE]. */
import {existsSync, readFileSync} from 'node:fs';
import {guardDiff} from '../src/case/guard/index.ts';

const file = process.argv[2] ?? new URL('../../shared/hostile/diffs.jsonl', import.meta.url).pathname;
if (existsSync(file)) measure(readFileSync(file, 'utf8'));
else console.log(`${file} is absent: nothing is measured. Name a file of diffs.`);

function measure(text: string): void {
  const passed: string[] = [];
  const rows = text.trim().split('\n');
  for (const row of rows) {
    const {name, diff} = JSON.parse(row) as {name: string; diff: string};
    const origin = /^diff --git "?a\/ports\/([^/\n]+\/[^/\n]+)/m.exec(diff)?.[1] ?? 'net/foo';
    const findings = guardDiff(diff, origin, {failedPatches: new Set()});
    if (findings.every(({severity}) => severity === 'note')) passed.push(name);
  }
  console.log(`${rows.length - passed.length} of ${rows.length} refused or asked about. Passed: ${passed.join(', ') || 'none'}`);
}
