import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import type {ToolContext} from '../../../src/devenv/tools/tool.ts';
import {resultOf} from '../../support/tool-run.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

/** `dportsv3 dsl check FILE` for one rule, at the place of DeltaPorts' own wrapper. */
const STUB = `#!/bin/sh
[ "$#" -eq 3 ] && [ "$1 $2" = "dsl check" ] || { echo "usage: dportsv3 dsl check FILE" >&2; exit 2; }
if line=$(grep -n '^mk add$' "$3"); then echo "$3:\${line%%:*}:1: error: E_PARSE_EXPECTED: mk add needs a variable" >&2; exit 1; fi
echo "$3: ok"
`;
const HEAD = 'port net/foo\ntype port\ntarget @any\n';
const DOPS = '/work/DeltaPorts/ports/net/foo/overlay.dops';

const envs = new Envs();
function contextOf(name: string): ToolContext {
  const env = openDevEnv(name, {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  return {env, origin: 'net/foo', target: '@2026Q2', buildIdleSeconds: 60, buildTotalSeconds: 60};
}

function lay(path: string, content: string): void {
  mkdirSync(dirname(join(envs.trees, path)), {recursive: true});
  writeFileSync(join(envs.trees, path), content);
}

beforeAll(async () => {
  lay('freebsd-ports/net/foo/Makefile', 'PORTNAME=\tfoo\nCATEGORIES=\tnet\n.include <bsd.port.mk>\n');
  lay('delta/ports/net/foo/overlay.dops', HEAD);
  await envs.create('without');
  lay('delta/dportsv3', STUB);
  chmodSync(join(envs.trees, 'delta/dportsv3'), 0o755);
  await envs.create('with');
}, 60_000);
afterAll(() => envs.remove(), 60_000);

test('overlay.dops is edited, checked and composed, with the places of its errors', async () => {
  const context = contextOf('with');
  const check = () => resultOf(context, 'validate_dops', {origin: 'net/foo'});
  expect(await check()).toMatchObject({ok: true, rc: 0, output: `${DOPS}: ok`});
  await resultOf(context, 'put_file', {path: DOPS, content: `${HEAD}mk add\n`});
  expect(await check()).toMatchObject({
    ok: false,
    rc: 1,
    output: `${DOPS}:4:1: error: E_PARSE_EXPECTED: mk add needs a variable`,
  });
  const fragment = DOPS.replace('overlay.dops', 'Makefile.DragonFly');
  expect(await resultOf(context, 'put_file', {path: fragment, content: 'USES+=\tssl\n'})).toMatchObject({
    ok: false,
    kind: 'dops_overlay',
  });
  const composed = await resultOf(context, 'materialize_dports', {origin: 'net/foo'});
  expect(composed).toMatchObject({
    ok: false,
    stderr_tail: expect.stringContaining(`${DOPS}:4:7: E_PARSE_EXPECTED_TOKEN`),
    failures: [{code: 'E_PARSE_EXPECTED_TOKEN', file: 'overlay.dops', line: 4, column: 7, operation: 'mk add'}],
  });
});

test('failed operations and one that the engine does not know reach the model with their places', async () => {
  const context = contextOf('with');
  const put = (lines: string) => resultOf(context, 'put_file', {path: DOPS, content: `${HEAD}${lines}`});
  const materialize = () => resultOf(context, 'materialize_dports', {origin: 'net/foo'});
  await put('mk unset NOT_THERE\n');
  expect(await materialize()).toMatchObject({
    ok: false,
    stdout_tail: expect.stringContaining('overlay.dops:4:1: mk.var.unset: E_APPLY_MISSING_SUBJECT: '),
    failures: [{code: 'E_APPLY_MISSING_SUBJECT', line: 4, column: 1, kind: 'mk.var.unset', operation: 'mk unset NOT_THERE'}],
  });
  await put('mk frobnicate X\n');
  expect(await materialize()).toMatchObject({
    ok: false,
    failures: [
      {
        code: 'E_PARSE_UNEXPECTED_TOKEN',
        line: 4,
        column: 4,
        message: expect.stringContaining('This engine does not know the operation. The dportsv3 of the tree may'),
      },
    ],
  });
  await put('mk set COMMENT "again"\n');
  expect(await materialize()).toMatchObject({ok: true, stdout_tail: 'compose: ports=1 ops=1 applied=1 fallback=0 errors=0'});
});

test('a dev-env without dportsv3 is served by the engine', async () => {
  const result = await resultOf(contextOf('without'), 'validate_dops', {origin: 'net/foo'});
  expect(result).toEqual({ok: true, path: DOPS, rc: 0, output: 'ok'});
});
