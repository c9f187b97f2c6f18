import {spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PRELUDE} from '../../src/devenv/scripts.ts';
import type {ToolContext} from '../../src/devenv/tools/tool.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';
import {call} from '../support/tool-run.ts';

describe.each(['dash', 'mksh'])('where there is no sha256sum, by %s', (shell) => {
  test("the digest is that of BSD's sha256", () => {
    const dir = mkdtempSync(join(tmpdir(), 'portwright-bsd-'));
    try {
      writeFileSync(join(dir, 'sha256'), '#!/bin/sh\n[ "$*" = -q ] || exit 1\n/usr/bin/sha256sum | /usr/bin/cut -d " " -f 1\n');
      chmodSync(join(dir, 'sha256'), 0o755);
      symlinkSync('/usr/bin/cut', join(dir, 'cut'));
      const {stdout, status} = spawnSync(`/usr/bin/${shell}`, ['-c', `${PRELUDE}\nsha256`], {
        input: 'abc',
        env: {PATH: dir},
        encoding: 'utf8',
      });
      expect({stdout, status}).toEqual({
        stdout: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n',
        status: 0,
      });
    } finally {
      rmSync(dir, {recursive: true});
    }
  });
});

describe("with DragonFly's patch, which has no long options", () => {
  let fake: FakeWork;
  let context: ToolContext;
  beforeAll(async () => {
    fake = await fakeWork();
    const usage = 'for one; do case $one in --*) echo "usage: patch [-bCcEeflNnRstuv]"; exit 0 ;; esac; done';
    await fake.put('/work/.bin/patch', `#!/bin/sh\n${usage}\nexec /usr/bin/patch "$@"\n`);
    chmodSync(fake.at('/work/.bin/patch'), 0o755);
    const {effects} = await call(fake.context, 'materialize_dports', {origin: 'net/foo'});
    context = {...fake.context, composedTree: effects?.composedTree ?? 'none'};
  });
  afterAll(() => fake.end());

  const put = async (path: string, content: string) =>
    (await call(context, 'put_file', {path: `/work/DeltaPorts/ports/net/foo/${path}`, content})).result;
  const hunk = (file: string, old: string, head = `--- ${file}.orig\n+++ ${file}`) =>
    `${head}\n@@ -1,2 +1,2 @@\n-${old}\n+int z;\n int b;\n`;

  test.each([
    ['plain names', undefined],
    ['names and times', '--- src/main.c.orig\t2026-01-01 00:00:00 UTC\n+++ src/main.c\t2026-01-02 00:00:00 UTC'],
    ['names and times after a blank', '--- src/main.c.orig 2026-01-01 00:00:00 UTC\n+++ src/main.c 2026-01-02 00:00:00 UTC'],
    ['names in this directory', '--- ./src/main.c\n+++ ./src/main.c'],
  ])('a patch that applies, with %s, is written without a note', async (_, head) => {
    const done = await put('dragonfly/patch-src_main.c', hunk('src/main.c', 'int a;', head));
    expect(done).toMatchObject({ok: true});
    expect(done.note).toBeUndefined();
  });

  test('a patch that makes a file is written without a note', async () => {
    const done = await put('dragonfly/patch-src_new.c', '--- /dev/null\n+++ src/new.c\n@@ -0,0 +1 @@\n+int n;\n');
    expect([done.ok, done.note]).toEqual([true, undefined]);
  });

  test('one that does not apply is noted, on the source and on the port of FreeBSD', async () => {
    expect((await put('dragonfly/patch-src_main.c', hunk('src/main.c', 'int never;'))).note).toMatch(
      /^It was written, but does not apply to the source: [\s\S]*FAILED/,
    );
    const diff = '--- Makefile.orig\n+++ Makefile\n@@ -1,2 +1,2 @@\n-PORTNAME=other\n+PORTNAME=x\n WRKDIR=y\n';
    expect((await put('diffs/Makefile.diff', diff)).note).toMatch(/does not apply to FreeBSD's port/);
  });

  test('the source stays as it was', async () => {
    await put('dragonfly/patch-src_main.c', hunk('src/main.c', 'int a;'));
    expect((await put('dragonfly/patch-src_main.c', hunk('src/main.c', 'int a;'))).note).toBeUndefined();
  });
});
