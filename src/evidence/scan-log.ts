import {RootCauseScan} from '../case/evidence/root-causes/index.ts';
import {DamagedLog} from './unpack.ts';

/** `damage`: why the log could be unpacked only in part. That part is all that there will ever be, and is scanned. */
export interface ScannedLog {
  readonly scan: RootCauseScan;
  readonly damage?: string;
}

/** Scans a log for root causes: lines whose forms are in `baseline` rank lower, `mask` removes secrets from the texts. */
export async function scanLog(
  log: AsyncIterable<Uint8Array>,
  baseline?: ReadonlySet<string>,
  mask?: (text: string) => string,
): Promise<ScannedLog> {
  const scan = new RootCauseScan({...(baseline && {baseline}), ...(mask && {mask})});
  try {
    for await (const chunk of log) scan.take(chunk);
  } catch (error) {
    if (error instanceof DamagedLog) return {scan, damage: error.message};
    throw error;
  }
  return {scan};
}
