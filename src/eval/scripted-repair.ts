import {INSISTENCE_HEADING} from '../case/prompt/guard-round.ts';
import type {Conversation} from '../demo/scripted-model/conversation.ts';
import {type Call, composed, overlay} from '../demo/scripted-model/steps.ts';
import type {RepairScript, ScriptedCall, ScriptedTurn} from './repair-script.ts';

/** A reply of the script, before it takes the form of the protocol. */
export interface ScriptedReply {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finishReason: 'stop' | 'tool_calls' | 'length';
}

/** What a request allows. */
export interface RequestLimits {
  /** Whether tools may be called. */
  readonly mayCall: boolean;
  /** Whether the same turn is asked for again with a higher limit. */
  readonly isRaised: boolean;
}

/** Returns the reply of a script at a point of a conversation; without a turn for it, a report by the last build. */
export function replyByScript(
  script: RepairScript,
  conversation: Conversation,
  {mayCall, isRaised}: RequestLimits,
): ScriptedReply {
  const {attempts} = script;
  const turns = attempts[Math.min(conversation.attempt, attempts.length) - 1] ?? [];
  const turn = turns[conversation.turn];
  if (turn?.isCut && !isRaised) return {text: 'The cause is', calls: [], finishReason: 'length'};
  if (turn?.calls !== undefined && mayCall)
    return {text: '', calls: turn.calls.map((one) => withPlaces(one, conversation)), finishReason: 'tool_calls'};
  return {text: renderReport(turn ?? {}, script, conversation), calls: [], finishReason: 'stop'};
}

function renderReport({report, summary, insists}: ScriptedTurn, script: RepairScript, {result}: Conversation): string {
  const status = report ?? (result('dsynth_build').rebuild_ok === true ? 'success' : 'failed');
  const sections = [`## Patch Summary\n\n${summary ?? script.about}`, `## Rebuild Status\n\n${status}`];
  return [...sections, ...(insists === undefined ? [] : [`## ${INSISTENCE_HEADING}\n\n${insists}`])].join('\n\n');
}

function withPlaces({tool, args}: ScriptedCall, conversation: Conversation): Call {
  const {origin = '', result} = conversation;
  const places = {
    origin,
    overlay: overlay(origin),
    composed: composed(conversation),
    wrksrc: String(result('make_patch').wrksrc ?? ''),
  };
  return {name: tool, args: fill(args, places) as Call['args']};
}

/** Returns a value with the placeholders in its strings replaced. */
export function fill(value: unknown, places: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (all, name: string) => places[name] ?? all);
  if (Array.isArray(value)) return value.map((one) => fill(one, places));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, places)]));
}
