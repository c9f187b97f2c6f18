import type {Finding} from '../types.ts';
import type {Effect, EffectChange} from './effect.ts';
import {type FileChange, type FileFacts, fileChanges, fileFindings} from './files.ts';
import {makefileFindings} from './makefiles.ts';
import {findingOf} from './rules.ts';
import {type Evaluation, type PortSnapshot, SURROUNDINGS} from './snapshot.ts';
import {summaryOf} from './summary.ts';
import {type TargetChange, targetChanges, targetFindings} from './targets.ts';
import {shownChange, valueDelta, valueFindings} from './values.ts';
import {MAKE_FLAGS, VARIABLES} from './variables.ts';
import {deltaOf, isEmpty} from './words.ts';

/** Returns what differs between two snapshots of a composed port, and the findings for it. */
export function compareEffect(before: PortSnapshot, after: PortSnapshot, facts: FileFacts): Effect {
  const missing = [
    ...before.missing.map((one) => `Before the diff: ${one}`),
    ...after.missing.map((one) => `With the diff: ${one}`),
  ];
  const unknown = missing.map((one) => findingOf('effect-unknown', '', one));
  // Without a snapshot on one side, everything would be a difference.
  if (missing.length > 0 && (before.files.length === 0 || after.files.length === 0))
    return {changes: [], findings: unknown, summary: summaryOf([], missing), missing};
  const files = fileChanges(before, after);
  const commands = newCommands(before, after);
  const evaluated = SURROUNDINGS.filter((one) => isEvaluated(before.evaluations[one]) && isEvaluated(after.evaluations[one]));
  const findings = [
    ...unknown,
    ...fileFindings(files, before, after, facts),
    ...evaluated.flatMap((one) => evaluationFindings(before.evaluations[one], after.evaluations[one])),
    ...(evaluated.length === SURROUNDINGS.length ? surroundingFindings(before, after) : []),
    ...commands.map((one) =>
      findingOf('runs-when-read', '', `make runs a new command whenever it reads the port: ${one.slice(0, 300)}`),
    ),
  ];
  const changes = changesOf(before, after, files, commands);
  return {changes, findings: distinct(findings), summary: summaryOf(changes, missing), missing};
}

/** Returns an effect of which nothing is known, for the reason given; the finding asks. */
export function unknownEffect(reason: string): Effect {
  const findings = [findingOf('effect-unknown', '', reason)];
  return {changes: [], findings, summary: summaryOf([], [reason]), missing: [reason]};
}

function isEvaluated({variables}: Evaluation): boolean {
  return Object.keys(variables).length > 0;
}

function newCommands(before: PortSnapshot, after: PortSnapshot): string[] {
  const known = new Set(before.commands);
  return [...new Set(after.commands)].filter((one) => !known.has(one));
}

function evaluationFindings(before: Evaluation, after: Evaluation): Finding[] {
  return [
    ...valueFindings({before: before.variables, after: after.variables}),
    ...targetFindings(targetChanges(before.targets, after.targets)),
    ...makefileFindings(before.makefiles, after.makefiles),
  ];
}

/** A diff has the same effect under all surroundings, or its condition is one on the proof. */
function surroundingFindings(before: PortSnapshot, after: PortSnapshot): Finding[] {
  const names = [...VARIABLES, MAKE_FLAGS].filter(
    (name) => JSON.stringify(deltaUnder('proof', name)) !== JSON.stringify(deltaUnder('bulk', name)),
  );
  const targets = targetsThatDiffer(before, after);
  return [...surrounding('variables', names), ...surrounding('targets', targets)];

  function deltaUnder(surrounding: 'proof' | 'bulk', name: string): unknown {
    return valueDelta(before.evaluations[surrounding].variables[name], after.evaluations[surrounding].variables[name]);
  }
}

function surrounding(kind: string, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 8).join(', ');
  const reason = `The diff has another effect when the port is proved than in a bulk build, on these ${kind}: ${shown}`;
  return [findingOf('surroundings', '', reason)];
}

function targetsThatDiffer(before: PortSnapshot, after: PortSnapshot): string[] {
  const [proof, bulk] = SURROUNDINGS.map((one) => {
    const changes = targetChanges(before.evaluations[one].targets, after.evaluations[one].targets);
    return new Map(changes.map((change) => [change.name, JSON.stringify(commandDelta(change))]));
  });
  if (proof === undefined || bulk === undefined) return [];
  return [...new Set([...proof.keys(), ...bulk.keys()])].filter((name) => proof.get(name) !== bulk.get(name));
}

function commandDelta({before, after}: TargetChange): unknown {
  return [
    deltaOf(before?.commands ?? [], after?.commands ?? []),
    deltaOf(before?.sources ?? [], after?.sources ?? []),
    before === undefined,
    after === undefined,
  ];
}

function changesOf(
  before: PortSnapshot,
  after: PortSnapshot,
  files: readonly FileChange[],
  commands: readonly string[],
): EffectChange[] {
  const [old, now] = [before.evaluations.proof, after.evaluations.proof];
  const [oldBulk, nowBulk] = [before.evaluations.bulk, after.evaluations.bulk];
  return [
    ...files.map(({path, before: was, after: is}) =>
      change('file', path, was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'),
    ),
    ...[...VARIABLES, MAKE_FLAGS].flatMap(
      (name) => variableChange(name, old, now) ?? variableChange(name, oldBulk, nowBulk) ?? [],
    ),
    ...targetChanges(old.targets, now.targets).map((one) => change('target', one.name, targetText(one))),
    ...deltaOf(old.makefiles, now.makefiles).added.map((one) => change('makefile', one, 'read by make')),
    ...deltaOf(old.makefiles, now.makefiles).removed.map((one) => change('makefile', one, 'no longer read by make')),
    ...commands.map((one) => change('command', one, 'run when make reads the port')),
  ];
}

function variableChange(name: string, before: Evaluation, after: Evaluation): EffectChange | undefined {
  const [was = '', is = ''] = [before.variables[name], after.variables[name]];
  if (was === is) return undefined;
  const {added, removed} = valueDelta(was, is);
  const isLong = was.length + is.length > 160 && !isEmpty({added, removed});
  const items = [...removed.map((one) => `−${one}`), ...added.map((one) => `+${one}`)].join(' ');
  const text = isLong ? `${name}: ${items.slice(0, 300)}` : shownChange(name, was, is);
  return {...change('variable', name, text), before: recordedValue(was), after: recordedValue(is)};
}

const VALUE_CHARS = 600;

/** Returns a value as it is recorded for display: one line, cut at `VALUE_CHARS`. */
function recordedValue(value: string): string {
  const line = value.replaceAll('\u0001', ' ').trim();
  return line.length > VALUE_CHARS ? `${line.slice(0, VALUE_CHARS).toWellFormed()}…` : line;
}

function targetText({before, after}: TargetChange): string {
  if (before === undefined) return `new: ${(after?.commands ?? []).join(' | ').slice(0, 300)}`;
  if (after === undefined) return 'removed';
  const commands = deltaOf(before.commands, after.commands);
  const sources = deltaOf(before.sources, after.sources);
  const items = [
    ...sources.removed.map((one) => `without ${one}`),
    ...sources.added.map((one) => `with ${one}`),
    ...commands.removed.map((one) => `−${one.trim()}`),
    ...commands.added.map((one) => `+${one.trim()}`),
  ];
  return items.join(' | ').slice(0, 400) || 'commands in another order';
}

function change(kind: EffectChange['kind'], name: string, text: string): EffectChange {
  return {kind, name, text};
}

/** A finding counts once, though both surroundings show it. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((one) => [`${one.rule} ${one.path} ${one.reason}`, one])).values()];
}
