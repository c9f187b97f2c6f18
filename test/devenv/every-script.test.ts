import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseSnippetRequests} from '../../src/case/triage/snippet-requests.ts';
import type {DevEnv} from '../../src/devenv/client.ts';
import {portEffect} from '../../src/devenv/effect.ts';
import {findMaster} from '../../src/devenv/master-port.ts';
import {beginAttempt, captureDiff, overlayFiles, restoreOverlay} from '../../src/devenv/overlay.ts';
import {ELSEWHERE} from '../../src/devenv/overlay-scripts.ts';
import {dirtyPorts, probeTrees} from '../../src/devenv/probe.ts';
import {proveRebuild} from '../../src/devenv/proof.ts';
import {runScript} from '../../src/devenv/scripts.ts';
import {dropSnippets, fetchSnippets} from '../../src/devenv/snippets.ts';
import {checkoutCommit, listTree, readBlobs} from '../../src/devenv/tree-files.ts';
import {type FakeWork, fakeWork, PORT_MAKEFILE} from '../support/fake-work.ts';
import {call, resultOf} from '../support/tool-run.ts';

const SOURCE = join(import.meta.dirname, '../../src/devenv');
/** Distfiles are fetched into Linux dev-envs only; the wrapper runs on the host, not in a dev-env. */
const NOT_INSIDE = ['fetch.ts', 'remote-wrapper.ts'];

/** With the framework's cookies. */
const PORT = `PKGNAME=foo-1.0
${PORT_MAKEFILE.replace('.endfor\nclean', '.endfor\n\t@touch ${WRKDIR}/.patch_done.foo\nclean')}
configure:
\t@touch \${WRKDIR}/.configure_done.foo
`;
const CASE = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};
const OVERLAY = '/work/DeltaPorts/ports/net/foo';
const FRAGMENT = `${OVERLAY}/Makefile.DragonFly`;
const ORIGIN = {origin: 'net/foo'};
const MAIN = '/work/obj/net/foo/foo-1.0/src/main.c';
const HUNK = '@@ -1,2 +1,2 @@\n-int a;\n+int z;\n int b;\n';

let fake: FakeWork;
let env: DevEnv;
let dir: string;
const ran: string[] = [];
beforeAll(async () => {
  fake = await fakeWork({tools: 'bsd', shell: 'mksh'});
  dir = mkdtempSync(join(tmpdir(), 'portwright-scripts-'));
  env = {
    ...fake.env,
    exec(argv, options) {
      ran.push(argv.join('\n'));
      return fake.env.exec(argv, options);
    },
  };
  await fake.put('/work/freebsd-ports/net/foo/Makefile', PORT);
  await fake.put('/work/freebsd-ports/net/foo/source/Makefile', 'all:\n\t@echo made\n');
  await fake.put('/work/freebsd-ports/net/foo-lite/Makefile', 'MASTERDIR=${.CURDIR}/../foo\n.include "${MASTERDIR}/Makefile"\n');
});
afterAll(async () => {
  rmSync(dir, {recursive: true});
  await fake.end();
});

/** Calls a tool, which must succeed. */
async function tool(name: string, args: object, more: object = {}): Promise<void> {
  const result = await resultOf({...fake.context, env, ...more}, name, args);
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result)}`);
}

async function useTools(): Promise<Buffer> {
  await tool('materialize_dports', ORIGIN);
  await tool('make_patch', ORIGIN);
  await tool('list_dir', {path: OVERLAY});
  await tool('get_file', {path: MAIN});
  await tool('grep', {path: '/work/obj', pattern: 'int a', include: '*.c'});
  await tool('find_in_overlays', {pattern: 'CFLAGS'});
  await tool('dupe', {path: MAIN});
  await tool('replace_in_file', {path: MAIN, old_text: 'int a;', new_text: 'int z;'});
  await tool('genpatch', {path: MAIN});
  await tool('install_patches', ORIGIN);
  await tool('patch_source', {path: MAIN, edits: [{old_text: 'int c;', new_text: 'long c;'}]});
  await tool('find_symbol', {name: 'main'});
  await tool('make_var', {names: ['PORTNAME']});
  await tool('try_make', {target: 'all', dir: 'src'});
  await tool('put_file', {
    path: `${OVERLAY}/dragonfly/patch-src_main.c`,
    content: `--- src/main.c.orig\n+++ src/main.c\n${HUNK}`,
  });
  await tool('patch_source', {path: 'Makefile', edits: [{old_text: 'PORTNAME=foo', new_text: 'PORTNAME=foo '}]});
  await tool('delete_file', {path: `${OVERLAY}/diffs/Makefile.diff`});
  await tool('put_file', {path: FRAGMENT, content: 'CFLAGS+=\t-DNEW\n'}, {call: {key: 'a'.repeat(32), again: true}});
  await tool('revert_file', {path: FRAGMENT});
  await tool('put_file', {path: FRAGMENT, content: 'FIXED=\t1\n'});
  await tool('emit_diff', {...ORIGIN, relpath: ''});
  return captureDiff(env, 'net/foo');
}

/** Builds by tools: one failing build, whose log is read. */
async function build(): Promise<void> {
  await fake.put(`${OVERLAY}/Makefile.DragonFly`, 'BROKEN=\t1\n');
  const context = {...fake.context, env};
  const {effects} = await call(context, 'materialize_dports', ORIGIN);
  const result = await resultOf({...context, composedTree: effects?.composedTree ?? 'none'}, 'dsynth_build', ORIGIN);
  expect(result).toMatchObject({ok: false, findings: expect.stringContaining("'X' undeclared")});
  await tool('dsynth_log', ORIGIN);
}

async function triage(): Promise<void> {
  const requests = parseSnippetRequests('- `source:src/main.c:all`\n- `grep:int b:src`\n- `list:src`\n');
  const {manifest} = await fetchSnippets(env, {
    ...CASE,
    round: 1,
    requests,
    logLines: async () => '',
    portFile: async () => undefined,
  });
  expect(manifest.requests.map(({status}) => status)).toEqual(['ok', 'ok', 'ok']);
  await dropSnippets(env, CASE.caseId);
}

async function readTheTree(): Promise<void> {
  const {commit, files = []} = (await listTree(env)) ?? {};
  expect(await checkoutCommit(env, '@2026Q2')).toBe(commit);
  expect(files.map(({origin, path}) => `${origin}/${path}`)).toEqual(['net/foo/Makefile.DragonFly']);
  expect([...((await readBlobs(env, files)) ?? new Map()).values()]).toEqual(['CFLAGS+=\t-DOLD\n']);
}

async function prove(diff: Buffer): Promise<void> {
  expect((await portEffect(env, {...CASE, diff, failedPatches: new Set()})).missing).toEqual([]);
  const limits = {logFile: join(dir, 'log'), buildIdleSeconds: 30, buildTotalSeconds: 60};
  expect(await proveRebuild(env, {...CASE, diff, isOther: true, ...limits})).toMatchObject({rebuild_ok: true});
}

/** Scripts of a file of src/devenv, by a line of each that no other has. */
function scriptsOf(path: string): {name: string; line: string}[] {
  const text = readFileSync(join(SOURCE, path), 'utf8');
  const literals = text.matchAll(/^(?:export )?const ([A-Z_]+) = `(\$\{(?:PRELUDE|LOCATE)\}(?:[^`\\]|\\.)*)`;/gms);
  return [...literals].map(([, name = '', script = '']) => {
    const lines = script.split('\n').filter((line) => !/[\\`]|\$\{/.test(line));
    return {name: `${path} ${name}`, line: lines.reduce((longest, line) => (line.length > longest.length ? line : longest), '')};
  });
}

test('each script runs by mksh with the tools of a BSD', async () => {
  expect((await probeTrees(env, '@2026Q2')).notice).toBeUndefined();
  expect(await dirtyPorts(env)).toBeUndefined();
  expect(await findMaster(env, {origin: 'net/foo-lite'})).toMatchObject({origin: 'net/foo'});
  await beginAttempt(env, CASE);
  expect([...((await overlayFiles(env, 'net/foo')) ?? new Map()).keys()]).toEqual(['Makefile.DragonFly']);
  const diff = await useTools();
  await build();
  await triage();
  await readTheTree();
  await prove(diff);
  expect((await runScript(env, ELSEWHERE, ['ports/net/foo'], {timeoutSeconds: 60})).rc).toBe(0);
  await restoreOverlay(env, CASE);
  await fake.put('/work/DeltaPorts/ports/net/foo/overlay.dops', 'port net/foo\ntype port\ntarget @any\n');
  await tool('validate_dops', ORIGIN);
  const paths = readdirSync(SOURCE, {recursive: true, encoding: 'utf8'});
  const scripts = paths.filter((path) => path.endsWith('.ts') && !NOT_INSIDE.includes(path)).flatMap(scriptsOf);
  expect(scripts.length).toBeGreaterThan(35);
  const all = ran.join('\n');
  expect(scripts.filter(({line}) => !all.includes(line)).map(({name}) => name)).toEqual([]);
});
