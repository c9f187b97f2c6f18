import {writeFile} from 'node:fs/promises';
import {gzipSync} from 'node:zlib';
import type {Client} from '@temporalio/client';
import {historyToJSON} from '@temporalio/common/lib/proto-utils.js';

/** A history in the format of `npm run record-histories`. */
export interface RecordedHistory {
  readonly workflowId: string;
  /** In Temporal's JSON format. */
  readonly history: object;
}

/** Stores a workflow's history in test/histories under the name of its shape, without worker identities. */
export async function recordHistory(client: Client, workflowId: string, shape: string): Promise<void> {
  const history = historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory());
  const text = JSON.stringify({workflowId, history: JSON.parse(typeof history === 'string' ? history : JSON.stringify(history))});
  const clean = text.replace(/"identity":"[^"]*"/g, '"identity":"worker"');
  const name = shape.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  await writeFile(new URL(`../histories/${name}.json.gz`, import.meta.url), gzipSync(clean, {level: 9}));
}
