import {type RootCauses, rootCauseText} from '../case/evidence/root-causes/index.ts';
import {jsonObject} from '../case/text/json-object.ts';
import type {PortId} from '../case/types.ts';
import {writeAnalysis} from './bundle.ts';
import {baselineForms} from './good-logs.ts';
import {openContent, readBundleFile} from './reading.ts';
import {scanLog} from './scan-log.ts';

const FILE = 'root_causes.json';
const FILE_BYTES = 1 << 20;

/** Returns the root causes of a log; `mask` removes secrets from their texts. */
export async function rootCausesOf(
  log: AsyncIterable<Uint8Array>,
  baseline?: ReadonlySet<string>,
  mask?: (text: string) => string,
): Promise<RootCauses> {
  const {scan, damage} = await scanLog(log, baseline, mask);
  return {...scan.finish(), ...(damage === undefined ? {} : {note: `The log is incomplete: ${damage}.`})};
}

/**
 * Selects the root causes of a bundle's full log, writes analysis/root_causes.json and .md, and returns them; undefined without a log.
 * Lines that logs of passed proofs, or good logs in dsynth's log directory, have too rank lower.
 */
export async function selectRootCauses(
  dir: string,
  about?: {readonly root: string; readonly port: PortId},
  mask?: (text: string) => string,
): Promise<RootCauses | undefined> {
  const log = await openContent(dir, 'logs/full.log');
  if (log === undefined) return undefined;
  try {
    const causes = await rootCausesOf(log, about && (await baselineForms(about.root, about.port)), mask);
    await writeAnalysis(dir, FILE, `${JSON.stringify(causes, null, 1)}\n`);
    await writeAnalysis(dir, 'root_causes.md', rootCauseText(causes));
    return causes;
  } finally {
    log.destroy();
  }
}

/** Returns what `selectRootCauses` wrote into the bundle; undefined if it did not, or for another version. */
export async function readRootCauses(dir: string): Promise<RootCauses | undefined> {
  const file = await readBundleFile(dir, `analysis/${FILE}`, FILE_BYTES);
  if (file === undefined || file.truncated) return undefined;
  const causes = jsonObject<RootCauses>(file.text);
  return causes?.version === 1 && Array.isArray(causes.findings) ? (causes as RootCauses) : undefined;
}

/** Returns the stored root causes of a bundle, or selects them from its log; undefined without a log. Writes nothing. */
export async function rootCausesIn(dir: string): Promise<RootCauses | undefined> {
  const stored = await readRootCauses(dir);
  if (stored !== undefined) return stored;
  const log = await openContent(dir, 'logs/full.log');
  return log && rootCausesOf(log);
}
