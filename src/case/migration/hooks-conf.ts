import {assignmentLine, readAssignments} from './assignments.ts';
import type {ImportItem} from './report.ts';
import {COMPUTED, reasonDropped} from './settings.ts';

/** Keys of the old conf that the hooks read, under their names now. */
const TAKEN: Readonly<Record<string, string>> = {
  DPORTSV3_TRACKER_TARGET: 'PORTWRIGHT_TARGET',
  PORTWRIGHT_TARGET: 'PORTWRIGHT_TARGET',
  PORTWRIGHT_BIN: 'PORTWRIGHT_BIN',
  DELTAPORTS_ROOT: 'DELTAPORTS_ROOT',
  DPORTSV3_HOOKS_FLAG_FILE: 'DPORTSV3_HOOKS_FLAG_FILE',
};

/** The value that the old hooks use without the key, and ours too. */
const USUAL_TARGET = /^["']?@?\$\{?PROFILE\}?["']?$/;

/** Returns portwright-hooks.conf for the text of dportsv3-hooks.conf, and what becomes of each of its keys. */
export function translateHooksConf(text: string): {items: ImportItem[]; conf: string} {
  const {assignments, otherLines} = readAssignments(text);
  const lines = new Map<string, string>();
  const items = assignments.map(({name, value}): ImportItem => {
    const now = TAKEN[name];
    if (now === undefined) return {part: 'hooks', name, result: 'left', detail: droppedKey(name)};
    if (value === undefined && isUsualTarget(text, name))
      return {part: 'hooks', name, result: 'left', detail: 'it is the default: @<PROFILE>'};
    if (value === undefined) return {part: 'hooks', name, result: 'left', detail: COMPUTED};
    if (now === name || !lines.has(now))
      lines.set(now, assignmentLine(now, now === 'PORTWRIGHT_TARGET' ? `@${bare(value)}` : value));
    return {
      part: 'hooks',
      name,
      result: 'taken',
      detail: now === name ? 'it has the same name and meaning' : `its name is ${now} now`,
    };
  });
  if (otherLines > 0)
    items.push({
      part: 'hooks',
      name: `${otherLines} other lines`,
      result: 'left',
      detail: 'they are no KEY=value, and the conf is not run',
    });
  return {
    items,
    conf: `# Settings of Portwright's dsynth hooks, from dportsv3-hooks.conf.\n${[...lines.values()].map((line) => `${line}\n`).join('')}`,
  };
}

function droppedKey(name: string): string {
  if (name === 'DPORTSV3_BIN') return 'there is no tracker; set PORTWRIGHT_BIN if failures are to be reported at once';
  return reasonDropped(name) ?? 'the hooks have no such key';
}

function isUsualTarget(text: string, name: string): boolean {
  const written = new RegExp(`^\\s*(?:export\\s+)?${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  return TAKEN[name] === 'PORTWRIGHT_TARGET' && USUAL_TARGET.test(written.trim());
}

/** A target without its leading @. */
function bare(target: string): string {
  return target.replace(/^@+/, '').replace(/[^A-Za-z0-9._-]/g, '');
}
