import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {applyByPatch} from '../../../src/devenv/dops/gnu-patch.ts';
import {textsOf, treeOf} from '../../dops/support.ts';

const PATCH = '--- f.orig\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n';

function run(
  patch: string,
  port = treeOf({f: 'a\nb\nd\n'}),
  isDryRun = false,
): {isApplied: boolean; output: string; texts: object} {
  const result = applyByPatch({patch: Buffer.from(patch), port, isDryRun});
  return {...result, texts: textsOf(port)};
}

test('the patch of the system changes the port; a dry run does not', () => {
  expect(run(PATCH)).toMatchObject({isApplied: true, texts: {f: 'a\nc\nd\n'}});
  expect(run(PATCH, undefined, true)).toMatchObject({isApplied: true, texts: {f: 'a\nb\nd\n'}});
});

test('what is applied already fails, with the output of patch', () => {
  const {isApplied, output} = run(PATCH, treeOf({f: 'a\nc\nd\n'}));
  expect(isApplied).toBe(false);
  expect(output).toContain('f');
});

test('nothing outside of the port is written: neither above it, nor through a link, nor by ed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'dops-test-'));
  try {
    const added = (path: string): string => `--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+x\n`;
    const link = treeOf({out: {link: dir}});
    expect(run(added(`../../${dir.slice(1)}/above`)).isApplied).toBe(false);
    expect(run(added('out/through'), link).isApplied).toBe(false);
    expect(textsOf(link)).toEqual({out: `-> ${dir}`});
    expect(run(added('new'), link)).toMatchObject({isApplied: true, texts: {out: `-> ${dir}`, new: 'x\n'}});
    expect(run(`--- f\n+++ f\n1a\n!touch ${dir}/ed\n.\n`).isApplied).toBe(false);
    for (const name of ['above', 'through', 'ed']) expect(existsSync(join(dir, name))).toBe(false);
  } finally {
    rmSync(dir, {recursive: true});
  }
});
