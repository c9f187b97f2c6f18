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
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** Whether a name from a model is a tool's. */
export function isToolName(name: string): name is ToolName {
  return (TOOL_NAMES as readonly string[]).includes(name);
}
