import {readFile} from 'node:fs/promises';
import {text} from 'node:stream/consumers';
import {send} from './cases.ts';

/** `portwright patch CASE --diff FILE [--judged RULE,...]`: an operator's own diff, through guard and proof; `-` is standard input. */
export async function patch(name: string, {by, diff, judged}: {by: string; diff: string; judged?: string}): Promise<void> {
  const given = diff === '-' ? await text(process.stdin) : await readFile(diff, 'utf8');
  if (given.trim() === '')
    throw new Error(`--diff needs a unified diff as git prints it; ${diff === '-' ? 'standard input' : diff} is empty.`);
  await send(name, 'handPatch', {
    by,
    diff: given,
    ...(judged === undefined ? {} : {judged: judged.split(',').map((rule) => rule.trim())}),
  });
}
