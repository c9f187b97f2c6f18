import {realpath} from 'node:fs/promises';
import {resolve} from 'node:path';
import {type Client, ScheduleNotFoundError} from '@temporalio/client';
import {SPOOL_SCHEDULE_ID, type SpoolMemo} from '../protocol/spool-schedule.ts';

const ANSWER_MS = 3000;

/** Returns the evidence roots of the worker that started last on this server; undefined if none has published any. */
export async function publishedRoots(client: Client): Promise<readonly string[] | undefined> {
  const handle = client.schedule.getHandle(SPOOL_SCHEDULE_ID);
  const described = await client
    .withDeadline(Date.now() + ANSWER_MS, () => handle.describe())
    .catch((error: unknown) => {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    });
  const roots = (described?.action.memo as Partial<SpoolMemo> | undefined)?.evidenceRoots;
  return Array.isArray(roots) && roots.length > 0 ? roots.map(String) : undefined;
}

/** Whether `root` is one of `roots`, by the directories that they resolve to. */
export async function isAmong(root: string, roots: readonly string[]): Promise<boolean> {
  const wanted = await realDir(root);
  return (await Promise.all(roots.map(realDir))).includes(wanted);
}

/** The path without links as far as it exists: an evidence root may not be there yet. */
async function realDir(path: string): Promise<string> {
  const absolute = resolve(path);
  const real = await realpath(absolute).catch(() => undefined);
  if (real !== undefined) return real;
  const parent = resolve(absolute, '..');
  return parent === absolute ? absolute : resolve(await realDir(parent), absolute.slice(parent.length).replace(/^\/+/, ''));
}
