import type {RootCauses} from '../evidence/root-causes/finding.ts';
import type {PortFile} from '../prompt/playbooks.ts';
import type {PortId} from '../types.ts';

/** What a recipe sees of a failure. */
export interface RecipeInput {
  readonly port: PortId;
  readonly causes: RootCauses;
  /** The bundle's snapshot: the composed port below `port/`, the overlay below `overlay/`. */
  readonly files: readonly PortFile[];
}

/** A fix that rules could write. */
export interface RecipeFix {
  /** A unified diff of the overlay, with paths `a/ports/<origin>/...` and `b/ports/<origin>/...`, as `git apply` takes it. */
  readonly diff: string;
  /** What was wrong and what the diff does, one or two sentences: the operator reads it, and the model if the proof fails. */
  readonly note: string;
  /** What a reviewer should look at before accepting. */
  readonly review?: string;
}

/** A fix for one kind of failure that needs no model: a pure function from findings and port files to a diff. */
export interface Recipe {
  /** As the playbook that describes the same fix by hand is named, where there is one; else a name of that form. */
  readonly name: string;
  /**
   * Files of the unpacked and patched source that it must see, relative to WRKSRC, from a first look at the failure; empty if
   * it needs none, undefined if the failure is none of its kind.
   */
  wants(input: RecipeInput): readonly string[] | undefined;
  /** The fix; undefined if there is none that it could stand for. `sources` has what `wants` named and was found. */
  fix(input: RecipeInput, sources: ReadonlyMap<string, string>): RecipeFix | undefined;
}
