import {type Command, InvalidArgumentError} from 'commander';

/** Registers `portwright eval`. */
export function addEvalCommand(program: Command): void {
  program
    .command('eval [corpus]')
    .description(
      'measures triage and repair over a corpus of known failures: demo, known-failures, or a directory (docs/eval.md)',
    )
    .option('--model <model>', "the model, on the worker's server; `scripted` for the corpus' own answers")
    .option('--repair', 'repairs too, in the dev-envs of DP_HARNESS_ENV; by default triage only')
    .option('--model-only', 'asks the model where rules and recipes would do')
    .option('--parallel <n>', 'cases at once (default: 2)', toCount)
    .option('--max-tokens <n>', 'starts no more cases once so many billable tokens are used', toCount)
    .option('--max-cost <amount>', "the same in money, by the policy's prices", toAmount)
    .option('--name <run>', 'name of the evaluation; an existing one continues')
    .option('--out <dir>', 'writes report.json, report.txt and report.html')
    .option('--html <file>', 'writes the report as one page')
    .option('--against <report>', 'a report.json of another run, to be compared with')
    .option('--detach', 'starts it in the background and returns')
    .option('--json', 'for scripts')
    .action(async (corpus, options) => (await import('./eval.ts')).evaluate(corpus, options));
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError('it is an integer from 1.');
  return Number(text);
}

function toAmount(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('it is a number above 0.');
  return Number(text);
}
