import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PRELUDE} from '../../src/devenv/scripts.ts';
import type {ToolContext} from '../../src/devenv/tools/tool.ts';
import {BsdTools, SHELLS} from '../support/bsd-tools/bsd-tools.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';
import {call} from '../support/tool-run.ts';

describe.each(SHELLS)('with the tools of a BSD, by %s', (shell) => {
  let top: string;
  let tools: BsdTools;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'portwright-bsd-'));
    tools = new BsdTools(top, {shell});
  });
  afterEach(() => {
    expect(tools.refused).toBe('');
    rmSync(top, {recursive: true});
  });
  const run = (script: string, env: Record<string, string> = {}) => {
    const {stdout, status} = spawnSync(join(tools.dir, 'sh'), ['-c', `${PRELUDE}\n${script}`], {
      input: 'abc',
      env: {PATH: tools.dir, ...env},
      encoding: 'utf8',
    });
    return {stdout, status};
  };

  test("the digest is that of BSD's sha256", () => {
    const stdout = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n';
    expect(run('sha256')).toEqual({stdout, status: 0});
  });

  test('what grep takes from the environment of the login changes nothing', () => {
    const env = {GREP_OPTIONS: '-v', POSIXLY_CORRECT: '1'};
    expect(run('grep abc; echo "${POSIXLY_CORRECT-unset}"', env)).toEqual({stdout: 'abc\nunset\n', status: 0});
  });
});

describe("with DragonFly's patch, whose unknown options end with 0", () => {
  let fake: FakeWork;
  let context: ToolContext;
  beforeAll(async () => {
    fake = await fakeWork({tools: 'bsd'});
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
      /^It was written, but does not apply to the source: [\s\S]*Hunk #1 failed at 1\./,
    );
    const diff = '--- Makefile.orig\n+++ Makefile\n@@ -1,2 +1,2 @@\n-PORTNAME=other\n+PORTNAME=x\n WRKDIR=y\n';
    expect((await put('diffs/Makefile.diff', diff)).note).toMatch(/does not apply to FreeBSD's port/);
  });

  test('the source stays as it was', async () => {
    await put('dragonfly/patch-src_main.c', hunk('src/main.c', 'int a;'));
    expect((await put('dragonfly/patch-src_main.c', hunk('src/main.c', 'int a;'))).note).toBeUndefined();
  });
});
