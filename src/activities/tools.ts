import {createHash} from 'node:crypto';
import {Context} from '@temporalio/activity';
import {TOOL_NAMES} from '../case/attempt/tool-names.ts';
import {checkArguments, toolByName} from '../devenv/tools/index.ts';
import {contextOfCall} from '../devenv/tools/master-context.ts';
import type {ToolOutcome} from '../devenv/tools/tool.ts';
import {readLast} from '../evidence/conversation.ts';
import type {ToolActivities, ToolActivityResult, ToolInput} from '../protocol/activities.ts';
import {cancelSignal, openBundle, type WorkerContext} from './context.ts';
import {begunDevEnv, guarded} from './dev-env.ts';
import {type Judged, judgePresent} from './judge.ts';

/** One activity a tool, so that the Web UI's list shows what was done; they all run the same way. */
export function toolActivities(context: WorkerContext): ToolActivities {
  const run = (input: ToolInput): Promise<ToolActivityResult> => runTool(context, input);
  return Object.fromEntries([...TOOL_NAMES, 'refuseTool'].map((name) => [name, run])) as ToolActivities;
}

async function runTool(context: WorkerContext, input: ToolInput): Promise<ToolActivityResult> {
  const bundle = await openBundle(context, input.bundle);
  const {store} = bundle;
  const {message} = await readLast(store, input.conversation);
  const asked = message.tool_calls?.[input.call.index];
  if (asked === undefined) throw new Error(`The reply ${input.conversation} has no tool call number ${input.call.index}.`);
  const outcome = await outcomeOf(context, bundle, input, asked.function);
  const {result, effects = {}, summary} = outcome;
  return {result: await store.putJson(result), ok: result.ok, summary: summary.slice(0, 300), effects};
}

async function outcomeOf(
  context: WorkerContext,
  {dir, store}: Pick<Judged, 'dir' | 'store'>,
  input: ToolInput,
  call: {name: string; arguments: string},
): Promise<ToolOutcome> {
  const tool = toolByName(call.name);
  const args = argumentsOf(call.arguments);
  const checked = checkArguments(tool, call.name, args);
  if (!checked.ok || tool === undefined) {
    const error = checked.ok ? `unknown tool: ${call.name}` : checked.error;
    return {result: {ok: false, error}, summary: error};
  }
  const {port, master, env, limits, composedTree, overlayForm, decided} = input;
  return guarded(async () => {
    const begun = await begunDevEnv(context, env, port);
    const ofCase = {
      env: begun,
      origin: port.origin,
      master,
      flavor: port.flavor,
      target: port.target,
      composedTree,
      ...(overlayForm === undefined ? {} : {overlayForm}),
      call: {key: keyOf(input), again: Context.current().info.attempt > 1},
      ...(limits ?? NO_LIMITS),
      judge: () => judgePresent(begun, {dir, store, port, master, decided}),
      signal: cancelSignal(),
    };
    return tool.run(checked.args, contextOfCall(call.name, checked.args, ofCase));
  });
}

/** The same in each try of a call, and no other call's. */
function keyOf({conversation, call}: ToolInput): string {
  return createHash('sha256').update(`${conversation} ${call.index}`).digest('hex').slice(0, 32);
}

/** For tools that do not build: the contexts of all have the keys. */
const NO_LIMITS = {buildIdleSeconds: 0, buildTotalSeconds: 0};

/** Arguments as the model wrote them; text that is no JSON is passed as it is, and the check refuses it with the contract's message. */
export function argumentsOf(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return {_raw: text};
  }
}

/** Digest over a call's name and arguments, whatever the order of their keys. */
export function callDigest(name: string, args: unknown): string {
  return createHash('sha256')
    .update(`${name}\n${canonical(args)}`)
    .digest('hex')
    .slice(0, 16);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}
