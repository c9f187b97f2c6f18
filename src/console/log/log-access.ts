import type {ConsoleContext} from '../context.ts';
import {Refusal} from '../refusal.ts';
import {FULL_LOG, isLogName, OpenLogs} from './open-logs.ts';
import type {UnpackedLog} from './unpacked-log.ts';

/** Opens the logs of bundles for requests, and holds them unpacked until it is closed. */
export class LogAccess {
  readonly #bundle: ConsoleContext['bundle'];
  readonly #logs = new OpenLogs();

  constructor({bundle}: ConsoleContext) {
    this.#bundle = bundle;
  }

  /** Calls `work` with a log and the directory of its bundle. Throws a Refusal where there is none. */
  async use<T extends object>(bundleId: string, file: string, work: (log: UnpackedLog, dir: string) => Promise<T>): Promise<T> {
    const place = await this.#bundle(bundleId);
    if (place === undefined) throw new Refusal(404, `There is no bundle ${bundleId}. GET /bundles lists the latest.`);
    if (!isLogName(file)) throw new Refusal(404, badName(file));
    const result = await this.#logs.use(place.dir, file, (log) => work(log, place.dir));
    if (result === undefined) throw new Refusal(404, noLog(bundleId, file));
    return result;
  }

  close(): Promise<void> {
    return this.#logs.close();
  }
}

function badName(file: string): string {
  return `The log of a proof is named analysis/NAME, NAME of letters, digits, "_", "-" and "."; got ${JSON.stringify(file.slice(0, 100))}. Leave "file" out for the log of the failed build.`;
}

function noLog(bundleId: string, file: string): string {
  if (file === FULL_LOG)
    return `${bundleId} has no complete log, neither logs/full.log nor logs/full.log.gz. Its extract is logs/errors.txt; GET /bundles/${bundleId} lists the files.`;
  return `${bundleId} has no ${file}. GET /bundles/${bundleId} lists the files.`;
}
