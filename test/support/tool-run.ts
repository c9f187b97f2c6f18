import {checkArguments, toolByName} from '../../src/devenv/tools/index.ts';
import type {ToolContext, ToolOutcome} from '../../src/devenv/tools/tool.ts';

/** Runs a tool like a model's call, with its arguments validated first. */
export async function call(context: ToolContext, name: string, args: unknown): Promise<ToolOutcome> {
  const tool = toolByName(name);
  const checked = checkArguments(tool, name, args);
  if (!checked.ok || tool === undefined) throw new Error(checked.ok ? 'unknown tool' : checked.error);
  return tool.run(checked.args, context);
}

/** Runs a tool and returns only its result. */
export async function resultOf(context: ToolContext, name: string, args: unknown) {
  return (await call(context, name, args)).result;
}
