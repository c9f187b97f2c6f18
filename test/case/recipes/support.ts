import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join, relative} from 'node:path';
import {execa} from 'execa';
import type {Finding, RootCauses} from '../../../src/case/evidence/root-causes/finding.ts';
import {guardContext, guardDiff, passes} from '../../../src/case/guard/index.ts';
import type {Recipe, RecipeFix, RecipeInput} from '../../../src/case/recipes/index.ts';

import {applyByPatch} from '../../../src/devenv/dops/gnu-patch.ts';
import {applyPlan} from '../../../src/dops/apply/apply-plan.ts';
import {textsOf, treeOf} from '../../../src/dops/apply/text-tree.ts';
import type {Tree} from '../../../src/dops/apply/tree.ts';
import {planText} from '../../../src/dops/plan.ts';

export type Files = Readonly<Record<string, string>>;

export const ORIGIN = 'net/foo';

/** Findings with these facts, as causes, best first. */
export function causesOf(...facts: Record<string, string>[]): RootCauses {
  const findings = facts.map(
    (each, index): Finding => ({
      line: index + 1,
      text: 'Error',
      phase: '',
      family: 'other',
      kind: 'cause',
      count: 1,
      context: {from: 1, lines: []},
      facts: each,
    }),
  );
  return {version: 1, bytes: 0, lines: 0, phases: [], failedPhase: '', signature: '', findings};
}

/** A failure of a port; `freebsd` is the port without the overlay. */
export function inputOf(
  facts: Record<string, string> | Record<string, string>[],
  overlay: Files,
  port: Files = {},
  freebsd: Files = port,
): RecipeInput {
  return {
    port: {target: '@2026Q2', origin: ORIGIN},
    causes: causesOf(...(Array.isArray(facts) ? facts : [facts])),
    files: [...filesBelow('overlay/', overlay), ...filesBelow('port/', port)],
    freebsd: filesBelow('', freebsd),
  };
}

/** The same failure, with a text for the first cause, and lines of the log around it. */
export function withText(input: RecipeInput, text: string, phase = 'build', around: readonly string[] = []): RecipeInput {
  const context = {from: 1, lines: around};
  const findings = input.causes.findings.map((finding) => ({...finding, text, phase, context}));
  return {...input, causes: {...input.causes, findings}};
}

export function filesBelow(prefix: string, files: Files): RecipeInput['files'] {
  return Object.entries(files).map(([path, text]) => ({path: prefix + path, text}));
}

/** The fix of a recipe that must have one; its diff passes the guard. */
export function fixOf(recipe: Recipe, input: RecipeInput, sources: Files = {}): RecipeFix {
  const fix = recipe.fix(input, new Map(Object.entries(sources)));
  if (fix === undefined) throw new Error(`${recipe.name} has no fix.`);
  expect(guardDiff(fix.diff, ORIGIN, guardContext(input.causes)).filter((finding) => !passes([finding]))).toEqual([]);
  return fix;
}

/** The overlay after the fix, by `git apply`. */
export function applied(fix: RecipeFix, overlay: Files): Promise<Files> {
  const home = `ports/${ORIGIN}/`;
  return inDirectory(prefixed(overlay, home), async (dir) => {
    await execa('git', ['apply', '--whitespace=nowarn', '-p1', '-'], {
      cwd: dir,
      input: fix.diff,
      env: {GIT_CEILING_DIRECTORIES: tmpdir()},
    });
    return Object.fromEntries(Object.entries(await filesOf(dir)).map(([path, text]) => [path.slice(home.length), text]));
  });
}

/** What overlay.dops makes of a port, with the system's patch; it must apply without a failure. */
export function composedByDops(freebsd: Files, overlay: Files): Files {
  const {plan} = planText(overlay['overlay.dops'] ?? '');
  if (plan === undefined) throw new Error(`It has no plan: ${overlay['overlay.dops']}`);
  const port = toTree(plan.type === 'dport' ? belowNewport(overlay) : freebsd);
  const {isOk, rows} = applyPlan({plan, overlay: toTree(overlay), port, target: '@2026Q2', applyPatch: applyByPatch});
  expect({isOk, failed: rows.filter(({status}) => status === 'failed')}).toEqual({isOk: true, failed: []});
  return Object.fromEntries(textsOf(port));
}

function toTree(files: Files): Tree {
  return treeOf(new Map(Object.entries(files)));
}

function belowNewport(overlay: Files): Files {
  const own = Object.entries(overlay).filter(([path]) => path.startsWith('newport/'));
  return Object.fromEntries(own.map(([path, text]) => [path.slice('newport/'.length), text]));
}

/** What an overlay without dops makes of a port: its diffs applied as a compose does, dragonfly/ and Makefile.DragonFly added. */
export function composed(port: Files, overlay: Files): Promise<Files> {
  return inDirectory(port, async (dir) => {
    for (const [path, text] of Object.entries(overlay).sort()) {
      if (/^diffs\/.*\.diff$/.test(path))
        await execa('patch', ['-p0', '-F0', '-N', '-f', '-s', '--no-backup-if-mismatch'], {cwd: dir, input: text});
    }
    const added = Object.entries(overlay).filter(([path]) => /^(dragonfly\/|Makefile\.DragonFly$)/.test(path));
    return {...(await filesOf(dir)), ...Object.fromEntries(added)};
  });
}

function prefixed(files: Files, prefix: string): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [prefix + path, text]));
}

async function inDirectory<T>(files: Files, run: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-recipe-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), {recursive: true});
      await writeFile(join(dir, path), text);
    }
    return await run(dir);
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

async function filesOf(dir: string): Promise<Files> {
  const all = await readdir(dir, {recursive: true, withFileTypes: true});
  const files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [relative(dir, file), await readFile(file, 'utf8')] as const)),
  );
}
