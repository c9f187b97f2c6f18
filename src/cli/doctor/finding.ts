import {plainLine} from '../../case/text/plain-text.ts';
import {styled} from '../terminal.ts';

/** What a check found. `fail`: something cannot work like this; `warn`: it works, but not fully or perhaps not as meant. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was checked, as `worker` or `hook_pkg_failure`. */
  readonly name: string;
  /** What was found, as a sentence. */
  readonly found: string;
  /** What to do about it; undefined for `ok`. */
  readonly todo?: string;
}

export const ok = (name: string, found: string): Finding => ({level: 'ok', name, found});
export const warn = (name: string, found: string, todo: string): Finding => ({level: 'warn', name, found, todo});
export const fail = (name: string, found: string, todo: string): Finding => ({level: 'fail', name, found, todo});

const STYLES = {ok: 'green', warn: 'yellow', fail: 'red'} as const;

/** Renders one line for each: `fail NAME: what was found. What to do.` */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(({level, name, found, todo}) => {
      const text = plainLine(`${name}: ${found}${todo === undefined ? '' : ` ${todo}`}`);
      return `${styled(STYLES[level], level)} ${text}`;
    })
    .join('\n');
}
