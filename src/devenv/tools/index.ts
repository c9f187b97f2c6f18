import type {ToolName} from '../../case/attempt/tool-names.ts';
import {deleteFile} from './delete-file.ts';
import {dopsAdd, dopsRemove, dopsReplace} from './dops-edits.ts';
import {dopsReference} from './dops-reference.ts';
import {dsynthBuild} from './dsynth-build.ts';
import {dsynthLog} from './dsynth-log.ts';
import {dupe} from './dupe.ts';
import {emitDiff} from './emit-diff.ts';
import {envVerify} from './env-verify.ts';
import {extract} from './extract.ts';
import {findInOverlays} from './find-in-overlays.ts';
import {findSymbol} from './find-symbol.ts';
import {genpatch} from './genpatch.ts';
import {getFile} from './get-file.ts';
import {grep} from './grep.ts';
import {installPatches} from './install-patches.ts';
import {listDir} from './list-dir.ts';
import {makePatch} from './make-patch.ts';
import {makeVar} from './make-var.ts';
import {materializeDports} from './materialize-dports.ts';
import {patchSource} from './patch-source.ts';
import {putFile} from './put-file.ts';
import {replaceInFile} from './replace-in-file.ts';
import {revertFile} from './revert-file.ts';
import type {Tool} from './tool.ts';
import {tryMake} from './try-make.ts';
import {validateDops} from './validate-dops.ts';

export {checkArguments} from './check-arguments.ts';

/** Every tool in the order in which models get them; a stable order, for prompt caches. */
export const TOOLS: readonly Tool[] = [
  envVerify,
  listDir,
  getFile,
  grep,
  findInOverlays,
  findSymbol,
  makeVar,
  putFile,
  replaceInFile,
  deleteFile,
  revertFile,
  materializeDports,
  extract,
  makePatch,
  patchSource,
  dupe,
  genpatch,
  installPatches,
  tryMake,
  emitDiff,
  dsynthBuild,
  dsynthLog,
  dopsReference,
  dopsAdd,
  dopsReplace,
  dopsRemove,
  validateDops,
];

export function toolByName(name: string): Tool | undefined {
  return TOOLS.find((tool) => tool.name === name);
}

/** Below so many tokens of a window only `ESSENTIAL` tools are offered: all of them would be most of what such a window holds. */
const TINY_WINDOW = 16_000;
/** Tools by which most ports can be repaired. The others can be called all the same. */
const ESSENTIAL: ReadonlySet<ToolName> = new Set([
  'get_file',
  'grep',
  'delete_file',
  'materialize_dports',
  'make_patch',
  'patch_source',
  'dsynth_build',
  'dops_add',
  'dops_replace',
  'dops_remove',
]);

/**
 * Returns the tools for a request to a model with a window of so many tokens; `chat` converts them to the form of the protocol. Each request sends
 * them, so what `checkArguments` verifies and a model does not need, the bounds of numbers and that objects are closed, is left out.
 */
export function openAiTools(window = Number.POSITIVE_INFINITY): {name: string; description: string; parameters: object}[] {
  const offered = window < TINY_WINDOW ? TOOLS.filter(({name}) => ESSENTIAL.has(name as ToolName)) : TOOLS;
  return offered.map(({name, description, parameters}) => ({name, description, parameters: shortened(parameters) as object}));
}

const UNSENT: ReadonlySet<string> = new Set(['minimum', 'maximum', 'additionalProperties']);

function shortened(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(shortened);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).flatMap(([key, value]) => (UNSENT.has(key) ? [] : [[key, shortened(value)] as const])),
  );
}
