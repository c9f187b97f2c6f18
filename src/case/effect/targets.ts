import type {Finding} from '../types.ts';
import {isKnownCommand} from './recipes.ts';
import {findingOf} from './rules.ts';
import type {PortTarget} from './snapshot.ts';
import {deltaOf, isEmpty} from './words.ts';

type Targets = Readonly<Record<string, PortTarget>>;

/** Targets by which the framework checks a port; nothing that a repair needs changes them. */
const CHECKS = /check|sanity|stage-qa|security|mtree|plist|licen[cs]e|identif|distinfo|makesum|vulnerab|conflict/i;
/** Hooks that the framework offers to ports. */
const HOOK = /^(?:pre|post|dfly)-[\w-]+$/;
/** Hooks of phases in which a repair has nothing to do. */
const EARLY_HOOK = /^(?:pre|post|dfly)-(?:fetch|checksum|check-\w+)/;
const NO_TARGET: PortTarget = {sources: [], commands: []};

/** A target that a diff changed. */
export interface TargetChange {
  readonly name: string;
  readonly before: PortTarget | undefined;
  readonly after: PortTarget | undefined;
}

/** Returns the targets whose sources or commands differ. */
export function targetChanges(before: Targets, after: Targets): TargetChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({name, before: ownOf(before, name), after: ownOf(after, name)}))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

function ownOf(targets: Targets, name: string): PortTarget | undefined {
  return Object.hasOwn(targets, name) ? targets[name] : undefined;
}

/** Returns the findings for changed targets: what the framework's targets do, its order, and commands of unknown forms. */
export function targetFindings(changes: readonly TargetChange[]): Finding[] {
  return changes.flatMap((change) => [...commandFindings(change), ...orderFindings(change)]);
}

function commandFindings({name, before = NO_TARGET, after = NO_TARGET}: TargetChange): Finding[] {
  const {added, removed} = deltaOf(templatesOf(before), templatesOf(after));
  if (added.length === 0 && removed.length === 0) return [];
  if (added.length === 0 && reportsUnknownUses(removed)) return [];
  if (CHECKS.test(name))
    return [findingOf('checks', '', `The target ${name}, which checks the port, is changed. ${shownCommands(after)}`)];
  const isHook = HOOK.test(name);
  if (before.commands.length > 0 && !isHook)
    return [findingOf('check-target', '', `The target ${name} of the framework is replaced. ${shownCommands(after)}`)];
  if (/^do-/.test(name)) return [findingOf('check-target', '', `The port gets its own ${name}. ${shownCommands(after)}`)];
  if (EARLY_HOOK.test(name))
    return [findingOf('check-target', '', `Commands run before or at the checks, in ${name}. ${shownCommands(after)}`)];
  const templates = new Set(added);
  const unknown = after.commands.filter((one) => templates.has(templateOf(one)) && !isKnownCommand(one));
  if (unknown.length === 0) return [];
  return [findingOf('hook', '', `${name} runs a command of no known form of a repair: ${firstLine(unknown)}`)];
}

/** A command that prints, or that fails. */
const REPORTS = /^[\s@-]*(?:echo|printf|false|\$\{(?:ECHO(?:_MSG|_CMD)?|PRINTF|FALSE)\})(?=\s|$)/;

/**
 * Returns whether commands only print that a value of USES is unknown, and fail: the framework adds them to a target for a port that it
 * cannot build, and a repair of USES takes them away. Commands for other reasons not to build a port are none of these.
 */
function reportsUnknownUses(commands: readonly string[]): boolean {
  if (!commands.some((one) => /Unknown\\? USES/.test(one))) return false;
  return commands.every((one) => REPORTS.test(one) && !/IGNORE|BROKEN|FORBIDDEN|RESTRICTED/.test(one));
}

/** Commands without the values of `.for` variables, one of each: a loop of the framework over a longer list is the same recipe. */
function templatesOf({commands}: PortTarget): string[] {
  return [...new Set(commands.map(templateOf))];
}

function templateOf(command: string): string {
  return command.replace(/\$\{:U(?:\\.|[^}\\])*/g, '${:U');
}

/** A phase that loses a step, or gets one that is no hook, does something else than the framework's. */
function orderFindings({name, before, after}: TargetChange): Finding[] {
  if (before === undefined) return [];
  const {added, removed} = deltaOf(before.sources, after?.sources ?? []);
  const [more, less] = [added.filter((one) => !HOOK.test(one)), removed.filter((one) => !HOOK.test(one))];
  if (isEmpty({added: more, removed: less})) return [];
  const what = [...less.map((one) => `without ${one}`), ...more.map((one) => `with ${one}`)].slice(0, 6).join(', ');
  const rule = less.some((one) => CHECKS.test(one)) ? 'checks' : 'check-target';
  return [findingOf(rule, '', `The target ${name} runs ${what}.`)];
}

function shownCommands({commands}: PortTarget): string {
  return commands.length === 0 ? 'It has no commands any more.' : `Its commands: ${firstLine(commands)}`;
}

function firstLine(commands: readonly string[]): string {
  const line = commands.map((one) => one.trim()).join(' | ');
  return line.length > 240 ? `${line.slice(0, 240)}…` : line;
}
