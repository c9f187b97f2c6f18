import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {isOrigin, type PortId} from '../case/types.ts';
import {isFlavor} from './names.ts';
import {PACKED_SUFFIXES} from './packing.ts';

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

/** Where a port's log is, or why there is none that can be read. */
export type FoundLog = {readonly path: string} | {readonly problem: string};

/** Finds a port's log, plain or packed, in the first of the log directories that has it as a regular file. */
export async function findLog(logDirs: readonly string[], port: Pick<PortId, 'origin' | 'flavor'>): Promise<FoundLog> {
  let problem = `there is no ${logName(port)} in ${logDirs.join(', ')}`;
  for (const dir of logDirs) {
    for (const suffix of ['', ...PACKED_SUFFIXES]) {
      const path = join(dir, `${logName(port)}${suffix}`);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile()) return {path};
      if (found !== undefined) problem = `${path} is not a regular file`;
    }
  }
  return {problem};
}

/** Name of dsynth's list of failures, below its log directory. */
export const FAILURE_LIST = '02_failure_list.log';
