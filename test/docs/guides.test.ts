import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {codeIn, readDocument} from '../../site/documents.ts';
import {RootCauseScan} from '../../src/case/evidence/root-causes/index.ts';
import {parsePlaybook, selectPlaybooks} from '../../src/case/prompt/playbooks.ts';
import type {Recipe} from '../../src/case/recipes/index.ts';
import type {Tool} from '../../src/devenv/tools/tool.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {applied, composedByDops, fixOf, inputOf} from '../case/recipes/support.ts';
import {fakeWork} from '../support/fake-work.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-guides-'));
});
afterAll(() => rmSync(dir, {recursive: true}));

/** Returns the text of the file that a guide lets its reader write. */
function fileOf(guide: string, path: string): string {
  const block = codeIn(readDocument(`docs/${guide}.md`)).find(({language}) => language?.endsWith(` ${path}`));
  if (block === undefined) throw new Error(`docs/${guide}.md has no block for ${path}.`);
  return block.text;
}

/** Loads a module of a guide as if it were at its path in the repository. */
async function moduleOf<T>(guide: string, path: string): Promise<T> {
  const home = join(installRoot(), dirname(path));
  const text = fileOf(guide, path).replace(/from '(\.[^']+)'/g, (_, target: string) => `from '${join(home, target)}'`);
  const file = join(dir, basename(path));
  writeFileSync(file, text);
  return (await import(file)) as T;
}

test('the playbook of its guide is read, and chosen for its failure', () => {
  const playbook = parsePlaybook(
    'error-shell-bashism.md',
    fileOf('writing-a-playbook', 'policy/playbooks/error-shell-bashism.md'),
  );
  const chosen = (line: string) => {
    const scan = new RootCauseScan();
    scan.take(Buffer.from(`-- Phase: configure\n${line}\n*** Error code 1\n`));
    return selectPlaybooks([playbook], {flow: 'triage', toolchains: [], causes: scan.finish()}).length;
  };
  expect(chosen('./configure: [[: not found')).toBe(1);
  expect(chosen('configure: error: no event backend')).toBe(0);
});

test('the recipe of its guide writes a fix that the guard lets pass', async () => {
  const {mathLibrary} = await moduleOf<{mathLibrary: Recipe}>('writing-a-recipe', 'src/case/recipes/math-library.ts');
  const makefile = 'PORTNAME=\tfoo\n\n.include <bsd.port.mk>\n';
  const overlay = {'overlay.dops': 'port net/foo\ntarget @any\n'};
  const after = await applied(fixOf(mathLibrary, inputOf({symbol: 'pow'}, overlay, {Makefile: makefile})), overlay);
  expect(composedByDops({Makefile: makefile}, after).Makefile).toContain('LDFLAGS= -lm');
  expect(mathLibrary.wants(inputOf({symbol: 'power'}, overlay))).toBeUndefined();
});

test('the tool of its guide runs in a dev-env', async () => {
  const {fileInfo} = await moduleOf<{fileInfo: Tool}>('writing-a-tool', 'src/devenv/tools/file-info.ts');
  const fake = await fakeWork();
  try {
    await fake.put('/work/obj/a.c', 'abc');
    const run = async (path: string) => (await fileInfo.run({path}, fake.context)).result;
    expect(await run('/work/obj/a.c')).toMatchObject({ok: true, size: 3, sha256: expect.stringMatching(/^ba7816bf/)});
    expect(await run('/etc/passwd')).toMatchObject({ok: false, kind: 'outside'});
  } finally {
    await fake.end();
  }
});
