/**
 * `npm run eval -- evidence [--json] [--half tune|judge]`: measures how well the selection finds the labelled cause of each log of
 * test/corpus/. `npm run eval -- recipes [--json] [--field DIR]`: replays delivered fixes of the field by the recipes.
 */
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {computeFigures, readLabels, type Score, scoreLabel} from './evidence.ts';
import {readField} from './field/read-field.ts';
import {type Replayed, recipeFigures, replay} from './field/replay.ts';

const USAGE = 'npm run eval -- evidence [--json] [--half tune|judge] | recipes [--json] [--field DIR]';
const HALVES = ['tune', 'judge'] as const;
const FIELD = fileURLToPath(new URL('../../shared/field', import.meta.url));

const {evaluation, json, half, field} = parseOptions();
if (evaluation === 'recipes') evaluateRecipes();
else evaluateEvidence();

function evaluateEvidence(): void {
  const scores = readLabels()
    .filter((label) => half === undefined || label.half === half)
    .map(scoreLabel);
  if (json) {
    console.log(JSON.stringify(computeFigures(scores)));
    return;
  }
  for (const one of scores) console.log(renderScore(one));
  for (const name of HALVES.filter((one) => half === undefined || one === half))
    console.log(`${name}: ${JSON.stringify(computeFigures(scores.filter(({label}) => label.half === name)))}`);
  if (half === undefined) console.log(`all: ${JSON.stringify(computeFigures(scores))}`);
}

function evaluateRecipes(): void {
  const fixes = readField(field);
  if (fixes === undefined) {
    console.error(`There is no PRS.tsv in ${field}; name the directory of the field’s fixes with --field.`);
    process.exit(1);
  }
  const replayed = fixes.map(replay);
  if (!json) for (const one of replayed) console.log(renderReplayed(one));
  console.log(JSON.stringify(recipeFigures(replayed)));
}

function parseOptions(): {evaluation: string; json: boolean; half: string | undefined; field: string} {
  try {
    const options = {json: {type: 'boolean'}, half: {type: 'string'}, field: {type: 'string'}} as const;
    const {values, positionals} = parseArgs({options, allowPositionals: true});
    const evaluation = positionals.join(' ');
    if (evaluation !== 'evidence' && evaluation !== 'recipes')
      throw new Error(`The evaluations are evidence and recipes, got ${JSON.stringify(evaluation)}.`);
    if (values.half !== undefined && !HALVES.some((one) => one === values.half))
      throw new Error(`--half must be tune or judge, got ${JSON.stringify(values.half)}.`);
    return {evaluation, json: values.json === true, half: values.half, field: values.field ?? FIELD};
  } catch (error) {
    console.error(`${(error as Error).message} Usage: ${USAGE}`);
    process.exit(2);
  }
}

function renderReplayed({fix, verdict, recipe}: Replayed): string {
  return `${verdict.padEnd(9)} ${fix.number} ${fix.det} ${fix.pattern.padEnd(26)} ${recipe.padEnd(32)} ${fix.origin}`.trimEnd();
}

function renderScore({label, contained, rankedFirst, bytes, first}: Score): string {
  const verdict = rankedFirst ? 'first' : contained ? 'contained' : 'missed';
  const miss = rankedFirst ? '' : `  wants ${label.causeLines.slice(0, 4).join(', ')}, took ${first}`;
  return `${verdict.padEnd(9)} ${label.half.padEnd(5)} ${String(bytes).padStart(5)} bytes  ${label.log}${miss}`;
}
