import {applyPlan} from '../../dops/apply/apply-plan.ts';
import {textsOf, treeOf} from '../../dops/apply/text-tree.ts';
import {checkSteps} from '../../dops/check/check-steps.ts';
import {checkText} from '../../dops/check/check-text.ts';
import {tracePlan} from '../../dops/check/trace.ts';
import type {Warning} from '../../dops/check/warning.ts';
import {type Plan, planText} from '../../dops/plan.ts';
import {applyInMemory} from './apply-patch.ts';
import {type Changes, DOPS, type Overlay, type Texts} from './overlay.ts';

/** What an overlay.dops makes of the port that it applies to. */
interface Composed {
  readonly port: Texts;
  readonly warnings: readonly Warning[];
}

/**
 * Returns whether a changed overlay.dops does what it should: it plans, applies to the port as FreeBSD has it without a failure, changes
 * the composed port, brings no warning of `portwright dops check` that was not there before (an operation without effect, a
 * file that nothing uses, a patch that is overwritten), and the composed port is as `expected`.
 */
export function isEffective(overlay: Overlay, changes: Changes, expected: (port: Texts) => boolean = () => true): boolean {
  const changed = new Map([...overlay.files, ...changes]);
  const files = new Map([...changed].flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
  const after = compose(overlay, files);
  if (after === undefined || !expected(after.port)) return false;
  const before = overlay.form === 'none' ? undefined : compose(overlay, overlay.files);
  const port = before?.port ?? baseOf(overlay, files, undefined);
  return port !== undefined && !isEqual(after.port, port) && !hasMore(after.warnings, before?.warnings ?? []);
}

/** Returns the composed port; undefined if there is none for sure. */
function compose(overlay: Overlay, files: Texts): Composed | undefined {
  const {overlay: dops, plan} = planText(files.get(DOPS) ?? '');
  const base = plan && baseOf(overlay, files, plan);
  if (plan === undefined || base === undefined) return undefined;
  const tree = treeOf(files);
  const run = {plan, overlay: tree, target: overlay.target, applyPatch: applyInMemory};
  const port = treeOf(base);
  const {isOk} = applyPlan({...run, port});
  if (!isOk) return undefined;
  const {steps} = tracePlan({...run, port: treeOf(base)});
  const warnings = [...checkText(dops, overlay.origin, tree), ...checkSteps(steps)];
  return {port: textsOf(port), warnings: warnings.filter((one) => !isHeaderOnly(one))};
}

/** Returns whether a warning is about an overlay.dops without operations, which stays: a port without an overlay cannot be composed by its origin. */
function isHeaderOnly({code, message}: Warning): boolean {
  return code === 'W_DOPS_DEAD_FILE' && message.startsWith(`${DOPS} `);
}

/** Returns what the operations are applied to. A locked port is that of an older version, which is not here. */
function baseOf({freebsd, composed, form}: Overlay, files: Texts, plan: Plan | undefined): Texts | undefined {
  const own = new Map(
    [...files].flatMap(([path, text]) => (path.startsWith('newport/') ? [[path.slice(8), text] as const] : [])),
  );
  const type = plan?.type ?? (own.size > 0 ? 'dport' : 'port');
  if (type === 'dport') return own.size > 0 ? own : undefined;
  if (type !== 'port') return undefined;
  return freebsd ?? (form === 'none' ? composed : undefined);
}

function hasMore(after: readonly Warning[], before: readonly Warning[]): boolean {
  const countOf = (warnings: readonly Warning[], wanted: string): number => warnings.filter(({code}) => code === wanted).length;
  return after.some(({code}) => countOf(after, code) > countOf(before, code));
}

function isEqual(a: Texts, b: Texts): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}
