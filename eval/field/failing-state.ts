import {configGuess, guardGone, moved, recut, superseded, targetGone, targetMoved, upstream} from './patch-states.ts';
import {alias, commandPath, iconv, plist, werror} from './port-states.ts';
import type {FieldFix} from './read-field.ts';
import {crate, guardExtend, guardInBuild, guardInFilesPatch, headerMoved} from './source-states.ts';
import {type Builder, type FailingState, namedIn} from './state.ts';
import {unknown} from './unknown-state.ts';

/** Builds the state of a failure from what its log and the table have, by the pattern of its fix. */
export function failingState(fix: FieldFix): FailingState {
  const named = namedIn(fix);
  const build = BUILDERS[fix.pattern];
  return build === undefined ? unknown(named) : build(named);
}

const BUILDERS: Readonly<Record<string, Builder>> = {
  'patch-drop': guardGone,
  'patch-superseded': guardGone,
  'patch-upstream': upstream,
  'patch-superseded-files': superseded,
  'config-guess': configGuess,
  'patch-moved': moved,
  'patch-recut': recut,
  'patch-recut-guard': recut,
  'patch-target-gone': targetGone,
  'patch-target-moved': targetMoved,
  'dfly-patch-path': commandPath,
  'uses-alias-drop': alias(false),
  'uses-alias-cflags': alias(true),
  'guard-extend': guardExtend,
  'guard-extend-files-patch': guardInFilesPatch,
  'guard-extend-build': guardInBuild,
  'header-moved': headerMoved,
  'plist-remove': plist(true),
  'plist-rename': plist(false),
  werror,
  'link-iconv': iconv,
  'cargo-cfg': crate,
};
