import {Command, InvalidArgumentError} from 'commander';
import {installRoot} from '../src/setup/paths.ts';
import {FOLDERS, type Folder} from './config.ts';
import {runJest} from './jest-run.ts';
import {type Score, scoreOf, scoresByFile, survivorLine, type Verdict} from './score.ts';
import {filesBelow, mutantsOf, sample, selection} from './select.ts';
import {runUnitTests} from './unit-run.ts';

interface Options {
  readonly json?: boolean;
  readonly survivors?: boolean;
  readonly sample?: number;
  readonly seed: number;
}

const PROGRESS_MS = 10_000;

const program = new Command('mutate')
  .description('Changes the code in small ways, one at a time, and counts the changes that make a test fail (docs/testing.md).')
  .argument('[paths...]', `files or folders in ${FOLDERS.map(({path}) => path).join(', ')}; all of these if none is given`)
  .option('--json', 'one line for scripts: the figures of each folder')
  .option('--survivors', 'list each change that no test notices')
  .option('--sample <n>', 'mutants drawn in each folder; 0 for all of them', wholeNumber)
  .option('--seed <n>', 'of the draw', wholeNumber, 1)
  .showHelpAfterError()
  .action(main);

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

async function main(paths: string[], options: Options): Promise<void> {
  const {folders, includes} = selection(installRoot(), FOLDERS, paths);
  const figures: Record<string, Score> = {};
  for (const folder of folders) {
    const verdicts = await run(folder, includes, options);
    const score = scoreOf(verdicts);
    figures[folder.path] = score;
    if (!options.json) printFolder(folder, verdicts, score);
    if (options.survivors) for (const verdict of survivorsOf(verdicts)) print(options, survivorLine(verdict));
    if (score.score < (folder.atLeast ?? 0)) {
      console.error(`${folder.path}: ${score.score} % of the mutants were killed; at least ${folder.atLeast} % must be.`);
      process.exitCode = 1;
    }
  }
  if (options.json) console.log(JSON.stringify(figures));
}

function run(folder: Folder, includes: (file: string) => boolean, options: Options): Promise<Verdict[]> {
  const root = installRoot();
  const sources = filesBelow(root, folder.path, /\.ts$/);
  const named = mutantsOf(root, sources).filter(({file}) => includes(file));
  const mutants = sample(named, options.sample ?? folder.sample ?? 0, options.seed);
  const onVerdict = progress(folder.path);
  if (folder.runner === 'jest') return runJest({root, mutants, tests: folder.tests, onVerdict});
  const tests = folder.tests.flatMap((path) => filesBelow(root, path, /\.test\.ts$/));
  return runUnitTests({root, sources, tests, mutants, onVerdict});
}

function progress(path: string): (verdict: Verdict, done: number, all: number) => void {
  let last = Date.now();
  return (_, done, all) => {
    if (Date.now() - last < PROGRESS_MS && done < all) return;
    last = Date.now();
    console.error(`${path}: ${done} of ${all} mutants`);
  };
}

function printFolder({path}: Folder, verdicts: readonly Verdict[], score: Score): void {
  for (const [file, own] of scoresByFile(verdicts)) console.log(figuresLine(file, own));
  console.log(figuresLine(path, score));
}

function figuresLine(name: string, {mutants, killed, survived, score}: Score): string {
  return `${name.padEnd(50)} ${String(mutants).padStart(6)} mutants, ${String(killed).padStart(6)} killed, ${String(survived).padStart(6)} survived, ${score.toFixed(1).padStart(5)} %`;
}

function survivorsOf(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(({killedBy}) => killedBy === undefined);
}

/** Prints a line on stdout, or on stderr where stdout is for JSON. */
function print({json}: Options, line: string): void {
  if (json) console.error(line);
  else console.log(line);
}

await program.parseAsync();
