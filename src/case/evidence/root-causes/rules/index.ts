import {ABORTED, CRASHED} from './aborted.ts';
import {COMPILER} from './compiler.ts';
import {CONFIGURE, CONFIGURE_TESTS} from './configure.ts';
import {CONSEQUENCES} from './consequences.ts';
import {DOCUMENTS} from './documents.ts';
import {FETCH} from './fetch.ts';
import {FRAMEWORK} from './framework.ts';
import {GENERAL, TESTS} from './general.ts';
import {JVM_BEAM_ML} from './jvm-beam-ml.ts';
import {MAKE} from './make.ts';
import {PATCH} from './patch.ts';
import {PKG} from './pkg.ts';
import {PLIST} from './plist.ts';
import type {Rule} from './rule.ts';
import {RUST_GO} from './rust-go.ts';
import {SCRIPTING} from './scripting.ts';
import {SHELL, SHELL_SYNTAX} from './shell.ts';

/** Tried in this order; the first that matches a line counts. */
export const RULES: readonly Rule[] = [
  ...ABORTED,
  ...CONSEQUENCES,
  ...CRASHED,
  ...CONFIGURE_TESTS,
  ...FRAMEWORK,
  ...MAKE,
  ...SHELL_SYNTAX,
  ...PLIST,
  ...PATCH,
  ...FETCH,
  ...PKG,
  ...CONFIGURE,
  ...RUST_GO,
  ...SCRIPTING,
  ...JVM_BEAM_ML,
  ...COMPILER,
  ...DOCUMENTS,
  ...TESTS,
  ...SHELL,
  ...GENERAL,
];
