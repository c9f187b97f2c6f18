/** Definition of a tool for a model; `parameters` is a JSON Schema. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: object;
}

/** Returns the tools in the form of the chat-completions protocol, in the order given: a stable order keeps prompt caches warm. */
export function wireTools(tools: readonly ToolSpec[]) {
  return tools.map(({name, description, parameters}) => ({
    type: 'function' as const,
    function: {name, description, parameters: parameters as Record<string, unknown>},
  }));
}
