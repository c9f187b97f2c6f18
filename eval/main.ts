/** `npm run eval -- evidence [--json]`: how well the selection finds the labelled cause of each log of test/corpus/. */
import {figuresOf, readLabels, type Score, scoreOf} from './evidence.ts';

const [what, ...options] = process.argv.slice(2);
if (what !== 'evidence') {
  console.error(`npm run eval -- evidence [--json] is all there is; got ${JSON.stringify(what ?? '')}.`);
  process.exit(2);
}
const scores = readLabels().map(scoreOf);
if (options.includes('--json')) console.log(JSON.stringify(figuresOf(scores)));
else {
  for (const one of scores) console.log(lineOf(one));
  for (const half of ['tune', 'judge'] as const)
    console.log(`${half}: ${JSON.stringify(figuresOf(scores.filter(({label}) => label.half === half)))}`);
  console.log(`all: ${JSON.stringify(figuresOf(scores))}`);
}

function lineOf({label, contained, rankedFirst, bytes, first}: Score): string {
  const verdict = rankedFirst ? 'first' : contained ? 'contained' : 'missed';
  const miss = rankedFirst ? '' : `  wants ${label.causeLines.slice(0, 4).join(', ')}, took ${first}`;
  return `${verdict.padEnd(9)} ${label.half.padEnd(5)} ${String(bytes).padStart(5)} bytes  ${label.log}${miss}`;
}
