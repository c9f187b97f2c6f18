import {BOUNDS} from './bounds.ts';
import {CONTENT} from './content.ts';
import {FILES} from './files.ts';
import type {Rule} from './finding.ts';

/** Rules that check one file at a time. */
export const RULES: readonly Rule[] = [...BOUNDS, ...FILES, ...CONTENT];

/** Rule for a patch that is replaced by a command; it needs several files, so it has no `check`. */
export const PATCH_TO_COMMAND: Omit<Rule, 'check'> = {
  name: 'patch-to-command',
  severity: 'ask',
  protects: 'patches from replacement by a command that fails silently',
};

/** Rules whose severity a policy may change, with their default severities. */
export const ADJUSTABLE: readonly Omit<Rule, 'check'>[] = [...FILES, ...CONTENT, PATCH_TO_COMMAND];
