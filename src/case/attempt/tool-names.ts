/** Every tool that a model may call; each is an activity type of the same name. A test compares this list with the tools. */
export const TOOL_NAMES = [
  'env_verify',
  'list_dir',
  'get_file',
  'grep',
  'find_in_overlays',
  'find_symbol',
  'make_var',
  'put_file',
  'replace_in_file',
  'delete_file',
  'revert_file',
  'materialize_dports',
  'extract',
  'make_patch',
  'patch_source',
  'dupe',
  'genpatch',
  'install_patches',
  'try_make',
  'emit_diff',
  'dsynth_build',
  'dsynth_log',
  'dops_reference',
  'dops_add',
  'dops_replace',
  'dops_remove',
  'validate_dops',
] as const;
/** Name of a tool. */
export type ToolName = (typeof TOOL_NAMES)[number];

/** Tools that run what the port builds, with the limits of a build. */
const BUILDING: ReadonlySet<string> = new Set(['dsynth_build', 'try_make']);

/** Returns whether a tool runs what the port builds, with the policy's limits of a build. */
export function isBuilding(name: string): boolean {
  return BUILDING.has(name);
}

/** Tools without side effects: consecutive calls may run in parallel. */
const READ_ONLY: ReadonlySet<string> = new Set([
  'env_verify',
  'get_file',
  'list_dir',
  'grep',
  'find_in_overlays',
  'find_symbol',
  'make_var',
  'dsynth_log',
  'dops_reference',
  'validate_dops',
]);

/** Tools that work towards a patch without a change of the overlay or the source. */
const PREPARE_EDITS: ReadonlySet<string> = new Set(['dupe', 'genpatch']);

/** Returns whether a tool prepares an edit, so that its attempt is not idle. */
export function preparesEdit(name: string): boolean {
  return PREPARE_EDITS.has(name);
}

/** Groups calls that may run in parallel, in order: consecutive read-only calls, or a single other call. */
export function parallelGroups<T extends {readonly name: string}>(calls: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last !== undefined && [...last, call].every(({name}) => READ_ONLY.has(name))) last.push(call);
    else groups.push([call]);
  }
  return groups;
}

/** Returns whether a name from a model is the name of a tool. */
export function isToolName(name: string): name is ToolName {
  return (TOOL_NAMES as readonly string[]).includes(name);
}
