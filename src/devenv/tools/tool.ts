import type {ToolEffects} from '../../case/attempt/progress.ts';
import type {OverlayForm} from '../../case/policy/policy.ts';
import type {Finding} from '../../case/types.ts';
import type {DevEnv} from '../client.ts';

/** Result for a call that cannot be done; never an exception of the activity. */
export interface ToolResult {
  readonly ok: boolean;
  readonly error?: string;
  readonly [key: string]: unknown;
}

export interface ToolOutcome {
  readonly result: ToolResult;
  readonly effects?: ToolEffects;
  /** Summary for operators in one line, e.g. `ports/net/foo/Makefile.DragonFly, 212 bytes`. */
  readonly summary: string;
}

/** What a tool call may use. All of it is set by the workflow, none of it by the model. */
export interface ToolContext {
  /** The leased dev-env; every file and command goes through its `exec`. */
  readonly env: DevEnv;
  /** Only this port's overlay directory, `/work/DeltaPorts/ports/<origin>`, may be written, and the work tree under /work/obj. */
  readonly origin: string;
  /** Origin of the master whose overlay the case may edit too; missing where the case's scope is its own port. */
  readonly master?: string | undefined;
  /** Origin of the case's own port in a call that is for the master, which is then `origin`. */
  readonly slave?: string;
  readonly flavor?: string;
  readonly target: string;
  /** From the last `ToolEffects.composedTree` of this attempt; undefined before the first materialize. */
  readonly composedTree?: string;
  /**
   * Names this call, 32 hex digits, and whether an earlier try of it may have run: its worker was killed, and nobody
   * knows how far it came. Missing: it is the only try.
   */
  readonly call?: {readonly key: string; readonly again: boolean};
  /** What the policy takes of overlays without overlay.dops; default `compat-where-compat`. */
  readonly overlayForm?: OverlayForm;
  /** Build time limits in seconds, from the policy. */
  readonly buildIdleSeconds: number;
  readonly buildTotalSeconds: number;
  /** Returns the guard's findings on the overlay's present diff, as the gate before a proof does; missing where nothing judges. */
  readonly judge?: (() => Promise<readonly Finding[]>) | undefined;
  /** Cancels the call; its process group is gone before `run` throws. */
  readonly signal?: AbortSignal;
}

/** JSON Schema of an object with only the keywords that every OpenAI-compatible server takes. */
export interface ToolSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** One tool: what the model sees, and what it runs. A new tool is one file and a line in `index.ts`. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: ToolSchema;
  /** Whole seconds until the exec is ended with its process group. Builds take theirs from the context. */
  readonly timeoutSeconds: number;
  /** Arguments have passed the schema. Throws only what the activity should be retried for (dev-env out of reach, cancelled). */
  run(args: Readonly<Record<string, unknown>>, context: ToolContext): Promise<ToolOutcome>;
}
