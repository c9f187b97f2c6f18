import type {RootCauses} from '../evidence/root-causes/finding.ts';
import type {PortFile} from '../prompt/playbooks.ts';
import type {PortId} from '../types.ts';

/** A failure as recipes see it. */
export interface RecipeInput {
  readonly port: PortId;
  readonly causes: RootCauses;
  /** The bundle's snapshot: the composed port below `port/`, the overlay below `overlay/`. */
  readonly files: readonly PortFile[];
  /** Files of the port as FreeBSD has it, relative to its directory; undefined if the dev-env has none. */
  readonly freebsd?: readonly PortFile[] | undefined;
  /** Results of `searches`; missing before the source was searched. */
  readonly matches?: readonly SearchResult[];
}

/** A search of the source by an extended regular expression, below a directory of it; empty for all. */
export interface SourceSearch {
  readonly pattern: string;
  readonly path: string;
}

/** Lines of the source that match, as `path:number:text`. A search that failed has no result. */
export interface SearchResult extends SourceSearch {
  readonly lines: readonly string[];
}

/** A fix that a recipe wrote. */
export interface RecipeFix {
  /** Unified diff of the overlay, with paths `a/ports/<origin>/...` and `b/ports/<origin>/...`, for `git apply`. */
  readonly diff: string;
  /** Explanation of the fault and the fix in one or two sentences, for the operator, and for the model if the proof fails. */
  readonly note: string;
  /** Points that a reviewer should check before accepting. */
  readonly review?: string;
}

/** A fix for one kind of failure without a model: a pure function from findings and port files to a diff. */
export interface Recipe {
  /** Name of the playbook that describes the same fix, or a name in that format. */
  readonly name: string;
  /**
   * Returns the files of the patched source that the recipe needs, relative to WRKSRC; empty if none, undefined if the failure
   * is not of its kind. It is asked again with the results of `searches`, which may add files.
   */
  wants(input: RecipeInput): readonly string[] | undefined;
  /** Returns the searches of the source that the recipe needs. */
  searches?(input: RecipeInput): readonly SourceSearch[];
  /**
   * Returns the fix, or undefined if it is not certain. `sources` has those files of `wants` that exist, and may have those of other
   * recipes; for a path that does not exist, the only other file of its name.
   */
  fix(input: RecipeInput, sources: ReadonlyMap<string, string>): RecipeFix | undefined;
}
