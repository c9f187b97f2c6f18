import type {ExecResult} from '../client.ts';
import {runScript} from '../scripts.ts';
import {DIFF, MOST_SOURCE_BYTES} from './patch-source-scripts.ts';
import type {ToolContext} from './tool.ts';

/**
 * Compares two contents of a file, in Latin-1, by diff(1) of the dev-env. The result's stdout is a unified diff with the labels `NAME.orig` and
 * `NAME`, empty where they are equal.
 */
export function diffTexts(context: ToolContext, name: string, before: string, after: string): Promise<ExecResult> {
  return runScript(context.env, DIFF, [name, `${before.length}`], {
    stdin: Buffer.from(before + after, 'latin1'),
    timeoutSeconds: 120,
    tailBytes: MOST_SOURCE_BYTES,
    encoding: 'latin1',
    signal: context.signal,
  });
}
