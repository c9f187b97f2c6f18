import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {portwright, scratch} from './program.ts';

const MAKEFILE = 'PORTNAME=\tfoo\nUSES=\tgmake\n\n.include <bsd.port.mk>\n';
const OVERLAY = 'port net/foo\nreason "test"\ntarget @any\nmk add USES ssl\npatch apply diffs/x.diff\n';
const DIFF = '--- pkg-plist.orig\n+++ pkg-plist\n@@ -1 +1 @@\n-bin/a\n+bin/b\n';

let dir: string;
let remove: () => void;
beforeEach(() => {
  ({dir, remove} = scratch());
  for (const one of ['port', 'ports/net/foo/diffs']) mkdirSync(join(dir, one), {recursive: true});
  writeFileSync(join(dir, 'port/Makefile'), MAKEFILE);
  writeFileSync(join(dir, 'port/pkg-plist'), 'bin/a\n', {mode: 0o644});
  writeFileSync(join(dir, 'ports/net/foo/diffs/x.diff'), DIFF);
  overlay(OVERLAY);
});
afterEach(() => remove());

const FILE = 'ports/net/foo/overlay.dops';
function overlay(text: string): void {
  writeFileSync(join(dir, FILE), text);
}
const dops = (command: string, ...args: string[]) => portwright(['dops', command, ...args]);
const file = (): string => join(dir, FILE);
const port = (): string => join(dir, 'port');

test('check prints nothing for an overlay in order, warnings with 0, and errors with 2', async () => {
  expect(await dops('check', file(), '--port', port())).toEqual({code: 0, stdout: '', stderr: ''});
  overlay(`${OVERLAY}mk add USES gmake\n`);
  const warned = await dops('check', file(), '--port', port());
  expect(warned).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`W_DOPS_NO_EFFECT: The port is as before. [${file()}:6:1]`),
  });
  overlay('port net/foo\nmk set A b\n');
  const wrong = await dops('check', file());
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^ERROR E_PARSE_EXPECTED_TOKEN: .*overlay\.dops:2:10\]\n$/),
  });
});

test('plan prints the operations', async () => {
  const {stdout} = await dops('plan', file(), '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    port: 'net/foo',
    type: 'port',
    ops: [
      {id: 'op-0001-mk-var-token_add', target: '@any', payload: {name: 'USES', value: 'ssl'}},
      {kind: 'patch.apply', payload: {path: 'diffs/x.diff'}},
    ],
  });
});

test('explain shows what each statement does, and changes nothing', async () => {
  const {code, stdout} = await dops('explain', file(), '--port', port());
  expect(code).toBe(0);
  expect(stdout).toContain('4: mk add USES ssl\n   applied\n--- a/Makefile\n+++ b/Makefile\n');
  expect(stdout).toContain('-USES=\tgmake\n+USES= gmake ssl\n');
  expect(stdout).toContain('5: patch apply diffs/x.diff\n   applied\n--- a/pkg-plist');
  expect(readFileSync(join(port(), 'Makefile'), 'utf8')).toBe(MAKEFILE);
});

test('explain names the files in which an edit above is written over a patch', async () => {
  overlay('port net/foo\ntext line-insert-after file pkg-plist anchor "bin/a" line "bin/c"\npatch apply diffs/x.diff\n');
  const {stdout} = await dops('explain', file(), '--port', port());
  expect(stdout).toContain(
    '3: patch apply diffs/x.diff\n   applied, without effect: An edit above is written over what this changes in pkg-plist.',
  );
  const lines = (await dops('explain', file(), '--port', port(), '--json')).stdout.trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as {overwritten: string[]}).overwritten)).toEqual([[], ['pkg-plist']]);
});

test('apply changes the port, a dry run shows it, and a failure is exit code 2', async () => {
  const args = [file(), '--port-root', port(), '--target', '@2026Q3'];
  const dry = await dops('apply', ...args, '--dry-run', '--diff');
  expect(dry).toMatchObject({code: 0, stdout: expect.stringContaining('+USES= gmake ssl')});
  expect(readFileSync(join(port(), 'Makefile'), 'utf8')).toBe(MAKEFILE);
  expect(await dops('apply', ...args)).toMatchObject({code: 0, stderr: ''});
  expect(readFileSync(join(port(), 'Makefile'), 'utf8')).toContain('USES= gmake ssl\n');
  expect(readFileSync(join(port(), 'pkg-plist'), 'utf8')).toBe('bin/b\n');
  const again = await dops('apply', ...args, '--json');
  expect(again.code).toBe(2);
  expect(JSON.parse(again.stdout)).toMatchObject({
    ok: false,
    op_results: [{status: 'applied'}, {code: 'E_APPLY_PATCH_FAILED', line: 5}],
  });
  expect(await dops('apply', file(), '--port-root', port(), '--target', '@any')).toMatchObject({code: 2});
});

test('conform answers a line for a line', async () => {
  const apply = {op: 'apply', files: {Makefile: 'A=1\n', x: {base64: '6Q=='}, d: {dir: true}}, target: '@main', want_modes: true};
  const requests = [
    {op: 'plan', text: 'port a/b\ntarget @main,@2026Q3\nmk unset A\n'},
    {op: 'plan', text: 'mk\n'},
    {...apply, overlay: {'overlay.dops': 'port a/b\nmk unset A\nmk unset B\n'}},
    {...apply, overlay: {'overlay.dops': 'port a/b\nmk unset A\n'}, target: '@any'},
  ];
  const {stdout} = await portwright(['dops', 'conform'], {}, requests.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const [plan, wrong, applied, noTarget] = stdout
    .split('\n')
    .slice(0, 4)
    .map((line) => JSON.parse(line) as object);
  expect(plan).toMatchObject({
    ok: true,
    port: 'a/b',
    statements: [
      [1, 'port', 'a/b'],
      [2, 'target', '@main,@2026Q3'],
      [3, 'mk', 'unset', 'A'],
    ],
  });
  expect(wrong).toEqual({ok: false, diagnostics: [['E_PARSE_EXPECTED_TOKEN', 1, 3]]});
  expect(applied).toEqual({
    ok: false,
    files: {Makefile: '', x: {base64: '6Q=='}, d: {dir: true}},
    ops: [
      {kind: 'mk.var.unset', status: 'applied', code: null},
      {kind: 'mk.var.unset', status: 'failed', code: 'E_APPLY_MISSING_SUBJECT'},
    ],
    codes: ['W_APPLY_ORACLE_SKIPPED'],
    modes: {Makefile: '0600', x: '0644'},
  });
  expect(noTarget).toMatchObject({ok: false, ops: [], codes: ['E_APPLY_INVALID_TARGET'], files: {Makefile: 'A=1\n'}});
});
