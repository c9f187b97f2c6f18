/**
 * `npm run eval-ports [-- OPTION...]`: repairs the ports of corpora/ports by their scripts, with the options of `portwright eval`, prints the report and
 * what the scripts did not show: a step or a fault without a case, or another verdict than a script claims. Exit code 1 where there is any.
 */
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {findGaps} from '../src/eval/check-scripted.ts';
import {findCorpus, readCorpus} from '../src/eval/prepare.ts';
import {parseRepairScript, type RepairScript} from '../src/eval/repair-script.ts';
import {parseReport} from '../src/eval/report.ts';
import {installRoot} from '../src/setup/paths.ts';

const out = await mkdtemp(join(tmpdir(), 'portwright-eval-ports-'));
try {
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await rm(out, {recursive: true, force: true});
}

async function main(options: readonly string[]): Promise<number> {
  const program = join(installRoot(), 'bin', 'portwright.js');
  const args = [program, 'eval', 'ports', '--repair', '--model', 'scripted', '--out', out, ...options];
  const {exitCode} = await execa(process.execPath, args, {stdio: 'inherit', reject: false});
  if (exitCode !== 0) return exitCode ?? 1;
  const file = join(out, 'report.json');
  const gaps = findGaps(parseReport(await readFile(file, 'utf8'), file), await readScripts());
  console.log(gaps.length === 0 ? 'The scripts showed every step and fault.' : gaps.join('\n'));
  return gaps.length === 0 ? 0 : 1;
}

async function readScripts(): Promise<Map<string, RepairScript>> {
  const {cases} = await readCorpus(await findCorpus('ports'));
  const read = cases.map(async ({known, dir}): Promise<[string, RepairScript]> => {
    const file = join(dir, 'repair.json');
    return [known.name, parseRepairScript(await readFile(file, 'utf8'), file)];
  });
  return new Map(await Promise.all(read));
}
