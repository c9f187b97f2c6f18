/** `npm run eval -- evidence [--json] [--half tune|judge]`: measures how well the selection finds the labelled cause of each log of test/corpus/. */
import {parseArgs} from 'node:util';
import {computeFigures, readLabels, type Score, scoreLabel} from './evidence.ts';

const USAGE = 'npm run eval -- evidence [--json] [--half tune|judge]';
const HALVES = ['tune', 'judge'] as const;

const {json, half} = parseOptions();
const scores = readLabels()
  .filter((label) => half === undefined || label.half === half)
  .map(scoreLabel);
if (json) console.log(JSON.stringify(computeFigures(scores)));
else {
  for (const one of scores) console.log(renderScore(one));
  for (const name of HALVES.filter((one) => half === undefined || one === half))
    console.log(`${name}: ${JSON.stringify(computeFigures(scores.filter(({label}) => label.half === name)))}`);
  if (half === undefined) console.log(`all: ${JSON.stringify(computeFigures(scores))}`);
}

function parseOptions(): {json: boolean; half: string | undefined} {
  try {
    const {values, positionals} = parseArgs({options: {json: {type: 'boolean'}, half: {type: 'string'}}, allowPositionals: true});
    if (positionals.join(' ') !== 'evidence')
      throw new Error(`The only evaluation is evidence, got ${JSON.stringify(positionals.join(' '))}.`);
    if (values.half !== undefined && !HALVES.some((one) => one === values.half))
      throw new Error(`--half must be tune or judge, got ${JSON.stringify(values.half)}.`);
    return {json: values.json === true, half: values.half};
  } catch (error) {
    console.error(`${(error as Error).message} Usage: ${USAGE}`);
    process.exit(2);
  }
}

function renderScore({label, contained, rankedFirst, bytes, first}: Score): string {
  const verdict = rankedFirst ? 'first' : contained ? 'contained' : 'missed';
  const miss = rankedFirst ? '' : `  wants ${label.causeLines.slice(0, 4).join(', ')}, took ${first}`;
  return `${verdict.padEnd(9)} ${label.half.padEnd(5)} ${String(bytes).padStart(5)} bytes  ${label.log}${miss}`;
}
