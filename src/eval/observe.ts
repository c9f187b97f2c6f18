import type {ConversationNode} from '../case/attempt/conversation.ts';
import {type DoneCall, doneCalls} from '../case/attempt/digest.ts';
import {isProved} from '../case/attempt/proved.ts';
import type {AttemptResult} from '../case/status.ts';

/** An attempt with the part of its conversation that belongs to it; empty for a diff that no model wrote. */
export interface ObservedAttempt {
  readonly result: AttemptResult;
  readonly nodes: readonly ConversationNode[];
}

/** What an attempt can go through, by the name that a report shows. */
const STEPS = {
  'proved at the first attempt': ({result}) => isProved(result) && result.by === undefined && result.attempt === 1,
  'proved by a recipe': ({result}) => isProved(result) && result.by !== undefined,
  'proved after a failed attempt': ({result}) => isProved(result) && result.by === undefined && result.attempt > 1,
  'conversation continued': ({nodes}) => nodes[0]?.attempt !== undefined,
  'lost to a limit': ({result}) => isLost(result),
  'gave up': ({result}) => result.end === 'gave-up',
  'build failed and was repaired': ({nodes}) => isRepaired(buildsOf(nodes)),
  'plist error in a build': ({nodes}) => buildsOf(nodes).some(({result}) => hasPlistError(result)),
  'cut reply asked for again': ({nodes}) => nodes.some(({call}) => call?.doubled === true),
  'advice in a result': ({nodes}) => doneCalls(nodes).some(({result}) => typeof result.advice === 'string'),
  'findings answered': ({result}) => result.guardRound !== undefined && isProved(result),
  'findings insisted on': ({result}) => result.guardRound?.insists !== undefined,
  'diff changed after a passing build': ({nodes}) => isChangedAfterBuild(doneCalls(nodes)),
} satisfies Record<string, (one: ObservedAttempt) => boolean>;

/** Name of a step of an attempt. */
export type Step = keyof typeof STEPS;

/** Every step, in the order of a report. */
export const ALL_STEPS = Object.keys(STEPS) as readonly Step[];

/** Returns the steps that the attempts of a case went through. */
export function stepsOf(attempts: readonly ObservedAttempt[]): Step[] {
  return ALL_STEPS.filter((step) => attempts.some((one) => STEPS[step](one)));
}

/** Ends by which a limit of the policy, and not the model, stops an attempt. */
const LIMIT_ENDS: ReadonlySet<AttemptResult['end']> = new Set(['turn-limit', 'time-limit', 'over-budget', 'no-edit', 'no-build']);

/** Returns whether a limit ended an attempt without a proof. */
export function isLost(one: Pick<AttemptResult, 'end' | 'proof' | 'findings'>): boolean {
  return LIMIT_ENDS.has(one.end) && !isProved(one);
}

/** Tools that change the overlay, or a source for a patch. */
const EDITING: ReadonlySet<string> = new Set([
  'patch_source',
  'put_file',
  'replace_in_file',
  'delete_file',
  'revert_file',
  'install_patches',
  'dops_add',
  'dops_replace',
  'dops_remove',
]);

/** Returns the number of turns of an attempt from its first edit to the first build after it, both included; null without a build. */
export function turnsToBuild({nodes}: Pick<ObservedAttempt, 'nodes'>): number | null {
  const calls = doneCalls(nodes);
  const edit = calls.findIndex(isEdit);
  const built = edit < 0 ? undefined : calls.slice(edit).find(isBuild);
  const from = calls[edit]?.turn;
  return built === undefined || from === undefined ? null : built.turn - from + 1;
}

function isEdit({name, result}: DoneCall): boolean {
  return EDITING.has(name) && result.ok === true;
}

function isBuild({result}: DoneCall): boolean {
  return typeof result.rebuild_ok === 'boolean';
}

function buildsOf(nodes: readonly ConversationNode[]): DoneCall[] {
  return doneCalls(nodes).filter(isBuild);
}

function isRepaired(builds: readonly DoneCall[]): boolean {
  const failed = builds.findIndex(({result}) => result.rebuild_ok === false);
  return failed >= 0 && builds.slice(failed).some(({result}) => result.rebuild_ok === true);
}

function hasPlistError(result: DoneCall['result']): boolean {
  return result.rebuild_ok === false && (result.orphaned !== undefined || result.missing !== undefined);
}

/** Returns whether an edit follows a passing build, and a passing build that edit. */
function isChangedAfterBuild(calls: readonly DoneCall[]): boolean {
  const passed = (one: DoneCall): boolean => one.result.rebuild_ok === true;
  const built = calls.findIndex(passed);
  const edit = built < 0 ? -1 : calls.findIndex((one, at) => at > built && isEdit(one));
  return edit >= 0 && calls.slice(edit).some(passed);
}
