import type {Client} from '@temporalio/client';
import type {CaseStatus} from '../case/status.ts';
import type {BundlePlace} from '../evidence/bundle.ts';
import type {Cache} from './cache/cache.ts';
import type {Health} from './watch/health.ts';

/** What the parts of the console share. */
export interface ConsoleContext {
  readonly env: NodeJS.ProcessEnv;
  /** Evidence roots. */
  readonly roots: readonly string[];
  /** Undefined while Temporal cannot be reached: then nothing can be written, and what is on disk is shown. */
  readonly client: () => Client | undefined;
  /** Where a bundle is; undefined for one that no evidence root has. */
  readonly bundle: (bundleId: string) => Promise<(BundlePlace & {readonly runId: string}) | undefined>;
}

/** A case: the status of its workflow, or its archive. */
export interface OpenedCase {
  readonly status: CaseStatus;
  readonly isOpen: boolean;
}

/** What pages and REST read. */
export interface Reading extends ConsoleContext {
  readonly cache: Cache;
  readonly health: () => Health;
  /** How far the evidence is read when the cache is created; null once it is. */
  readonly reading: () => {readonly done: number; readonly total: number} | null;
  /** Base of the Web UI's addresses with its namespace, `http://…/namespaces/default`; undefined where it is not known. */
  readonly webUi: string | undefined;
  /** The latest case of a workflow id, or the one of that run of it. */
  readonly openCase: (workflowId: string, caseRunId?: string) => Promise<OpenedCase | undefined>;
}
