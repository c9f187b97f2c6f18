import {readFile} from 'node:fs/promises';
import {text} from 'node:stream/consumers';

/** Returns the diff that an option such as `--diff FILE` names; `-` is standard input. Throws an Error if it is empty. */
export async function readDiff(option: string, file: string): Promise<string> {
  const diff = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  if (diff.trim() === '')
    throw new Error(`${option} needs a unified diff as git prints it; ${file === '-' ? 'standard input' : file} is empty.`);
  return diff;
}
