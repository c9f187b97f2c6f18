import {guardPorts} from '../case/guard/guard-ports.ts';
import {type GuardDecisions, guardContext} from '../case/guard/index.ts';
import type {Finding, PortId, RecordId} from '../case/types.ts';
import type {DevEnv} from '../devenv/client.ts';
import {captureDiff, OverlayFailed, overlayFiles} from '../devenv/overlay.ts';
import {rootCausesIn} from '../evidence/root-causes.ts';
import type {RecordStore} from '../evidence/store.ts';
import type {CapturedDiff, CaseScope} from '../protocol/activities.ts';
import {cancelSignal} from './context.ts';

/** Returns the origins whose overlays a case may edit, the master first: a slave port is composed after it. */
export function originsIn({port, master}: CaseScope): readonly string[] {
  return master === undefined ? [port.origin] : [master, port.origin];
}

/** Records the diff of the overlays that a case may edit, and what they have at HEAD. */
export async function captureScope(env: DevEnv, store: RecordStore, scope: CaseScope): Promise<CapturedDiff> {
  const {port, master} = scope;
  const diff = await store.putExact(await captureDiff(env, originsIn(scope), cancelSignal()));
  const captured = {diff, overlay: await persistOverlay(env, store, port.origin)};
  return master === undefined ? captured : {...captured, masterOverlay: await persistOverlay(env, store, master)};
}

async function persistOverlay(env: DevEnv, store: RecordStore, origin: string): Promise<string | null> {
  const files = await overlayFiles(env, origin, cancelSignal());
  return files === undefined ? null : await store.putJson(Object.fromEntries(files));
}

/** A recorded diff, and what its judgement depends on. */
export interface Judged {
  /** Directory of the failure's bundle. */
  readonly dir: string;
  readonly store: RecordStore;
  readonly origin: string;
  readonly master?: string | undefined;
  readonly captured: CapturedDiff;
  readonly decided?: GuardDecisions | undefined;
}

/** Returns the guard's findings on a recorded diff. */
export async function judgeCaptured({dir, store, origin, master, captured, decided}: Judged): Promise<Finding[]> {
  const {diff, overlay, masterOverlay = null} = captured;
  const own = {origin, overlay: await filesIn(store, overlay)};
  const other = master === undefined ? undefined : {origin: master, overlay: await filesIn(store, masterOverlay)};
  return guardPorts(await store.text(diff), {own, master: other}, guardContext(await rootCausesIn(dir)), decided);
}

/** Returns the files of an overlay by path; undefined where they could not be read. */
async function filesIn(store: RecordStore, overlay: RecordId | null): Promise<Map<string, string> | undefined> {
  return overlay === null ? undefined : new Map(Object.entries(await store.json<Record<string, string>>(overlay)));
}

/** Returns the guard's findings on the present diff of a dev-env; a note where the diff cannot be taken, which the gate then reports. */
export async function judgePresent(
  env: DevEnv,
  {port, master, ...of}: Omit<Judged, 'captured' | 'origin'> & {readonly port: PortId},
): Promise<Finding[]> {
  try {
    const captured = await captureScope(env, of.store, {port, ...(master === undefined ? {} : {master})});
    return await judgeCaptured({...of, origin: port.origin, master, captured});
  } catch (error) {
    if (!(error instanceof OverlayFailed)) throw error;
    return [{rule: 'unreadable', severity: 'refuse', path: '', reason: error.message}];
  }
}
