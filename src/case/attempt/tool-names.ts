/** Every tool that a model may call; each is an activity type of the same name. A test holds this list against the tools. */
export const TOOL_NAMES = [
  'env_verify',
  'list_dir',
  'get_file',
  'grep',
  'put_file',
  'replace_in_file',
  'materialize_dports',
  'extract',
  'make_patch',
  'dupe',
  'genpatch',
  'install_patches',
  'emit_diff',
  'dsynth_build',
  'dsynth_log',
  'dops_reference',
  'validate_dops',
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** Tools that change nothing: calls of them that follow each other may run together. */
const READ_ONLY: ReadonlySet<string> = new Set([
  'env_verify',
  'get_file',
  'list_dir',
  'grep',
  'dsynth_log',
  'dops_reference',
  'validate_dops',
]);

/** Calls in their order, in groups that may run together: read-only ones, or one alone. */
export function parallelGroups<T extends {readonly name: string}>(calls: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last !== undefined && [...last, call].every(({name}) => READ_ONLY.has(name))) last.push(call);
    else groups.push([call]);
  }
  return groups;
}

/** Whether a name from a model is a tool's. */
export function isToolName(name: string): name is ToolName {
  return (TOOL_NAMES as readonly string[]).includes(name);
}
