import {BOUNDS} from './bounds.ts';
import {DEAD_FILE} from './dead-files.ts';
import {FILES} from './files.ts';
import type {Rule} from './finding.ts';
import {FLAG_FORMS} from './flags.ts';
import {rulesOfForms} from './forms.ts';
import {OVERLAY_LINES} from './overlay-lines.ts';
import {PATCHES} from './patches.ts';
import {PLIST_FORMS} from './plists.ts';
import {RECIPE_FORMS} from './recipes.ts';
import {SOURCE} from './source.ts';
import {TEXTS} from './texts.ts';
import {UNUSUAL_FORMS} from './unusual.ts';
import {VALUE_FORMS} from './values.ts';
import {VARIABLE_FORMS} from './variables.ts';

/** Rules on the content of added lines. */
export const CONTENT: readonly Rule[] = rulesOfForms([
  ...VARIABLE_FORMS,
  ...FLAG_FORMS,
  ...RECIPE_FORMS,
  ...PLIST_FORMS,
  ...UNUSUAL_FORMS,
  ...VALUE_FORMS,
]);

const OF_ONE_FILE: readonly Rule[] = [...FILES, DEAD_FILE, ...TEXTS, ...OVERLAY_LINES, ...PATCHES, ...SOURCE, ...CONTENT];

/** Rules that check one file at a time. */
export const RULES: readonly Rule[] = [...BOUNDS, ...OF_ONE_FILE];

/** Rule for a patch that is replaced by a command; it needs several files, so it has no `check`. */
export const PATCH_TO_COMMAND: Omit<Rule, 'check'> = {
  name: 'patch-to-command',
  severity: 'ask',
  protects: 'patches from replacement by a command that fails silently',
};

/** Rules whose severity a policy may change, with their default severities. */
export const ADJUSTABLE: readonly Omit<Rule, 'check'>[] = [...OF_ONE_FILE, PATCH_TO_COMMAND];
