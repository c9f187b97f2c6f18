import {type Applied, applyPlan, type Run} from '../../src/dops/apply/apply-plan.ts';
import {Tree} from '../../src/dops/apply/tree.ts';
import {planText} from '../../src/dops/plan.ts';

const ENCODER = new TextEncoder();

/** Returns a tree of texts, bytes, and links that are given as `{link}`. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array | {link: string}>>): Tree {
  const tree = new Tree();
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === 'string') tree.set(path, {kind: 'file', bytes: ENCODER.encode(content), mode: 0o644});
    else if (content instanceof Uint8Array) tree.set(path, {kind: 'file', bytes: content, mode: 0o644});
    else tree.set(path, {kind: 'link', target: content.link});
  }
  return tree;
}

/** Returns the files of a tree as texts, without directories. */
export function textsOf(tree: Tree): Record<string, string> {
  const shown = tree.entries().flatMap(([path, entry]) => {
    if (entry.kind === 'directory') return [];
    return [[path, entry.kind === 'link' ? `-> ${entry.target}` : new TextDecoder().decode(entry.bytes)]];
  });
  return Object.fromEntries(shown);
}

/** Applies operations, below a header, to a port; without patches unless `more` brings a runner. */
export function apply(operations: string, port: Tree, more: Partial<Run> = {}): Applied {
  const {plan} = planText(`port net/foo\n${operations}`);
  if (plan === undefined) throw new Error(`The overlay has errors: ${operations}`);
  const applyPatch = (): never => {
    throw new Error('No patch was expected.');
  };
  return applyPlan({plan, port, overlay: new Tree(), target: '@2026Q3', applyPatch, ...more});
}

/** Returns the Makefile behind the operations, and fails unless they were applied. */
export function makefileAfter(makefile: string, operations: string): string {
  const port = treeOf({Makefile: makefile});
  const applied = apply(operations, port);
  expect(applied.rows.map(({code}) => code)).toEqual(applied.rows.map(() => undefined));
  return textsOf(port).Makefile ?? '';
}

/** Returns the results of the operations on a port with this Makefile. */
export function rowsOf(makefile: string, operations: string): string[] {
  const {rows} = apply(operations, treeOf({Makefile: makefile}));
  return rows.map(({status, code}) => (code === undefined ? status : `${status} ${code}`));
}
