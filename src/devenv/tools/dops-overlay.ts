import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {overlayDir} from './paths.ts';
import {failed, refused, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Largest overlay.dops that is read; they have some KB. */
const MOST_BYTES = 262144;

/** ROOT: overlay.dops of the port, after a line that tells whether it and the other overlay files exist. */
const SCRIPT = `${PRELUDE}
if [ -d "$1" ]; then enter "$1" "$1"; else echo 'none'; exit 0; fi
if [ -e ./overlay.dops ] || [ -h ./overlay.dops ]; then
  regular overlay.dops "$1/overlay.dops"
  echo dops
  cat ./overlay.dops
else
  other=none
  for one in Makefile.DragonFly* diffs dragonfly; do [ ! -e "./$one" ] || other=other; done
  echo "$other"
fi
`;

/** Effect of overlay.dops on a write into the overlay. */
export interface DopsCheck {
  /** The write would have no effect, or take the effect from what is there. */
  readonly refusal?: ToolOutcome;
  /** What is still needed for the write to have an effect. */
  readonly note?: string;
}

/**
 * Checks paths below the port's overlay directory, about to be written, against its overlay.dops: where there is one it alone counts
 * (contract, 7.4). A path that it does not concern costs no exec.
 */
export async function checkDops(context: ToolContext, paths: readonly string[]): Promise<DopsCheck> {
  const concerned = paths.filter((path) => /^(Makefile\.DragonFly[^/]*$|overlay\.dops$|diffs\/|dragonfly\/)/.test(path));
  if (concerned.length === 0) return {};
  const result = await runScript(context.env, SCRIPT, [overlayDir(context.origin)], {
    timeoutSeconds: 120,
    tailBytes: MOST_BYTES,
    signal: context.signal,
  });
  if (result.rc !== 0) return {refusal: scriptRefusal(result) ?? failed('overlay.dops was not read', result)};
  const [kind, ...lines] = result.stdout.split('\n');
  if (kind !== 'dops') return concerned.includes('overlay.dops') && kind === 'other' ? {refusal: SWITCHES_OFF} : {};
  const {statements} = parseOverlay(lines.join('\n'));
  const refusal = concerned.map((path) => deadWrite(statements, path)).find((one) => one !== undefined);
  if (refusal !== undefined) return {refusal};
  const missing = concerned.filter((path) => path.startsWith('dragonfly/') && !brings(statements, path));
  return missing.length === 0 ? {} : {note: needed(missing)};
}

const SWITCHES_OFF = refused(
  'dops_overlay',
  'A new overlay.dops would switch off the Makefile.DragonFly, diffs/ and dragonfly/ that this port has. Edit those instead.',
);

function deadWrite(statements: readonly Statement[], path: string): ToolOutcome | undefined {
  const only = 'This port has overlay.dops, which alone counts';
  if (path.startsWith('Makefile.DragonFly')) {
    const error = `${only}; ${path} would have no effect. Write an mk operation in overlay.dops instead (dops_reference has them).`;
    return refused('dops_overlay', error, {blocked_by: 'compat_makefile_authoring_lock'});
  }
  if (path === 'diffs/REMOVE')
    return refused('dops_overlay', `${only}; ${path} would have no effect. Write "file remove PATH" in overlay.dops instead.`);
  if (!path.startsWith('diffs/') || statements.some((one) => one.kind === 'patch.apply' && one.path === path)) return undefined;
  const instead = `Write mk or text operations in overlay.dops instead, or put "patch apply ${path}" there first.`;
  return refused('dops_overlay', `${only}; it does not apply ${path}, so that would have no effect. ${instead}`);
}

function brings(statements: readonly Statement[], path: string): boolean {
  return statements.some((one) => one.kind === 'file.materialize' && one.src === path);
}

function needed(paths: readonly string[]): string {
  const lines = paths.map((path) => `file materialize ${path} -> ${path}`).join('\n');
  return `This port has overlay.dops, so this has no effect until overlay.dops says:\n${lines}`;
}
