import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {BsdTools} from './bsd-tools.ts';

let top: string;
let tools: BsdTools;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'portwright-bsd-'));
  tools = new BsdTools(top);
  mkdirSync(join(top, 'here'));
  writeFileSync(join(top, 'here/a'), 'one\ntwo\n');
  symlinkSync('a', join(top, 'here/link'));
});
afterEach(() => rmSync(top, {recursive: true}));

function sh(script: string): {status: number | null; stdout: string} {
  const options = {cwd: join(top, 'here'), env: {PATH: tools.dir, LC_ALL: 'C'}, encoding: 'utf8'} as const;
  const {status, stdout} = spawnSync(join(tools.dir, 'sh'), ['-c', script], options);
  return {status, stdout};
}

test.each([
  ['stat -c %d a', 'stat: -c'],
  ['find . -printf x', 'find: -printf'],
  ['find -name a', 'find: a call without a path'],
  ['cp -a a b', 'cp: -a'],
  ['rm a -f', 'rm: -f, behind an operand,'],
  ["sed 's/\\t/x/' a", "sed: the escape in 's/\\t/x/'"],
  ["sed 's/o\\+/x/' a", "sed: the escape in 's/o\\+/x/'"],
  ["sed -n '/o/{p}' a", "sed: } without ; before it in '/o/{p}'"],
  ['head -n 0 a', 'head: -n 0'],
  ['sha256sum a', 'sha256sum: there is no such tool'],
  ['tac a', 'tac: there is no such tool'],
  ['xargs -r echo </dev/null', 'xargs: -r'],
  ['grep -P o a', 'grep: -P'],
  ['sort -z a', 'sort: -z'],
  ['ls --color a', 'ls: --color'],
  ['mktemp', 'mktemp: a call without a template'],
  ['patch --dry-run <a', 'patch: --dry-run'],
  ['patch --no-backup-if-mismatch <a', 'patch: --no-backup-if-mismatch'],
  ['date -d now', 'date: -d'],
  ['readlink -e a', 'readlink: -e'],
  ['cut --bytes=1 a', 'cut: --bytes=1'],
  ['tar --zstd -cf b a', 'tar: --zstd'],
])('%s is refused and recorded', (command, record) => {
  // An unknown option of DragonFly's patch ends with 0: it prints the usage.
  expect(sh(command).status === 0).toBe(command.startsWith('patch'));
  expect(tools.refused).toBe(`${record}\n`);
});

test.each([
  ['stat -f "%Lp %z %N" a', '644 8 a\n'],
  ['[ "$(stat -f %d:%i a)" = "$(stat -f %d:%i <a)" ] && echo same', 'same\n'],
  ['wc -l a', '       2 a\n'],
  ['wc -l <a', '       2\n'],
  ['sha256 -q <a', 'c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8\n'],
  ['cp -P link copy; [ -h copy ] || echo followed', 'followed\n'],
  ['cp -RP link copy; readlink copy', 'a\n'],
  ['printf "" | xargs -0 echo run', ''],
  ['date -u -r 0 +%Y', '1970\n'],
  ["sed -i '' -e s/one/1/ a; head -n 1 a", '1\n'],
  ["sed -E 's/\\+//' a", 'one\ntwo\n'],
  ['GREP_OPTIONS=-v grep one a', 'two\n'],
  ['awk \'BEGIN {print length("\\303\\251")}\'', '2\n'],
  ['tar -cf t a; tar -tvf t | cut -c 1-13', '-rw-r--r--  0\n'],
  ['echo "$(mktemp -d ./x.XXXXXX | cut -c 1-4)"', './x.\n'],
])('%s behaves as on a BSD', (command, stdout) => {
  expect(sh(command).stdout).toBe(stdout);
});

test('patch leaves a backup, applies for real, and checks by -C', () => {
  writeFileSync(join(top, 'here/diff'), '--- a.orig\n+++ a\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n');
  expect(sh('patch -C -p0 -N -f <diff; ls')).toMatchObject({stdout: expect.stringMatching(/a\ndiff\nlink\n$/)});
  expect(sh('patch -p0 -N -f -i diff && cat a.orig').stdout).toMatch(/one\ntwo\n$/);
  expect(sh('patch -p0 -N -f <diff')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('Hunk #1 failed at 1.\n1 out of 1 hunk failed--saving rejects to a.rej\n'),
  });
  expect(tools.refused).toBe('');
});
