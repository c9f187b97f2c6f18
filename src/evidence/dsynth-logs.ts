import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {isOrigin, type PortId} from '../case/types.ts';
import {isFlavor} from './names.ts';

/** A port as dsynth names it, `category/port[@flavor]`; undefined if it is none. */
export function portSpec(text: string): {origin: string; flavor?: string} | undefined {
  const [origin = '', flavor, ...more] = text.split('@');
  if (!isOrigin(origin) || more.length > 0 || (flavor !== undefined && !isFlavor(flavor))) return undefined;
  return {origin, flavor};
}

/** Name of a port's log in dsynth's log directory: `<category>___<port>[@<flavor>].log`. */
export function logName({origin, flavor}: Pick<PortId, 'origin' | 'flavor'>): string {
  return `${origin.replace('/', '___')}${flavor === undefined ? '' : `@${flavor}`}.log`;
}

/** Lines `[000] FAILURE category/port[@flavor] ##phase time` of 02_failure_list.log, each port once; the rest is passed over. */
export function failedSpecs(list: string): string[] {
  const found = list.split('\n').map((line) => /^\[\w+\]\s+FAILURE\s+(\S+)/.exec(line)?.[1]);
  return [...new Set(found.filter((one) => one !== undefined))];
}

/** The first of the log directories that has this port's log; undefined if none has. */
export async function findLog(logDirs: readonly string[], port: Pick<PortId, 'origin' | 'flavor'>): Promise<string | undefined> {
  for (const dir of logDirs) {
    const path = join(dir, logName(port));
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

/** Name of dsynth's list of failures, below its log directory. */
export const FAILURE_LIST = '02_failure_list.log';
