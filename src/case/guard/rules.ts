import {BOUNDS} from './bounds.ts';
import {CONTENT} from './content.ts';
import {FILES} from './files.ts';
import type {Rule} from './finding.ts';

/** Rules over one file. */
export const RULES: readonly Rule[] = [...BOUNDS, ...FILES, ...CONTENT];

/** A patch that is dropped while a command takes its place: seen in no single file. */
export const PATCH_TO_COMMAND: Omit<Rule, 'check'> = {
  name: 'patch-to-command',
  severity: 'ask',
  protects: 'patches, where a command would rot without a word',
};

/** Rules whose severity a policy may set, with what each keeps and how severe it is unless told. */
export const ADJUSTABLE: readonly Omit<Rule, 'check'>[] = [...FILES, ...CONTENT, PATCH_TO_COMMAND];
