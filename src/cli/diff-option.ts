import {readFile} from 'node:fs/promises';
import {buffer} from 'node:stream/consumers';
import {textOfBytes} from '../case/text/byte-text.ts';
import {UsageError} from './usage-error.ts';

/**
 * Returns the diff that an option such as `--diff FILE` names, its bytes as `textOfBytes` has them; `-` is standard input. Throws an
 * Error if it is empty.
 */
export async function readDiff(option: string, file: string): Promise<string> {
  const diff = textOfBytes(file === '-' ? await buffer(process.stdin) : await readFile(file));
  if (diff.trim() === '')
    throw new UsageError(`${option} needs a unified diff as git prints it; ${file === '-' ? 'standard input' : file} is empty.`);
  return diff;
}
